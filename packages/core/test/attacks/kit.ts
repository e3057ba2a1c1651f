import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { AuditEntry } from '@enforcecore/audit';
import {
  Auditor,
  createContainer,
  EnforceCoreError,
  enforce,
  Logger,
  Policy,
  type ContainerOptions,
  type EnforceContainer,
} from '../../src/index.js';
import { MemoryAuditor } from '../../src/testing/index.js';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: unknown;
}

export interface Lab {
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
  readonly logs: LogLine[];
  readonly folder: string;
}

export function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'enforcecore-attack-'));
}

/** A container with a memory auditor and a logger that is read back. */
export function lab(rules: object = {}, settings: ContainerOptions['settings'] = {}, name = 'attack'): Lab {
  const folder = tempFolder();
  const container = createContainer({
    policy: Policy.from({ name, rules }),
    environment: {},
    settings: { auditPath: folder, ...settings },
  });
  const auditor = new MemoryAuditor();
  const logs: LogLine[] = [];
  container.rebind(Auditor).toConstantValue(auditor);
  container.rebind(Logger).toConstantValue({ log: (level, message, fields) => void logs.push({ level, message, fields }) });
  return { container, auditor, logs, folder };
}

/** The same with a trail on disk. */
export function diskLab(rules: object = {}, settings: ContainerOptions['settings'] = {}, name = 'attack'): Lab {
  const made = lab(rules, settings, name);
  const container = createContainer({
    policy: Policy.from({ name, rules }),
    environment: {},
    settings: { auditPath: made.folder, ...settings },
  });
  container.rebind(Logger).toConstantValue({ log: (level, message, fields) => void made.logs.push({ level, message, fields }) });
  return { ...made, container };
}

export function outcomes(auditor: MemoryAuditor): readonly unknown[] {
  return auditor.calls.map((entry) => entry.outcome);
}

export function caught(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error ?? new Error(`threw ${String(error)}`);
  }
  return undefined;
}

/** What a call rejects with; a call that never ends is told apart from one that ends. */
export async function caughtAsync(body: () => unknown, withinMs = 3_000): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, withinMs, 'never settled');
  });
  try {
    return await Promise.race([
      Promise.resolve()
        .then(body)
        .then(
          () => undefined,
          (error: unknown) => error ?? new Error('rejected with nothing'),
        ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

export function isTyped(error: unknown): boolean {
  return EnforceCoreError.is(error);
}

/** The proof that an attack left no mark: an ordinary call works, at depth 1, without a parent, with its own entry. */
export function goodCall(container: EnforceContainer): unknown {
  const good = enforce(function good_tool(n: number) { return n + 1; }, { container });
  return good(41);
}

export function lastEntry(auditor: MemoryAuditor): Partial<AuditEntry> | undefined {
  return auditor.entries.at(-1) as Partial<AuditEntry> | undefined;
}

export const tick = (ms = 0): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Collects unhandled rejections while the body runs. */
export async function unhandledDuring(body: () => unknown): Promise<unknown[]> {
  const seen: unknown[] = [];
  const listener = (reason: unknown): void => void seen.push(reason);
  process.on('unhandledRejection', listener);
  try {
    await body();
    await tick(20);
  } finally {
    process.off('unhandledRejection', listener);
  }
  return seen;
}

export function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Runs a program against the sources in a process of its own: for attacks that may end or hang the process. */
export function runChild(program: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const outfile = join(here, `.child-${String(process.pid)}-${String(performance.now())}.mjs`);
  try {
    buildSync({
      stdin: { contents: program, resolveDir: here, loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'esm',
      packages: 'external', conditions: ['@enforcecore/source'], tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8', timeout: 20_000 });
    return stdout + stderr;
  } finally {
    rmSync(outfile, { force: true });
  }
}
