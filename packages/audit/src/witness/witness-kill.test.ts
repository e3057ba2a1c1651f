import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addSignature } from '../checkpoint/sign-checkpoint.js';
import { generateKeyPair } from '../checkpoint/key-signer.js';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import { keyOf, newSigner, TestLog } from './witness.test.kit.js';

const ROUNDS = 2 * Number(process.env['AUDIT_TEST_LONGER'] ?? 1);
const LOGS = 20;

// Runs the compiled package, in a process that can be killed.
const CHILD = `
  const [dist, settings] = process.argv.slice(1);
  const { createWitness } = await import(dist + 'witness/witness-server.js');
  const { KeySigner } = await import(dist + 'checkpoint/key-signer.js');
  const { parseVerifierKey } = await import(dist + 'checkpoint/verifier-key.js');
  const { key, folder, logs } = JSON.parse(settings);
  const known = logs.map(parseVerifierKey).map((of) => ({ origin: of.name, keys: [of] }));
  const server = createWitness({ signer: new KeySigner(key), logs: known, folder });
  console.log((await server.listen()).url);
`;
const DIST = new URL('../../dist/', import.meta.url).href;

describe('a witness that is killed at any moment, and runs twice', () => {
  const pair = generateKeyPair('witness.example/w', 'cosignature/v1');
  const children: ChildProcess[] = [];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'enforcecore-witness-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(logs: readonly TestLog[]): Promise<readonly [ChildProcess, string]> {
    const settings = JSON.stringify({ key: pair.signingKey, folder, logs: logs.map((log) => log.signer.verifierKey) });
    const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, DIST, settings], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const failed = once(child, 'exit').then(() => {
      throw new Error('the witness did not start: is the package built?');
    });
    // Once it has started its end is none of this promise's business.
    failed.catch(() => undefined);
    const [line] = (await Promise.race([once(child.stdout, 'data'), failed])) as [Buffer];
    return [child, line.toString().trim()];
  }

  /** The checkpoint of one leaf with the witness's signature; null where it refuses, or is killed: what this test is about. */
  async function cosigned(url: string, log: TestLog, known = 0): Promise<string | null> {
    try {
      const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: log.body(known, 1) });
      const body = await response.text();
      if (response.status === 200) return addSignature(log.note(1), body);
      return response.status === 409 && body === '1\n' && known === 0 ? await cosigned(url, log, 1) : null;
    } catch {
      return null;
    }
  }

  /** Tells every server of both histories at once, and each second server of the other one first. */
  async function ask(urls: readonly string[], pairs: readonly (readonly TestLog[])[], onSigned: (log: TestLog) => void): Promise<void> {
    const asks = pairs.flatMap((pair) => urls.flatMap((url, i) => (i === 0 ? pair : pair.toReversed()).map((log) => ({ log, url }))));
    const key = keyOf(pair);
    await Promise.all(
      asks.map(async ({ log, url }) => {
        const note = await cosigned(url, log);
        const isSigned = note !== null && (await verifyNote(parseSignedNote(note), [key])).verified.length === 1;
        if (isSigned) onSigned(log);
      }),
    );
  }

  it('vouches for one of two histories that the log signed, and always for the same', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const logs = Array.from({ length: LOGS }, (_, i) => new TestLog(1, newSigner(`log.example/${String(round)}/${String(i)}`)));
      const histories = logs.map((log) => [log, log.fork(0)]);
      const signed = new Set<TestLog>();
      let left = 1 + ((round * 7) % LOGS);
      const servers = await Promise.all([start(logs), start(logs)]);
      await ask(servers.map(([, url]) => url), histories, (log) => {
        signed.add(log);
        left -= 1;
        if (left === 0) for (const [child] of servers) child.kill('SIGKILL');
      });
      const [, url] = await start(logs);
      await ask([url], histories, (log) => signed.add(log));

      const sides = histories.map((both) => both.filter((log) => signed.has(log)).length);
      expect(sides).toEqual(Array(LOGS).fill(1));
    }
  });
});
