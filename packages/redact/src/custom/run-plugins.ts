import { RedactError } from '../errors.js';
import { quietCause } from '../quiet-cause.js';
import type { Finding, TextRedaction } from '../finding.js';
import type { RedactorPlugin } from './redactor-plugin.js';

/** Runs the plugins over each line in their order. They tell no spans, so each of their finds stands for the text. */
export function runPlugins(text: string, plugins: readonly RedactorPlugin[]): TextRedaction {
  const findings: Finding[] = [];
  const lines = text.split('\n').map((line) => {
    let clean = line;
    for (const plugin of plugins) {
      const { text: next, count } = run(plugin, clean);
      const category = plugin.categories[0] ?? plugin.name;
      for (let k = 0; k < count; k += 1) findings.push({ kind: 'pii', category, start: 0, end: text.length });
      clean = next;
    }
    return clean;
  });
  return { text: findings.length === 0 ? text : lines.join('\n'), findings };
}

const mostFinds = 100_000;

function run(plugin: RedactorPlugin, line: string): { readonly text: string; readonly count: number } {
  let answer: unknown;
  try {
    answer = plugin.redact(line);
  } catch (error) {
    throw new RedactError('DETECTOR', `the redactor plugin "${plugin.name}" failed, so the text cannot pass; see the cause`, { cause: quietCause(error) });
  }
  const { text, count } = typeof answer === 'object' && answer !== null ? (answer as { readonly text?: unknown; readonly count?: unknown }) : {};
  const sound = typeof text === 'string' && typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 && count <= mostFinds && !text.includes('\n') && (text === line || text.isWellFormed());
  // A change that was not counted would pass for a clean text.
  if (!sound || (count === 0 && text !== line)) throw new RedactError('DETECTOR', `the redactor plugin "${plugin.name}" must answer { text, count }, and count what it changes`);
  return { text, count };
}
