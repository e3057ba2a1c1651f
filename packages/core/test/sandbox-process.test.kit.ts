import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Child, ChildEnd, Launcher, LaunchSpec } from '../src/sandbox/launcher.js';
import type { ToChild } from '../src/sandbox/protocol.js';
import { sandboxRules } from '../src/sandbox/sandbox-config.js';
import type { SandboxRules } from '../src/sandbox/sandbox-rules.js';

const folder = fileURLToPath(new URL('fixtures/processes', import.meta.url));

/** A child that runs what a test writes, one attempt after the other. */
export class Prisoner {
  readonly child: Child;
  readonly end: Promise<ChildEnd>;
  #answered: (answer: unknown) => void = () => undefined;

  private constructor(child: Child) {
    this.child = child;
    this.end = new Promise((resolve) => child.onEnd(resolve));
    child.onMessage((message) => this.#answered(JSON.parse(String(message))));
  }

  static async start(launcher: Launcher, rules: Partial<SandboxRules> = {}, spec: Partial<LaunchSpec> = {}): Promise<Prisoner> {
    const child = await launcher.launch({ rules: { ...sandboxRules({ strategy: launcher.level }), ...rules }, egress: undefined, codePaths: [folder], env: {}, ...spec });
    const prisoner = new Prisoner(child);
    const tool = { module: new URL('fixtures/processes/tool.mjs', import.meta.url).href, export: 'attempt' };
    await prisoner.#ask({ t: 'load', id: 'load', as: 0, tool });
    return prisoner;
  }

  /** What the code returns as it crossed; what the child ended by, where it did. */
  async run(code: string): Promise<unknown> {
    return Promise.race([this.#ask({ t: 'call', id: 'call', tool: 0, args: [code], call: { tool: 'attempt', policyName: 'test', policyDigest: '0' }, maxResultBytes: 1_000_000 }), this.end]);
  }

  async #ask(message: ToChild): Promise<unknown> {
    const answer = new Promise<unknown>((resolve) => (this.#answered = resolve));
    this.child.post(JSON.stringify(message));
    const told = (await Promise.race([answer, this.end])) as { readonly value?: unknown };
    return 'value' in told ? told.value : told;
  }
}

/** Processes that were started with a variable of this value, as this user sees them. */
export function processesMarked(mark: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && contentOf(`/proc/${pid}/environ`).includes(mark));
}

/** Asks again until nothing is found, for some seconds. */
export async function untilNone(find: () => readonly unknown[]): Promise<readonly unknown[]> {
  for (let tries = 0; find().length > 0 && tries < 200; tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  return find();
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
