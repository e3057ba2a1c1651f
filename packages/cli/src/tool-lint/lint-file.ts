import { readFile, stat } from 'node:fs/promises';
import { systemReason } from '../errors.js';
import { plainText } from '../render/plain-text.js';

/** Larger than anything that somebody wrote. */
const mostBytes = 2 * 1024 * 1024;

export type ToolFinding = Readonly<Record<'kind' | 'certainty' | 'message' | 'advice', string>> & { readonly line: number; readonly column: number };

/** One file that was looked at, or why it could not be. */
export interface LookedAt {
  readonly file: string;
  readonly findings: readonly ToolFinding[];
  readonly error?: string;
}

export async function lintFile(file: string): Promise<LookedAt> {
  const { findUnenforcedTools, parseSource } = await import('@enforcecore/eslint-plugin/find');
  try {
    const { size, isFile } = await statOf(file);
    if (!isFile) return { file, findings: [], error: `${file} is no file, and was not looked at` };
    if (size > mostBytes) return { file, findings: [], error: `${file} is larger than ${String(mostBytes)} bytes, and was not looked at` };
    const program = await parseSource(await readFile(file, 'utf8'), { jsx: !/\.[cm]?ts$/i.test(file) });
    return { file, findings: findUnenforcedTools(program).map(({ kind, certainty, line, column, message, advice }) => ({ kind, certainty, line, column, message: plainText(message), advice })) };
  } catch (error) {
    return { file, findings: [], error: whyNot(file, error) };
  }
}

/** A pipe would be waited for. */
async function statOf(file: string): Promise<{ readonly size: number; readonly isFile: boolean }> {
  const found = await stat(file);
  return { size: found.size, isFile: found.isFile() };
}

function whyNot(file: string, error: unknown): string {
  const { lineNumber, location } = (error ?? {}) as { readonly lineNumber?: unknown; readonly location?: { readonly start?: { readonly line?: unknown } } }; // either is asked for
  const line = location?.start?.line ?? lineNumber;
  if (error instanceof Error && typeof line === 'number') return `${file}:${String(line)} is no TypeScript or JavaScript: ${error.message}`;
  return `cannot read ${file}: ${systemReason(error)}`;
}
