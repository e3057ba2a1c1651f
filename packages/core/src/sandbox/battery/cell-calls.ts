import { writeFileSync } from 'node:fs';
import { honest, onset } from './attack-onset.js';
import type { AttackTarget } from './attack-target.js';
import type { BatteryLevel } from './cell.js';
import { cellLimits } from './cell-limits.js';
import type { CellSpec } from './cell-report.js';

/** Two ways into one level: the attack, and an honest call. */
export interface CellCalls {
  readonly attack: (target: AttackTarget) => Promise<unknown>;
  readonly honest: (n: number) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** What a level does not need is not loaded: there is a process for every attack that came through. */
export async function callsAt(level: BatteryLevel, spec: CellSpec): Promise<CellCalls> {
  switch (level) {
    case 'bare':
      return { attack: (target) => onset(spec.export, target), honest, close: () => Promise.resolve() };
    case 'quickjs':
      return interpreted(spec);
    case 'inline':
    case 'worker':
    case 'process':
    case 'bubblewrap':
      return enforced(level, spec);
  }
}

async function interpreted({ text = '', seconds }: CellSpec): Promise<CellCalls> {
  const [{ CodeInterpreter }, { CodeThrewError }] = await Promise.all([import('../../quickjs/code-interpreter.js'), import('../../quickjs/code-errors.js')]);
  const interpreter = new CodeInterpreter({ timeoutMs: seconds * 1000, memoryBytes: cellLimits.memoryMb * 2 ** 20, maxResultBytes: cellLimits.resultBytes });
  const valueOf = async (code: string, input: unknown): Promise<unknown> => (await interpreter.run(code, { input })).value;
  const attack = async (target: AttackTarget): Promise<unknown> => {
    try {
      const { value, logs } = await interpreter.run(`console.log(input.nonce);\n${text}`, { input: target });
      if (logs.includes(target.nonce)) writeFileSync(target.begunFile, '');
      return value;
    } catch (error) {
      // Anything but what the text threw is a limit that it came to.
      if (!(error instanceof CodeThrewError) || error.logs.includes(target.nonce)) writeFileSync(target.begunFile, '');
      throw error;
    }
  };
  return { attack, honest: (n) => valueOf('({ next: input + 1 })', n), close: () => Promise.resolve() };
}

async function enforced(level: Exclude<BatteryLevel, 'bare' | 'quickjs'>, spec: CellSpec): Promise<CellCalls> {
  const [{ enforce }, { createContainer }, { Policy }] = await Promise.all([import('../../enforce.js'), import('../../house.js'), import('../../policy/policy.js')]);
  const policy = Policy.from({ name: 'battery', rules: rulesAt(level, spec) });
  const container = createContainer({ policy, environment: {}, settings: { auditEnabled: false } });
  const place = (name: string) => ({ container, tool: name, sandbox: { module: new URL('attack-onset.js', import.meta.url).href, export: name } });
  const attack = enforce(onset, place('onset'));
  const next = enforce(honest, place('honest'));
  return { attack: (target) => attack(spec.export, target), honest: next, close: () => container.close() };
}

/** Everything that this level can hold: the same limits for all, and those that only some can be held to. */
function rulesAt(level: string, { seconds, target }: CellSpec): object {
  const general = {
    resource_limits: { max_call_duration_seconds: seconds },
    max_output_size_bytes: cellLimits.resultBytes,
    network: { allowed_domains: ['allowed.test'] },
  };
  if (level === 'inline') return general;
  const behind = { strategy: level, max_memory_mb: cellLimits.memoryMb, max_result_bytes: cellLimits.resultBytes, max_output_bytes: cellLimits.outputBytes };
  if (level === 'worker') return { ...general, sandbox: behind };
  return { ...general, sandbox: { ...behind, max_cpu_seconds: 20, write_paths: [target.workFolder] } };
}
