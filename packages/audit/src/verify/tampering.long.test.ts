import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call, Room } from '../trail/kit.test.kit.js';
import { LineSplitter } from '../trail/line-splitter.js';
import { openTrail } from '../trail/trail.js';
import { EMPTY_TREE } from '../tree/tree-state.js';
import { EVIDENCE, Scene, type Evidence } from './scene.test.kit.js';
import { TAMPERINGS } from './tampering.test.kit.js';
import { Verification, type VerificationResult } from './verification.js';
import type { VerifyOptions } from './verify-options.js';

/** What the lines of one file come to, without the file. */
async function judge(bytes: Buffer, checks: 'all' | 'structure' = 'all'): Promise<VerificationResult> {
  const verification = new Verification('memory', { checks });
  const lines = await verification.begin({ state: EMPTY_TREE, trusted: null, endsFiles: true });
  lines.startFile('memory');
  const splitter = new LineSplitter((line) => { lines.visitLine(line); });
  // The splitter moves the bytes that it is given.
  splitter.push(Buffer.from(bytes));
  if (splitter.end()) verification.verdict.fail('framing', verification.place(0), 'no newline at the end');
  return verification.conclude(1);
}

describe('tampering', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = new Scene();
    await scene.fill();
  });
  afterEach(() => {
    scene.clear();
  });

  async function foundWith(): Promise<Evidence[]> {
    const found: Evidence[] = [];
    for (const evidence of EVIDENCE) if (!(await scene.room.verify(scene.given(evidence))).valid) found.push(evidence);
    return found;
  }

  it('has not happened to what writers wrote, whatever it is held against', async () => {
    expect(await foundWith()).toEqual([]);
    const { checks } = await scene.room.verify(EVIDENCE.reduce<VerifyOptions>((all, evidence) => ({ ...all, ...scene.given(evidence) }), {}));
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
  });

  it.each(TAMPERINGS.map((tampering) => [tampering.what, tampering.foundWith.join(', '), tampering] as const))(
    'is found when %s: with %s',
    async (_what, _with, { foundWith: needed, forge }) => {
      await forge(scene);

      // What is found with nothing is found with anything.
      if (needed.includes('nothing')) expect((await scene.room.verify()).valid).toBe(false);
      else expect(await foundWith()).toEqual(needed);
    },
  );

});

describe('one changed byte', () => {
  let whole: Buffer;
  beforeAll(async () => {
    const room = new Room();
    const trail = openTrail(room.path);
    trail.append(call('ü', { redactions: { email: 1 }, overhead_ms: 1.5 }));
    trail.append({ kind: 'gap', detail: 'x' });
    await trail.close();
    whole = readFileSync(room.path);
    room.clear();
  });

  it.each(['all', 'structure'] as const)('is found wherever it is, with checks: %s', async (checks) => {
    const missed: string[] = [];
    for (let at = 0; at < whole.length; at += 1) {
      for (const mask of at % 7 === 0 ? [1, 2, 4, 8, 16, 32, 64, 128] : [1, 128]) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        if ((await judge(bytes, checks)).valid) missed.push(`${String(at)} ${String(mask)}`);
      }
    }

    expect((await judge(whole, checks)).valid).toBe(true);
    expect(missed).toEqual([]);
  });

  it.each(['all', 'structure'] as const)('is found when all after it is cut off, unless lines stay whole, with checks: %s', async (checks) => {
    const missed: number[] = [];
    for (let length = 0; length < whole.length; length += 1) if ((await judge(whole.subarray(0, length), checks)).valid) missed.push(length);

    expect(missed).toEqual([whole.indexOf(0x0a) + 1]);
  });
});
