import { afterAll, describe, expect, it } from '@jest/globals';
import { parseVerifierKey, signCheckpoint, TrailError } from '@enforcecore/audit';
import { consistencyProof, EMPTY_TREE, leafHash, rootOf, TreeBuilder } from '@enforcecore/audit/proof';
import { WitnessClient } from '@enforcecore/audit/witness';
import { createServer } from 'node:net';
import { keyFiles, steering } from '../../audit/signed-trail.test.kit.js';
import { startedForATest, type Child } from '../../child.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const witness = keyFiles(folder, 'witness', 'w.example', 'cosignature/v1');
const log = keyFiles(folder, 'log');
const start = startedForATest();
afterAll(() => {
  folder.remove();
});

function serve(...more: string[]): Child {
  return start(['audit', 'witness', 'serve', '--key-file', witness.keyFile, '--log', log.pubFile, ...more]);
}

async function urlOf(child: Child): Promise<string> {
  await child.until(() => child.lines().length > 0);
  return child.lines()[0] ?? '';
}

/** A checkpoint over leaves, signed by the log. */
function checkpointOf(leaves: readonly string[]): string {
  const tree = new TreeBuilder();
  for (const leaf of leaves) tree.add(leafHash(leaf));
  const { size, nodes } = tree.state();
  return String(signCheckpoint({ origin: log.name, size, root: rootOf({ size, nodes }) }, log.signer));
}

function ask(url: string, leaves: readonly string[], oldSize = 0): Promise<unknown> {
  const client = new WitnessClient({ url, key: parseVerifierKey(witness.verifierKey) });
  const hashes = leaves.map((leaf) => leafHash(leaf));
  const tree = (size: number): TreeBuilder => {
    const builder = new TreeBuilder();
    for (const hash of hashes.slice(0, size)) builder.add(hash);
    return builder;
  };
  const proofFrom = (from: number): string[] => consistencyProof(from === 0 ? EMPTY_TREE : tree(from).state(), hashes.slice(from), hashes.length);
  return client.cosign({ note: checkpointOf(leaves), oldSize, proofFrom });
}

describe('audit witness serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says where it listens, cosigns, logs one line a request, and ends cleanly on %s', async (signal) => {
    const child = serve('--dir', folder.at(`state-${signal}`));
    const url = await urlOf(child);

    const answer = await ask(url, ['a', 'b']);
    await fetch(`${url}/\u001b[2J%1b`, { method: 'POST', body: 'x' });
    await child.until(() => child.lines().length === 3);
    child.kill(signal);
    const { code, out, err } = await child.ended;

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(answer).toMatchObject({ lines: [expect.stringContaining('w.example')] });
    expect(code).toBe(0);
    const [, first, second] = out.split('\n');
    expect(first).toMatch(/^\d{4}-\S+Z {2}200 {2}POST \/add-checkpoint {2}example\.com\/audit size 2$/);
    expect(second).toMatch(/ 404 {2}POST \//);
    expect(out).not.toMatch(steering);
    expect(err).toContain(witness.verifierKey);
    expect(err).toMatch(/stopped\n$/);
  });

  it('refuses another history of the same log, also after a restart', async () => {
    const dir = folder.at('state-fork');
    const before = serve('--dir', dir);
    await ask(await urlOf(before), ['a', 'b', 'c']);
    before.kill('SIGKILL');
    await before.ended;

    const after = serve('--dir', dir);
    const url = await urlOf(after);

    await expect(ask(url, ['a', 'X', 'c', 'd'], 3)).rejects.toMatchObject({ code: 'CHECKPOINT' });
    await expect(ask(url, ['a'], 0)).rejects.toBeInstanceOf(TrailError);
    await expect(ask(url, ['a', 'b', 'c', 'd'], 3)).resolves.toMatchObject({ lines: [expect.any(String)] });
  });

  it('prints JSON lines', async () => {
    const child = serve('--dir', folder.at('state-json'), '--json');
    await urlOf(child);
    const { url } = JSON.parse(child.lines()[0] ?? '') as { url: string };

    await ask(url, ['a']);
    await child.until(() => child.lines().length === 2);

    const [start, request] = child.lines().map((line) => JSON.parse(line) as unknown);
    expect(start).toEqual({ url, verifierKey: witness.verifierKey, logs: [log.name] });
    expect(request).toMatchObject({ method: 'POST', path: '/add-checkpoint', status: 200, origin: log.name, size: 1 });
  });

  it('ends when nobody reads its log any more', async () => {
    const child = serve('--dir', folder.at('state-closed'));
    const url = await urlOf(child);
    child.closeOutput();

    // The first answers may still find room in the pipe.
    for (let i = 0; i < 20; i += 1) await fetch(url).catch(() => undefined);
    const { code, err } = await child.ended;

    expect(code).toBe(0);
    expect(err).not.toContain('unexpected');
  });

  it('says that a port is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });

    const { code, err } = await runCli(['audit', 'witness', 'serve', '--key-file', witness.keyFile, '--log', log.pubFile, '--dir', folder.at('s'), '--port', String(port)]);
    taken.close();

    expect(code).toBe(2);
    expect(err).toContain(`port ${String(port)}`);
  });

  it('stops at once when asked before it began', async () => {
    const { code } = await runCli(['audit', 'witness', 'serve', '--key-file', witness.keyFile, '--log', log.pubFile, '--dir', folder.at('s2')], { stopsAtOnce: true });

    expect(code).toBe(0);
  });

  it.each([
    [['--log', log.pubFile], 'needs a key'],
    [['--key-file', witness.keyFile], 'needs logs to watch'],
    [['--key-file', witness.keyFile, '--log', witness.pubFile], 'that of a witness'],
    [['--key-file', log.keyFile, '--log', log.pubFile], 'a key of its own'],
    [['--key-file', witness.keyFile, '--log', log.keyFile], 'is a signing key'],
    [['--key-file', witness.pubFile, '--log', log.pubFile], 'signing key'],
    [['--key-file', witness.keyFile, '--log', 'example.com/audit+00000000+AQID'], 'verifier key'],
    [['--key-file', witness.keyFile, '--log', log.pubFile, '--port', '70000'], 'port'],
    [['--key-file', folder.at('none.key'), '--log', log.pubFile], 'does not exist'],
  ])('refuses %j', async (args, words) => {
    const { code, out, err } = await runCli(['audit', 'witness', 'serve', '--dir', folder.at('never'), ...args]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
    expect(err).not.toContain('PRIVATE');
  });
});

