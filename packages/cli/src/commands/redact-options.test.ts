import { afterAll, describe, expect, it } from '@jest/globals';
import { chmodSync } from 'node:fs';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const key = folder.file('vault.key', 'a long enough passphrase\n');
chmodSync(key, 0o600);
const hex = folder.file('hex.key', '0f'.repeat(32));
afterAll(() => {
  folder.remove();
});

describe('the strategies of redact', () => {
  it('are those of the library', async () => {
    const { strategies } = await import('@enforcecore/redact');
    const { strategyNames } = await import('../text/strategies.js');

    expect(strategyNames).toEqual(strategies);
  });

  it('hash without a key by sha256', async () => {
    const { code, out } = await runCli(['redact', '--text', 'b@example.com', '--strategy', 'sha256']);

    expect([code, out]).toEqual([0, expect.stringMatching(/^\[SHA256:[0-9a-f]{16}\]\n$/)]);
  });

  it('are chosen by category, and pii and secret stand for all of a kind', async () => {
    const text = 'a@example.com 123-45-6789 555-123-4567 ghp_0123456789abcdefghijABCDEFGHIJ012345';

    const { code, out } = await runCli(['redact', '--text', text, '--strategies', 'pii=mask,ssn=placeholder', '--strategies', 'secret=remove']);

    expect([code, out]).toEqual([0, '****@****.*** <SSN> ***-***-**** \n']);
  });

  it('take the key of hash for a single category too', async () => {
    const { code, out } = await runCli(['redact', '--text', 'b@example.com', '--strategies', 'email=hash', '--hash-key-file', folder.file('key', 'k'.repeat(32))]);

    expect([code, out]).toEqual([0, expect.stringMatching(/^\[HMAC:/)]);
  });

  it.each([
    ['email', 'Expected category=strategy with commas between them; strategies are placeholder, mask, hash, remove, tokenize, sha256.'],
    ['email=shred', 'Expected category=strategy'],
    ['=mask', 'Expected category=strategy'],
    ['emial=mask', '--strategies names "emial", which is not looked for (did you mean "email"?)'],
    ['__proto__=mask', '--strategies names "__proto__", which is not looked for'],
    ['rule=mask', '--strategies names "rule", which is not looked for'],
    ['email=mask,email=hash', '--strategies names email twice'],
    ['email=tokenize', 'a vault is needed: name its file with --vault, and the file of its key or passphrase with --vault-key-file'],
  ])('are refused as %j', async (list, message) => {
    const { code, out, err } = await runCli(['redact', '--text', 'x', '--strategies', list]);

    expect([code, out, err]).toEqual([2, '', expect.stringContaining(message)]);
  });

  it('are refused for a category that --categories leaves out', async () => {
    const { code, err } = await runCli(['redact', '--text', 'x', '--categories', 'email', '--strategies', 'ssn=mask']);

    expect([code, err]).toEqual([2, 'enforcecore: --strategies names "ssn", which is not looked for\n']);
  });
});

describe('redact --strategy tokenize and reveal', () => {
  const text = 'write to ann@example.com or bob@example.com, not ann@example.com; SSN 123-45-6789\n';
  const clean = 'write to ⟦EMAIL_1⟧ or ⟦EMAIL_2⟧, not ⟦EMAIL_1⟧; SSN ⟦SSN_1⟧\n';

  it('turns values into tokens and tokens into values', async () => {
    const vault = ['--vault', folder.at('a.vault'), '--vault-key-file', key];

    const hidden = await runCli(['redact', '--strategy', 'tokenize', ...vault], { stdin: text });
    const shown = await runCli(['reveal', ...vault], { stdin: ['write to ⟦EMA', hidden.out.slice('write to ⟦EMA'.length)] });

    expect([hidden.code, hidden.out]).toEqual([0, clean]);
    expect([shown.code, shown.out]).toEqual([0, text]);
  });

  it('reveals the categories asked for', async () => {
    const vault = ['--vault', folder.at('a.vault'), '--vault-key-file', key];

    const { out } = await runCli(['reveal', ...vault, '--categories', 'ssn'], { stdin: clean });
    const { json } = await runCli(['reveal', ...vault, '--categories', 'pii', '--json', '--text', clean.trimEnd()]);

    expect(out).toBe(clean.replace('⟦SSN_1⟧', '123-45-6789'));
    expect(json).toEqual({ inputs: [{ source: '(text)', text: text.trimEnd(), counts: { email: 3, ssn: 1 } }] });
  });

  it('keeps what patterns of one\'s own find, and reveals it by name', async () => {
    const vault = ['--vault', folder.at('own.vault'), '--vault-key-file', hex];

    const hidden = await runCli(['redact', '--text', 'by EMP-104233, a@example.com', '--strategy', 'tokenize', '--pattern', 'employee_id=EMP-\\d{6}', ...vault]);
    const shown = await runCli(['reveal', '--text', hidden.out.trimEnd(), '--categories', 'employee_id', ...vault]);

    expect(hidden.out).toBe('by ⟦EMPLOYEE_ID_1⟧, ⟦EMAIL_1⟧\n');
    expect(shown.out).toBe('by EMP-104233, ⟦EMAIL_1⟧\n');
    expect(shown.err).toBe('taken for patterns of your own, since no other category has this name: employee_id\n');
  });

  it('leaves tokens it does not know, and what only begins like one', async () => {
    const { out } = await runCli(['reveal', '--vault', folder.at('a.vault'), '--vault-key-file', key], { stdin: ['⟦EMAIL_99⟧ ⟦', 'x⟧ ⟦EMAIL_1'] });

    expect(out).toBe('⟦EMAIL_99⟧ ⟦x⟧ ⟦EMAIL_1');
  });

  it('refuses a wrong key and a vault that is not there, and makes none', async () => {
    const wrong = await runCli(['reveal', '--text', 'x', '--vault', folder.at('a.vault'), '--vault-key-file', hex]);
    const none = await runCli(['reveal', '--text', 'x', '--vault', folder.at('none.vault'), '--vault-key-file', key]);
    const noKey = await runCli(['reveal', '--text', 'x', '--vault', folder.at('a.vault'), '--vault-key-file', folder.at('none.key')]);

    expect([wrong.code, none.code, noKey.code]).toEqual([2, 2, 2]);
    expect(wrong.err).toContain('a.vault');
    expect(none.err).toBe(`enforcecore: cannot read the vault ${folder.at('none.vault')}: there is no such file\n`);
    expect(noKey.err).toBe(`enforcecore: cannot read ${folder.at('none.key')}: there is no such file\n`);
  });

  it.each([
    ['several lines', 'one line\nand another\n'],
    ['nothing', '\n'],
    ['31 bytes', Buffer.alloc(31)],
  ])('refuses %s as a key', async (_, content) => {
    const { code, err } = await runCli(['redact', '--text', 'x', '--strategy', 'tokenize', '--vault', folder.at('b.vault'), '--vault-key-file', folder.file('bad.key', content)]);

    expect([code, err]).toEqual([2, expect.stringContaining('expected 32 bytes, their hex digits or base64, or one line with a passphrase')]);
  });

  it('takes 32 bytes for a key', async () => {
    const bytes = folder.file('raw.key', Buffer.from(Array.from({ length: 32 }, (_, k) => (k * 37 + 128) % 256)));

    const { code, out } = await runCli(['redact', '--text', 'a@example.com', '--strategy', 'tokenize', '--vault', folder.at('raw.vault'), '--vault-key-file', bytes]);

    expect([code, out]).toEqual([0, '⟦EMAIL_1⟧\n']);
  });

  it('refuses a vault that nothing would use', async () => {
    const { code, err } = await runCli(['redact', '--text', 'x', '--vault', folder.at('c.vault'), '--vault-key-file', key]);

    expect([code, err]).toEqual([2, 'enforcecore: --vault and --vault-key-file are for --strategy tokenize\n']);
  });
});

describe('what redact looks for', () => {
  it('can be patterns of one\'s own, beside the categories named', async () => {
    const { out } = await runCli(['redact', '--text', 'EMP-104233 a@example.com 555-123-4567', '--pattern', 'employee_id=EMP-\\d{6}', '--categories', 'email']);

    expect(out).toBe('<EMPLOYEE_ID> <EMAIL> 555-123-4567\n');
  });

  it.each([
    ['no-pattern', 'Expected name=regex'],
    ['=x', 'Expected name=regex'],
    ['pii=x', 'pii stands for a kind of categories'],
    ['__proto__=x', 'lower case with digits and _'],
    ['id=(a', '--pattern id: the pattern of "id" cannot be used'],
    ['id=(?=a)', 'linear time'],
  ])('refuses the pattern %j', async (pattern, message) => {
    const { code, err } = await runCli(['redact', '--text', 'x', '--pattern', pattern]);

    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('can be names', async () => {
    const { code, out } = await runCli(['redact', '--text', 'Please ask Maria Garcia about it.', '--names']);
    const named = await runCli(['redact', '--text', 'a@example.com, says Maria Garcia.', '--names', '--categories', 'person_name']);

    expect([code, out]).toEqual([0, 'Please ask <PERSON_NAME> about it.\n']);
    expect(named.out).toBe('a@example.com, says <PERSON_NAME>.\n');
  });

  it('says that names need an option', async () => {
    const { code, err } = await runCli(['redact', '--text', 'x', '--categories', 'person_name']);

    expect([code, err]).toEqual([2, 'enforcecore: person_name is found with --names only\n']);
  });

  it('knows the names that are recognised', async () => {
    const { compromiseCategories } = await import('@enforcecore/redact/compromise');
    const { nameCategories } = await import('../text/look-for.js');

    expect(nameCategories).toEqual(compromiseCategories);
  });

  it('can be inside of base64', async () => {
    const text = `data ${Buffer.from('write to ann@example.com today').toString('base64')} end`;

    const plain = await runCli(['redact', '--text', text, '--no-base64']);
    const inside = await runCli(['redact', '--text', text]);

    expect(plain.out).toBe(`${text}\n`);
    expect(inside.out).toBe('data <EMAIL> end\n');
  });

  it('leaves the times of a log, unless they are named', async () => {
    const line = '2026-11-21 09:14:01 INFO a@example.com';

    const usual = await runCli(['redact', '--text', line]);
    const named = await runCli(['redact', '--text', line, '--categories', 'date_time,email']);

    expect(usual.out).toBe('2026-11-21 09:14:01 INFO <EMAIL>\n');
    expect(named.out).toBe('<DATE_TIME> INFO <EMAIL>\n');
  });
});
