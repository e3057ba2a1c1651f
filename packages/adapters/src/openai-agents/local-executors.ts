import type { ApplyPatchTool, ShellTool } from '@openai/agents';
import { refusalOf, refusalText } from '@enforcecore/core/tools';
import { runAsked } from '../shared/asked-caller.js';
import { copyWith } from '../shared/copy-with.js';
import { Gate } from '../shared/gate.js';
import { noteEnforced, wasEnforced } from './enforced-marks.js';
import { callerFor, type AgentsOptions } from './run-facts.js';

type Editor = ApplyPatchTool['editor'];
/** An editor, whatever it is asked for. */
type Operations = Readonly<Record<keyof Editor, (operation: never, context: never) => Promise<unknown>>>;

/** The shell and the editor of an agent, enforced under the tool's name; `undefined` for a shell that OpenAI runs. */
export function enforcedExecutor(tool: ShellTool | ApplyPatchTool, options: AgentsOptions): ShellTool | ApplyPatchTool | undefined {
  if (wasEnforced(tool)) return tool;
  const run = runner(tool.name, options);
  if (tool.type === 'apply_patch') return noteEnforced(copyWith(tool, { editor: enforcedEditor(tool.editor, run) }));
  const { shell } = tool;
  if (shell === undefined) return undefined;
  const failed = (text: string): object => ({ output: [{ stdout: '', stderr: text, outcome: { type: 'exit', exitCode: 1 } }] });
  return noteEnforced(copyWith(tool, { shell: { run: (action) => run(action, (cleaned) => shell.run(cleaned), failed) as ReturnType<typeof shell.run> } }));
}

type Run = (input: unknown, body: (cleaned: never) => unknown, failed: (text: string) => object) => Promise<unknown>;

function enforcedEditor(editor: Editor, run: Run): Editor {
  const failed = (text: string): object => ({ status: 'failed', output: text });
  const enforced = (method: keyof Editor) => (operation: unknown, context: never) => run(operation, (cleaned) => (editor as Operations)[method](cleaned, context), failed) as Promise<never>; // what the editor gives
  return { createFile: enforced('createFile'), updateFile: enforced('updateFile'), deleteFile: enforced('deleteFile') };
}

function runner(name: string, options: AgentsOptions): Run {
  const gate = new Gate(options);
  return async (input, body, failed) => {
    try {
      return await runAsked(callerFor(options, name), (caller) => gate.run(name, input, body, caller));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return failed(refusalText(refusal));
    }
  };
}
