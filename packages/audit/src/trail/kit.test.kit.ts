import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallDraft } from '../entry/entry.js';
import { TrailError, type TrailErrorCode } from '../errors.js';
import { verifyTrail, type VerificationResult, type VerifyOptions } from '../verify/verify-trail.js';

/** How many times longer than usual the tests run that wait for a rare moment; see README. */
export const LONGER = Number(process.env['AUDIT_TEST_LONGER'] ?? 1);

/** A folder of its own for a test; removed when the test is done. */
export class Room {
  readonly folder: string;
  readonly path: string;

  constructor(base = tmpdir()) {
    this.folder = mkdtempSync(join(base, 'enforcecore-audit-'));
    this.path = join(this.folder, 'trail.jsonl');
  }

  lines(path = this.path): string[] {
    return readFileSync(path, 'latin1').split('\n').slice(0, -1);
  }

  /** Takes the checkpoints away: of a writer that died there would be none. */
  forgetCheckpoints(): void {
    rmSync(`${this.path}.checkpoints`, { force: true });
  }

  write(lines: readonly string[]): void {
    this.forgetCheckpoints();
    writeFileSync(this.path, lines.map((line) => `${line}\n`).join(''), 'latin1');
  }

  verify(options?: VerifyOptions): Promise<VerificationResult> {
    return verifyTrail(this.path, options);
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function call(callId: string, more: Partial<CallDraft> = {}): CallDraft {
  return { call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok', ...more };
}

/** The code of the `TrailError` an action ends in; '' if it does not. */
export function codeOf(action: () => unknown): TrailErrorCode | '' {
  try {
    action();
    return '';
  } catch (error) {
    if (error instanceof TrailError) return error.code;
    throw error;
  }
}

const CHILD = fileURLToPath(new URL('../../test/child-writer.mjs', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/** Starts a writer in a process of its own, which runs the compiled package. */
export function startChild(mode: string, path: string, count = 0, options: object = {}): ChildProcess {
  if (!existsSync(DIST)) throw new Error(`${DIST} is missing: build the package first (npx tsc -b packages/audit)`);
  return spawn(process.execPath, [CHILD, mode, path, String(count), JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Everything a child printed, once it ended. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}
