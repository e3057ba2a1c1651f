import { afterAll, describe, expect, it } from '@jest/globals';
import { readTrail } from '@enforcecore/audit';
import { cosignCheckpoint, createWitness, parseWitnessPolicy } from '@enforcecore/audit/witness';
import { keyFiles, signedTrail } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const key = keyFiles(folder, 'audit');
const witness = keyFiles(folder, 'witness', 'w.example', 'cosignature/v1');
const trail = signedTrail(folder, 'trail.jsonl', key, [5]);
afterAll(() => {
  folder.remove();
});

interface Proof {
  readonly size: number;
  readonly checkpoint: string;
}

async function proofOf(n: string): Promise<Proof> {
  const { json } = await runCli(['audit', 'prove', trail, n]);
  return json as Proof;
}

describe('audit check-proof', () => {
  it('asks for the witnesses of a policy, beside the log', async () => {
    const server = createWitness({ signer: witness.signer, logs: [{ origin: key.name, keys: parseWitnessPolicy(`log ${key.verifierKey}\nquorum none\n`).logs }], folder: folder.at('state') });
    const text = `log ${key.verifierKey}\nwitness w ${witness.verifierKey} ${(await server.listen()).url}\nquorum w\n`;
    const policy = folder.file('witnesses.txt', text);
    const proof = await proofOf('3');
    const hashes = readTrail(trail).map((entry) => entry.entry_hash);
    const { note } = await cosignCheckpoint({ record: { note: proof.checkpoint }, leaves: (from) => hashes.slice(from, proof.size), policy: parseWitnessPolicy(text) });
    await server.close();
    const seen = folder.file('seen.json', JSON.stringify({ ...proof, checkpoint: note }));
    const alone = folder.file('alone.json', JSON.stringify(proof));
    const check = (file: string) => runCli(['audit', 'check-proof', file, '--key', key.pubFile, '--witness-policy', policy, '--json']);

    const [before, after] = [await check(alone), await check(seen)];

    expect([before.code, before.json.proven]).toEqual([1, false]);
    expect([after.code, after.json.proven]).toEqual([0, true]);
  });

  it('is not taken in by an entry that passes for a line that was cut short', async () => {
    const proof = (await proofOf('3')) as Proof & { readonly line: string };
    const bare = proof.line.replace(/"entry_hash":"[0-9a-f]{64}",/, '');
    const disguised = { ...proof, line: null, bytes: Buffer.from(bare).toString('base64') };

    const { code, json } = await runCli(['audit', 'check-proof', '-', '--key', key.pubFile, '--json'], { stdin: JSON.stringify(disguised) });

    expect([code, json.proven]).toEqual([1, false]);
    expect(json.checks).toContainEqual(expect.objectContaining({ name: 'line', status: 'fail' }));
  });

  it('proves that an entry was there after it was erased, and not what it said', async () => {
    await runCli(['audit', 'erase', trail, '--call-id', 'call-2', '--reason', 'request 7', '--key-file', key.keyFile, '--yes']);
    const { out } = await runCli(['audit', 'prove', trail, '2']);

    const { code, json } = await runCli(['audit', 'check-proof', '-', '--key', key.pubFile, '--json'], { stdin: out });

    expect(code).toBe(0);
    expect(json).toMatchObject({ proven: true, kind: 'erased', index: 2, entry: null });
  });

  it.each([
    ['a file that is not there', 'none.json'], ['a folder', '.'], ['bytes that are no text', 'bytes'], ['more than a proof can be', 'large'],
  ])('refuses %s', async (_what, name) => {
    folder.file('bytes', new Uint8Array([0xff, 0xfe, 0]));
    folder.file('large', Buffer.alloc(34 * 1024 * 1024, 0x20));

    const { code, out, err } = await runCli(['audit', 'check-proof', folder.at(name), '--key', key.pubFile]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^enforcecore: cannot (use|read) .+\n$/);
  });

  it('does not wait for a keyboard', async () => {
    const { code, err } = await runCli(['audit', 'check-proof', '-'], { keyboard: true });

    expect(code).toBe(2);
    expect(err).toContain('is a keyboard');
  });
});
