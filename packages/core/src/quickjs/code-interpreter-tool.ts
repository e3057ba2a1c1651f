import { currentFrame } from '../call.js';
import { Enforce } from '../enforce.js';
import { SandboxViolationError } from '../sandbox/sandbox-errors.js';
import type { CodeLimits } from './code-limits.js';
import { CodeThrewError } from './code-errors.js';
import { CodeInterpreter } from './code-interpreter.js';

/** What a model gets back: a value, or what its code threw. */
export interface CodeAnswer {
  readonly value?: unknown;
  /** The name and message of what was thrown, and where. */
  readonly error?: string;
  readonly logs: readonly string[];
}

/** A code interpreter as a tool, `run_code` in policies and in the trail. Limits that are reached are recorded and thrown; mistakes in the code are an answer. */
export class CodeInterpreterTool {
  readonly #interpreter: CodeInterpreter;

  constructor(limits: CodeLimits = {}) {
    this.#interpreter = new CodeInterpreter(limits);
  }

  @Enforce({ tool: 'run_code', sandbox: { module: import.meta.url } })
  async run(args: { readonly code: string; readonly input?: unknown }): Promise<CodeAnswer> {
    try {
      const { value, logs } = await this.#interpreter.run(args.code, { input: args.input ?? null });
      return { ...(value === undefined ? {} : { value }), logs };
    } catch (error) {
      if (error instanceof SandboxViolationError) {
        currentFrame()?.walk?.note([{ rule: 'code interpreter', type: 'sandbox_violation', reason: error.reason, action: 'block' }]);
      }
      if (!(error instanceof CodeThrewError)) throw error;
      const { name, message, stack } = error.thrown;
      const where = /code\.js:\d+(?::\d+)?/.exec(stack)?.[0];
      return { error: `${name}: ${message}${where === undefined ? '' : ` (${where})`}`, logs: error.logs };
    }
  }
}
