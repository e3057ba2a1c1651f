import { readTrail } from '@enforcecore/audit';
import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContainer, DigestKey, digestOf, enforce, Enforcer, Policy, verifyDigest, type EnforceContainer, type Settings } from '../src/index.js';
import { errorOf, houseWith, removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

function containerOn(auditPath: string, settings: Partial<Settings> = {}, rules: object = {}): EnforceContainer {
  return createContainer({ policy: Policy.from({ name: 'p', rules }), environment: {}, settings: { auditPath, ...settings } });
}

function digestsIn(folder: string): readonly [string, string][] {
  return readTrail(join(folder, 'trail.jsonl')).map(({ args_digest, result_digest }) => [args_digest ?? '', result_digest ?? '']);
}

const given = 'a key of at least thirty-two characters';

describe('the digests of arguments and results', () => {
  it('are made with auditDigestKey, and belong to what was passed in and given back', async () => {
    const folder = tempFolder();
    const container = containerOn(folder, { auditDigestKey: given });
    enforce((pin: number) => ({ pin }), { container, tool: 't' })(1234);
    await container.close();

    const [[args, result]] = digestsIn(folder) as [[string, string]];
    const key = new DigestKey(given);
    expect(verifyDigest(args, [1234], key)).toBe(true);
    expect(verifyDigest(args, [1235], key)).toBe(false);
    expect(verifyDigest(result, { pin: 1234 }, key)).toBe(true);
    expect(verifyDigest(args, [1234], new DigestKey('another key of thirty-two characters'))).toBe(false);
    expect(existsSync(join(folder, 'digest.key'))).toBe(false);
  });

  it('are made with a key that is kept beside the trail, where none is given', async () => {
    const folder = tempFolder();
    const container = containerOn(folder);
    enforce((text: string) => text, { container, tool: 't' })('short');
    await container.close();

    const file = join(folder, 'digest.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(digestsIn(folder)).toEqual([[['short'], 'short'].map((value) => digestOf(value, new DigestKey(readFileSync(file, 'utf8'))))]);
  });

  it('can be compared over containers on the same trail, and over restarts', async () => {
    const folder = tempFolder();
    for (let i = 0; i < 2; i += 1) {
      const container = containerOn(folder);
      enforce((text: string) => text, { container, tool: 't' })('same');
      await container.close();
    }

    const [first, second] = digestsIn(folder);
    expect(first).toEqual(second);
  });

  it('cannot be guessed from the trail: the same argument has another digest under another key', async () => {
    const folders = [tempFolder(), tempFolder()];
    for (const folder of folders) {
      const container = containerOn(folder);
      enforce((text: string) => text, { container, tool: 't' })('yes');
      await container.close();
    }

    expect(new Set(folders.flatMap((folder) => digestsIn(folder).flat())).size).toBe(4);
  });

  it('cover the cleaned values and not the raw ones', async () => {
    const folder = tempFolder();
    const container = containerOn(folder, { auditDigestKey: given }, { pii_redaction: { categories: ['email'] } });
    enforce((to: string) => to, { container, tool: 't' })('to ann@corp.example');
    await container.close();

    expect(verifyDigest(digestsIn(folder)[0]?.[0] ?? '', ['to <EMAIL>'], new DigestKey(given))).toBe(true);
  });

  it('are in the intent too', () => {
    const { container, auditor } = houseWith({}, { auditDigestKey: given });
    enforce((text: string) => text, { container, tool: 't' })('x');

    expect(auditor.intents[0]?.args_digest).toBe(digestOf(['x'], new DigestKey(given)));
    expect(auditor.intents[0]?.args_digest).toBe(auditor.calls[0]?.args_digest);
  });

  it('tell a bad tool name, which may be a secret, in the same way', () => {
    const { container, auditor } = houseWith({}, { auditDigestKey: given });

    expect(() => new Enforcer(undefined, { container }).runSync(() => 1, { tool: 'pass word!' })).toThrow(expect.objectContaining({ code: 'TOOL_NAME' }));
    expect(auditor.calls[0]?.tool_name).toBe(`(invalid name: 10 characters, ${digestOf('pass word!', new DigestKey(given)) ?? ''})`);
  });

  it('leave no file behind for an auditor in memory, nor without auditing', () => {
    const folder = tempFolder();
    const memory = houseWith({}, { auditPath: folder });
    enforce(() => 1, { container: memory.container, tool: 't' })();
    const off = containerOn(folder, { auditEnabled: false });
    enforce(() => 1, { container: off, tool: 't' })();
    expect(() => new Enforcer(undefined, { container: off }).runSync(() => 1, { tool: 'pass word!' })).toThrow(expect.objectContaining({ code: 'TOOL_NAME' }));

    expect(readdirSync(folder)).toEqual([]);
    expect(memory.auditor.calls[0]?.args_digest).toMatch(/^hmac-sha256:/);
  });
});

describe('a digest key that cannot be had', () => {
  it('blocks the call before the tool and says what to do; it works again when the cause is gone', async () => {
    const folder = tempFolder();
    const file = join(folder, 'digest.key');
    writeFileSync(file, 'not a key');
    const container = containerOn(folder);
    let ran = 0;
    const tool = enforce(() => { ran += 1; }, { container, tool: 't' });

    expect(tool).toThrow(expect.objectContaining({ code: 'AUDIT', message: expect.stringContaining('restore it, or remove it for a new key') }));
    expect(await errorOf(tool)).not.toHaveProperty('message', expect.stringContaining('not a key'));
    expect(ran).toBe(0);
    rmSync(file);
    tool();
    expect(ran).toBe(1);
  });
});
