import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RedactError } from '../errors.js';
import { MemoryVault } from './memory-vault.js';
import { reveal } from './reveal.js';
import { vaultToken } from './vault.js';

const email = 'john@example.com';

describe('MemoryVault', () => {
  it('gives a value one token per category, counted from 1', () => {
    const vault = new MemoryVault();

    expect([vault.tokenFor('email', email), vault.tokenFor('email', 'a@b.co'), vault.tokenFor('email', email), vault.tokenFor('person', email)])
      .toEqual(['⟦EMAIL_1⟧', '⟦EMAIL_2⟧', '⟦EMAIL_1⟧', '⟦PERSON_1⟧']);
    expect(vault.size).toBe(3);
    expect(vault.valueOf('⟦EMAIL_1⟧')).toEqual({ category: 'email', value: email });
    expect(vault.valueOf('⟦EMAIL_3⟧')).toBeUndefined();
  });

  it('compares values exactly', () => {
    const vault = new MemoryVault();
    const values = ['é', 'e\u0301', 'É', 'é ', '', '\ud800', '\udfff', '__proto__'];

    const tokens = values.map((value) => vault.tokenFor('x', value));

    expect(new Set(tokens).size).toBe(values.length);
    expect(tokens.map((token) => vault.valueOf(token)?.value)).toEqual(values);
  });

  it('gives a token no second token', () => {
    const vault = new MemoryVault();
    const token = vault.tokenFor('email', email);

    expect(vault.tokenFor('phone', token)).toBe(token);
    expect(vault.tokenFor('phone', '⟦SOMEBODY_ELSE_7·abcdef⟧')).toBe('⟦SOMEBODY_ELSE_7·abcdef⟧');
    expect(vault.tokenFor('phone', `${token} `)).toBe('⟦PHONE_1⟧');
    expect(vault.size).toBe(2);
  });

  it('refuses one value too many and keeps the others', () => {
    const vault = new MemoryVault({ maxEntries: 1 });
    vault.tokenFor('email', email);

    expect(() => vault.tokenFor('email', 'a@b.co')).toThrow(expect.objectContaining({ name: 'RedactError', code: 'BUDGET' }));
    expect(vault.tokenFor('email', email)).toBe('⟦EMAIL_1⟧');
  });

  it('adds a part that cannot be guessed', () => {
    const tokens = [new MemoryVault({ suffix: true }), new MemoryVault({ suffix: true })].map((vault) => vault.tokenFor('email', email));

    for (const token of tokens) expect(token).toMatch(/^⟦EMAIL_1·[a-z0-9]{6}⟧$/);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  it('uses every sign of a suffix about as often', () => {
    const vault = new MemoryVault({ suffix: true });
    const seen = new Map<string, number>();
    for (let i = 0; i < 6000; i += 1) for (const sign of vault.tokenFor('n', String(i)).slice(-7, -1)) seen.set(sign, (seen.get(sign) ?? 0) + 1);

    expect(seen.size).toBe(36);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(250);
  });

  it('never gives a cleared token to another value', () => {
    const vault = new MemoryVault();
    const token = vault.tokenFor('email', email);
    vault.clear();

    expect(vault.size).toBe(0);
    expect(vault.valueOf(token)).toBeUndefined();
    expect(vault.tokenFor('email', 'a@b.co')).toBe('⟦EMAIL_2⟧');
  });

  it('makes a token of every category and keeps those apart that share a label', () => {
    const vault = new MemoryVault();
    const tokens = ['my-rule', 'my rule', '1st', '', 'ß'.repeat(60), 'MY_RULE'].map((category) => vault.tokenFor(category, email));

    expect(tokens.slice(0, 4)).toEqual(['⟦MY_RULE_1⟧', '⟦MY_RULE_2⟧', '⟦X1ST_1⟧', '⟦X_1⟧']);
    expect(new Set(tokens).size).toBe(6);
    for (const token of tokens) expect(vaultToken.exec(token)?.[0]).toBe(token);
  });

  it('refuses options and values it cannot keep', () => {
    expect(() => new MemoryVault({ maxEntries: NaN })).toThrow(RedactError);
    expect(() => new MemoryVault({ suffix: 'yes' as never })).toThrow(RedactError);
    expect(() => new MemoryVault().tokenFor('x', 1 as never)).toThrow(expect.objectContaining({ code: 'INPUT' }));
  });
});

describe('reveal', () => {
  it('puts back what it knows and leaves the rest', () => {
    const vault = new MemoryVault();
    vault.tokenFor('email', email);
    vault.tokenFor('phone', '555');

    expect(reveal('⟦EMAIL_1⟧, ⟦PHONE_1⟧⟦EMAIL_1⟧ ⟦EMAIL_2⟧ ⟦ ⟧ ⟦EMAIL_1', vault))
      .toEqual({ text: `${email}, 555${email} ⟦EMAIL_2⟧ ⟦ ⟧ ⟦EMAIL_1`, count: 3, counts: { email: 2, phone: 1 } });
    expect(reveal('⟦⟦EMAIL_1⟧⟧', vault).text).toBe(`⟦${email}⟧`);
    expect(reveal('nothing', vault)).toEqual({ text: 'nothing', count: 0, counts: {} });
    expect(() => reveal(1 as never, vault)).toThrow(RedactError);
  });

  it('leaves categories that are not allowed', () => {
    const vault = new MemoryVault();
    const text = `${vault.tokenFor('email', email)} ${vault.tokenFor('ssn', '123-45-6789')}`;

    expect(reveal(text, vault, (category) => category === 'email')).toEqual({ text: `${email} ⟦SSN_1⟧`, count: 1, counts: { email: 1 } });
  });

  it('does not look into what it has put back', () => {
    const vault = new MemoryVault();
    vault.tokenFor('a', 'secret');
    const outer = vault.tokenFor('b', 'see ⟦A_1⟧');
    const half = vault.tokenFor('b', '⟦A_');

    expect(reveal(outer, vault).text).toBe('see ⟦A_1⟧');
    expect(reveal(`${half}1⟧`, vault).text).toBe('⟦A_1⟧');
  });

  it('gives any text back, whatever values it holds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\ud83d\ude00', '\ud800', ' ', '\n', '·', '_', '1', '⟧', '⟦', '$&') });
    fc.assert(fc.property(fc.array(fc.tuple(text, fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom('email', 'x y', '')), { maxLength: 8 }), fc.boolean(), (parts, suffix) => {
      const vault = new MemoryVault({ suffix });
      const original = parts.map(([before, value]) => before + value).join('');
      const tokenised = parts.map(([before, value, category]) => before + vault.tokenFor(category, value)).join('');

      expect(reveal(tokenised, vault).text).toBe(original);
    }), { numRuns: 300 });
  });

  it('takes time in proportion to the text', () => {
    const vault = new MemoryVault();
    for (const piece of ['⟦', '⟦A', '⟦A_1', '⟧', `⟦${'A'.repeat(41)}_111111111`]) {
      const hostile = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const before = process.cpuUsage();
      expect(reveal(hostile, vault).text).toBe(hostile);
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
    }
  });
});
