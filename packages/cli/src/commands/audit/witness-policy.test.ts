import { afterAll, describe, expect, it } from '@jest/globals';
import { keyFiles } from '../../audit/signed-trail.test.kit.js';
import { Folder } from '../../files.test.kit.js';
import { runCli } from '../../io.test.kit.js';

const folder = new Folder();
const log = keyFiles(folder, 'log');
const [a, b, c] = ['a', 'b', 'c'].map((name) => keyFiles(folder, name, `${name}.example`, 'cosignature/v1').verifierKey);
const policy = folder.file(
  'policy.txt',
  `log ${log.verifierKey}\nwitness a ${String(a)} https://a.example/w\nwitness b ${String(b)}\nwitness c ${String(c)}\ngroup two 2 a b c\nquorum two\n`,
);
afterAll(() => {
  folder.remove();
});

describe('audit witness policy', () => {
  it('explains in words what a policy asks for', async () => {
    const { code, out, err } = await runCli(['audit', 'witness', 'policy', policy]);

    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^ok {2}/);
    expect(out).toContain('when 2 witnesses at the least signed it:\n  2 of two:\n    a\n    b\n    c\n');
    expect(out).toContain('It must also be signed by the log.');
    expect(out).toContain('no address: for verifying only');
  });

  it('prints it as JSON', async () => {
    const { json } = await runCli(['audit', 'witness', 'policy', policy, '--json']);

    expect(json).toMatchObject({ fewest: 2, reachable: 1, quorum: { name: 'two', threshold: 2, members: ['a', 'b', 'c'] } });
    expect(json.logs).toEqual([{ name: log.name, keyId: expect.stringMatching(/^[0-9a-f]{8}$/) }]);
  });

  it('warns of a policy that proves less than it seems', async () => {
    const none = await runCli(['audit', 'witness', 'policy', folder.file('none.txt', `log ${log.verifierKey}\nquorum none\n`)]);
    const idle = await runCli(['audit', 'witness', 'policy', folder.file('idle.txt', `witness a ${String(a)}\nwitness b ${String(b)}\nquorum a\n`)]);

    expect(none.err).toContain('a history rewritten by the log');
    expect(idle.err).toContain('they do not count: b');
    expect(idle.err).toContain('one witness alone');
  });

  it.each([
    ['quorum ghost\n', 'line 1'],
    ['', 'quorum'],
    ['witness a not-a-key\nquorum a\n', 'line 1'],
    [Buffer.from([0xff, 0xfe]), 'no UTF-8'],
  ])('refuses %j by file and line', async (content, words) => {
    const file = folder.file('bad.txt', content);

    const { code, out, err } = await runCli(['audit', 'witness', 'policy', file]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(file);
    expect(err).toContain(words);
  });

  it('says what a folder and a missing file are', async () => {
    const dir = await runCli(['audit', 'witness', 'policy', folder.path]);
    const missing = await runCli(['audit', 'witness', 'policy', folder.at('none')]);

    expect([dir.code, missing.code]).toEqual([2, 2]);
    expect(dir.err).toContain('it is a folder');
    expect(missing.err).toContain('there is no such file');
  });
});
