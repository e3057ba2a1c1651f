import { afterAll, describe, expect, it } from '@jest/globals';
import { parseVerifierKey, signerFrom } from '@enforcecore/audit';
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});

describe('audit keygen', () => {
  it('writes a signing key that only its owner can read, and prints the verifier key alone', async () => {
    const file = folder.at('audit.key');

    const { code, out, err } = await runCli(['audit', 'keygen', '--name', 'example.com/audit', '--out', file]);

    expect(code).toBe(0);
    expect(parseVerifierKey(out.trimEnd())).toMatchObject({ name: 'example.com/audit', algorithm: 'ed25519' });
    expect(signerFrom({ file }).verifierKey).toBe(out.trimEnd());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(out + err).not.toContain('PRIVATE');
  });

  it('never writes over a file, nor through a link', async () => {
    const there = folder.file('there.key', 'mine');
    symlinkSync(folder.at('elsewhere'), folder.at('link.key'));

    const over = await runCli(['audit', 'keygen', '--out', there]);
    const through = await runCli(['audit', 'keygen', '--out', folder.at('link.key')]);

    expect([over.code, through.code]).toEqual([2, 2]);
    expect(over.err).toContain('it is there already');
    expect(readFileSync(there, 'utf8')).toBe('mine');
    expect(existsSync(folder.at('elsewhere'))).toBe(false);
  });

  it('makes keys for witnesses', async () => {
    const { json } = await runCli(['audit', 'keygen', '--witness', '--name', 'w.example', '--out', folder.at('w.key'), '--json']);

    expect(json).toMatchObject({ name: 'w.example', algorithm: 'cosignature/v1', file: folder.at('w.key') });
    expect(JSON.stringify(json)).not.toContain('PRIVATE');
  });

  it('prints the signing key only when told to, and then writes no file', async () => {
    const { code, out, err } = await runCli(['audit', 'keygen', '--name', 'n', '--stdout']);
    const both = await runCli(['audit', 'keygen', '--stdout', '--out', folder.at('both.key')]);

    expect(code).toBe(0);
    expect(out).toMatch(/^PRIVATE\+KEY\+n\+[0-9a-f]{8}\+\S+\n$/);
    expect(err).toContain(signerFrom({ key: out.trim() }).verifierKey);
    expect([both.code, existsSync(folder.at('both.key'))]).toEqual([2, false]);
  });

  it.each(['a b', 'a+b', '', 'a\nb'])('refuses the name %j', async (name) => {
    const { code, err } = await runCli(['audit', 'keygen', '--name', name, '--out', folder.at('never.key')]);

    expect(code).toBe(2);
    expect(err).toContain('expected a name');
    expect(existsSync(folder.at('never.key'))).toBe(false);
  });

  it('says why it cannot write', async () => {
    const { code, err } = await runCli(['audit', 'keygen', '--out', folder.at('no/such/folder.key')]);

    expect(code).toBe(2);
    expect(err).toContain('there is no such file');
  });
});
