import { Auditor, EnforceContainer, EnforceCoreError, KillSwitch, LimitStore, Settings, TrailAuditor, Clock } from '@enforcecore/core';
import { Inject, Injectable } from '@nestjs/common';
import { access, constants } from 'node:fs/promises';

/** How one part is. `unchecked`: it has no way to be asked. */
export interface PartHealth {
  readonly status: 'up' | 'down' | 'unchecked';
  readonly [detail: string]: unknown;
}

/** How enforcement is, part by part. Holds no argument, path or host. */
export interface EnforceHealthReport {
  /** `down` when a part is: calls are blocked then, or soon will be. */
  readonly status: 'up' | 'down';
  /** The container's own policy, with `name` and `digest`; `unchecked` where only tools name one. */
  readonly policy: PartHealth;
  /** Whether it can be opened and written to, with `entries`; `unchecked` for an auditor of your own, or without auditing. */
  readonly trail: PartHealth;
  /** `down` while all calls are stopped; `trips` and `scopes` tell of narrower ones. */
  readonly killSwitch: PartHealth;
  /** Whether it answers, with `name` and `shared`. */
  readonly limitStore: PartHealth;
}

/** Milliseconds that a part may take to answer. */
const patienceMs = 2_000;

/** Whether enforced calls would get through: for a readiness probe, by itself or with `@nestjs/terminus`. */
@Injectable()
export class EnforceHealth {
  readonly #container: EnforceContainer;

  constructor(@Inject(EnforceContainer) container: EnforceContainer) {
    this.#container = container;
  }

  /** Asks every part; makes no call and writes no entry. */
  async check(): Promise<EnforceHealthReport> {
    const [policy, trail, killSwitch, limitStore] = await Promise.all([
      asked(() => this.#policy()),
      asked(() => this.#trail()),
      asked(() => this.#killSwitch()),
      asked(() => this.#limitStore()),
    ]);
    const isDown = [policy, trail, killSwitch, limitStore].some(({ status }) => status === 'down');
    return { status: isDown ? 'down' : 'up', policy, trail, killSwitch, limitStore };
  }

  /** As an indicator of `@nestjs/terminus`: `health.check([() => enforce.isHealthy()])`. */
  async isHealthy<Key extends string = 'enforcecore'>(key = 'enforcecore' as Key): Promise<Record<Key, EnforceHealthReport>> {
    const report = { [key]: await this.check() };
    return report as Record<Key, EnforceHealthReport>; // one key, and that is it
  }

  #policy(): PartHealth {
    const { house } = this.#container;
    try {
      const { name, digest } = house.policy(undefined);
      return { status: 'up', name, digest };
    } catch (error) {
      // Each tool may name its own; there is then none to be asked for here.
      if (house.loadedPolicy(undefined) === undefined && codeOf(error) === 'POLICY_LOAD' && !this.#namesPolicy()) return { status: 'unchecked' };
      throw error;
    }
  }

  #namesPolicy(): boolean {
    return this.#container.get(Settings).defaultPolicy !== undefined;
  }

  async #trail(): Promise<PartHealth> {
    const settings = this.#container.get(Settings);
    if (!settings.auditEnabled) return { status: 'unchecked', enabled: false };
    const auditor = this.#container.get(Auditor);
    if (!(auditor instanceof TrailAuditor)) return { status: 'unchecked' };
    const { size } = await auditor.head();
    if (settings.auditStore === undefined) await access(auditor.path, constants.W_OK);
    return { status: 'up', entries: size };
  }

  #killSwitch(): PartHealth {
    const killSwitch = this.#container.get(KillSwitch);
    const scopes = killSwitch.trips.map(({ scope }) => (scope.of === 'all' ? 'all' : scope.of));
    // One tool or tenant that is stopped does not make this process a bad one.
    return { status: killSwitch.isTripped ? 'down' : 'up', trips: scopes.length, scopes: [...new Set(scopes)] };
  }

  async #limitStore(): Promise<PartHealth> {
    const store = this.#container.get(LimitStore);
    await store.spent({ account: 'health', limitMicros: undefined, period: 'ever' }, this.#container.get(Clock).now());
    return { status: 'up', name: store.name, shared: store.isShared };
  }
}

async function asked(part: () => PartHealth | Promise<PartHealth>): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartHealth>((resolve) => {
    timer = setTimeout(resolve, patienceMs, { status: 'down', code: 'TIMEOUT' });
    timer.unref();
  });
  try {
    return await Promise.race([Promise.resolve().then(part), late]);
  } catch (error) {
    // A probe is often open to everyone: the code and not the message, which names files and hosts.
    return { status: 'down', code: codeOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(error: unknown): string {
  if (EnforceCoreError.is(error)) return error.code;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'ERROR';
}
