import { describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Detector, DigestKey, digestOf, EntityRecognizer, enforce, PatternRegistry, RedactorPlugin, Vault, type EnforceContainer } from '../src/index.js';
import { errorOf, houseWith } from './kit.js';

const echo = (container: EnforceContainer, tool = 'echo'): ((value: unknown) => unknown) => enforce((value: unknown) => value, { container, tool });
const later = (container: EnforceContainer): ((value: unknown) => Promise<unknown>) => enforce(async (value: unknown) => Promise.resolve(value), { container, tool: 'echo' });

/** Finds the name Ann, now or later. */
function annRecognizer(asynchronous: boolean, fails = false): EntityRecognizer {
  const answer = (text: string): { category: string; start: number; end: number; score: number }[] => {
    if (fails) throw new Error('no connection to secret-host');
    const at = text.indexOf('Ann');
    return at < 0 ? [] : [{ category: 'person_name', start: at, end: at + 3, score: 0.9 }];
  };
  return { name: 'ann', categories: ['person_name'], asynchronous, recognize: (text) => (asynchronous ? Promise.resolve().then(() => answer(text)) : answer(text)) };
}

function naming(recognizer: EntityRecognizer | undefined, pii: object = {}): ReturnType<typeof houseWith> {
  const house = houseWith({ pii_redaction: { categories: ['email', 'person_name'], ...pii } });
  if (recognizer !== undefined) house.container.bind(EntityRecognizer).toConstantValue(recognizer);
  return house;
}

const digestKey = 'k'.repeat(32);
const digestOfArgs = (arg: object): string => String(digestOf([arg], new DigestKey(digestKey)));

describe('categories of a policy’s own', () => {
  it('are hidden by pattern, with their placeholder, and counted', () => {
    const { container, auditor } = houseWith({ pii_redaction: { categories: [], secrets: false, patterns: { employee_id: { pattern: 'EMP-\\d{6}', placeholder: '<STAFF>' } } } });

    expect(echo(container)({ note: 'ask EMP-123456' })).toEqual({ note: 'ask <STAFF>' });
    expect(auditor.entries).toMatchObject([{ redactions: { employee_id: 1 } }]);
  });

  it('are found behind a disguise', () => {
    const { container } = houseWith({ pii_redaction: { categories: [], patterns: { employee_id: { pattern: 'EMP-\\d{6}' } } } });

    expect(echo(container)('ask ＥＭＰ-１２３４５６ now')).toBe('ask <EMPLOYEE_ID> now');
  });

  it.each([
    ['a pattern that backtracks', { x: { pattern: '(?=a)b' } }, /pii_redaction\.patterns\.x.*linear time/s],
    ['a bad name', { 'Not OK': { pattern: 'a' } }, /lower case/],
    ['no pattern', { x: {} }, /pattern/],
  ])('are refused when the policy is loaded: %s', (_what, patterns, message) => {
    expect(() => houseWith({ pii_redaction: { patterns } })).toThrow(message);
  });

  it('have strategies of their own, as any category has', () => {
    const { container } = houseWith({
      pii_redaction: { categories: ['email', 'ssn'], strategies: { ssn: 'remove', code: 'mask', github_token: 'sha256' }, patterns: { code: { pattern: 'C\\d{4}' } } },
    });

    expect(echo(container)('ann@corp.io 123-45-6789 C1234.')).toBe('<EMAIL>  *****.');
    expect(() => houseWith({ pii_redaction: { strategies: { emial: 'mask' } } })).toThrow(/strategies\.emial.*did you mean "email"/s);
  });
});

describe('what a container binds', () => {
  it('is looked for under every policy: detectors and patterns', () => {
    const { container } = houseWith({ pii_redaction: { categories: [] } });
    container.bind(Detector).toConstantValue({ category: 'planet', detect: (line) => [...line.matchAll(/Mars/g)].map(({ index }) => ({ start: index, end: index + 4 })) });
    container.get(PatternRegistry).register('ticket', 'T-\\d+');

    expect(echo(container)('Mars T-12')).toBe('<PLANET> <TICKET>');
  });

  it('is seen by the next call when patterns are added later', () => {
    const { container } = houseWith({ pii_redaction: { categories: [] } });
    const before = echo(container)('T-12');
    container.get(PatternRegistry).register('ticket', 'T-\\d+');

    expect([before, echo(container)('T-12')]).toEqual(['T-12', '<TICKET>']);
  });

  it('belongs to that container alone (D-65)', () => {
    const [one, other] = [houseWith({ pii_redaction: {} }).container, houseWith({ pii_redaction: {} }).container];
    one.get(PatternRegistry).register('ticket', 'T-\\d+');

    expect([echo(one)('T-12'), echo(other)('T-12')]).toEqual(['<TICKET>', 'T-12']);
  });

  it('runs plugins (D-72), and blocks when one fails', async () => {
    const { container, auditor } = houseWith({ pii_redaction: { categories: ['email'] }, redact_output: false });
    container.bind(RedactorPlugin).toConstantValue({ name: 'shout', categories: ['loud'], redact: (line) => ({ text: line.replaceAll('!', '.'), count: line.split('!').length - 1 }) });

    expect(echo(container)('hey! ann@corp.io!')).toBe('hey. <EMAIL>.');
    expect(auditor.entries).toMatchObject([{ redactions: { email: 1, loud: 2 } }]);

    container.bind(RedactorPlugin).toConstantValue({ name: 'broken', categories: ['x'], redact: () => { throw new Error('ann@corp.io'); } });
    const error = await errorOf(() => echo(container)('text'));
    expect(error).toMatchObject({ code: 'REDACTION' });
    expect(String(error)).not.toContain('ann@corp.io');
  });

  it('cannot be undone by a plugin: what it uncovers is hidden', () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'] } });
    container.bind(RedactorPlugin).toConstantValue({ name: 'decoder', categories: ['x'], redact: (line) => ({ text: line.replaceAll('(at)', '@'), count: line.includes('(at)') ? 1 : 0 }) });

    expect(echo(container)('ann(at)corp.io')).toBe('<EMAIL>');
  });
});

describe('names', () => {
  it('are found besides everything else (D-63)', () => {
    const { container } = naming(annRecognizer(false));

    expect(echo(container)('Ann ann@corp.io AKIAQ3EGRIKYV7TPLM2Z')).toBe('<PERSON_NAME> <EMAIL> <AWS_KEY>');
  });

  it('are waited for in front of an asynchronous tool, deep in values, on both ways', async () => {
    const { container, auditor } = naming(annRecognizer(true));

    expect(await later(container)({ list: ['Ann', { to: 'Ann and ann@corp.io' }] })).toEqual({ list: ['<PERSON_NAME>', { to: '<PERSON_NAME> and <EMAIL>' }] });
    expect(auditor.entries).toMatchObject([{ outcome: 'ok', decision: 'redacted' }]);
  });

  it('cannot be waited for in front of a synchronous tool: the call is blocked and says why (L6)', async () => {
    const body = jest.fn((value: unknown) => value);
    const { container } = naming(annRecognizer(true));
    const tool = enforce(body, { container, tool: 'echo' });

    expect(await errorOf(() => tool('Ann'))).toMatchObject({ code: 'ASYNC_SERVICE' });
    expect(body).not.toHaveBeenCalled();
  });

  it.each([false, true])('block the call when the recogniser fails and the policy allows no fallback (asynchronous: %s)', async (asynchronous) => {
    const { container } = naming(annRecognizer(asynchronous, true), { ner_fallback_to_regex: false });
    const error = await errorOf(() => later(container)('Ann'));

    expect(error).toMatchObject({ code: 'REDACTION' });
    expect(String(error)).not.toContain('secret-host');
  });

  it.each([false, true])('are passed over when it does, and the rest is still found (asynchronous: %s)', async (asynchronous) => {
    const { container } = naming(annRecognizer(asynchronous, true));

    expect(await later(container)('Ann ann@corp.io')).toBe('Ann <EMAIL>');
  });

  it('are streamed line by line, waited for where needed', async () => {
    const { container } = naming(annRecognizer(true));
    const tool = enforce(async function* talk() {
      yield* ['hello A', 'nn\nmail ann@', 'corp.io', ' Ann'];
    }, { container });
    const out: unknown[] = [];
    for await (const chunk of tool()) out.push(chunk);

    expect(out.join('')).toBe('hello <PERSON_NAME>\nmail <EMAIL> <PERSON_NAME>');
    expect(out.length).toBeGreaterThan(1);
  });

  it('are waited for in objects of a stream and in what it returns', async () => {
    const { container } = naming(annRecognizer(true));
    const tool = enforce(async function* talk() {
      yield await Promise.resolve({ from: 'Ann' });
      return { last: 'Ann' };
    }, { container });
    const stream = tool();

    expect(await stream.next()).toEqual({ value: { from: '<PERSON_NAME>' }, done: false });
    expect(await stream.next()).toEqual({ value: { last: '<PERSON_NAME>' }, done: true });
  });

  it('go together with plugins', async () => {
    const { container } = naming(annRecognizer(true));
    container.bind(RedactorPlugin).toConstantValue({ name: 'shout', categories: ['loud'], redact: (line) => ({ text: line.replaceAll('!', '.'), count: line.split('!').length - 1 }) });

    expect(await later(container)('Ann!')).toBe('<PERSON_NAME>.');
  });

  it('of a recogniser that answers nonsense block the call', async () => {
    const nonsense = { name: 'odd', categories: ['person_name'], recognize: () => [{ category: 'person_name', start: 0, end: 99, score: 1 }] };
    const { container } = naming(nonsense, { ner_fallback_to_regex: false });

    expect(await errorOf(() => echo(container)('Ann'))).toMatchObject({ code: 'REDACTION' });
  });
});

describe('tokens', () => {
  const rules = {
    pii_redaction: { categories: ['email', 'ssn'], strategy: 'tokenize' },
    tools: { send: { pii_redaction: { reveal: ['email'] }, args: { to: { pattern: '.*@corp\\.io' } } }, 'send_*': { pii_redaction: { reveal: ['ssn'] } } },
  };

  it('stand for values, and a tool that may gets the value back', () => {
    const { container } = houseWith(rules);
    const seen: unknown[] = [];
    const look = enforce(() => ({ to: 'ann@corp.io', id: '123-45-6789' }), { container, tool: 'look' });
    const send = enforce((args: object) => void seen.push(args), { container, tool: 'send' });
    const other = enforce((args: object) => void seen.push(args), { container, tool: 'other' });
    const { to, id } = look();

    expect(to).toMatch(/^⟦EMAIL_1/);
    send({ to, id });
    other({ to, id });
    expect(seen).toEqual([{ to: 'ann@corp.io', id }, { to, id }]);
  });

  it('are turned back before anything is decided: rules see what runs', async () => {
    const { container } = houseWith(rules);
    const look = enforce(() => 'eve@evil.example', { container, tool: 'look' });
    const send = enforce((args: object) => typeof args, { container, tool: 'send' });
    const token = look();

    expect(await errorOf(() => send({ to: token }))).toMatchObject({ code: 'ARGUMENT_VIOLATION' });
  });

  it('come back as tokens in results, whatever the tool was given', () => {
    const { container } = houseWith(rules);
    const send = enforce((args: { to: string }) => `sent to ${args.to}`, { container, tool: 'send' });

    expect(send({ to: 'ann@corp.io' })).toMatch(/^sent to ⟦EMAIL_1[^@]*$/);
  });

  it('leave no value behind in the record: its digest is of the hidden arguments', () => {
    const { container, auditor } = houseWith(rules, { auditDigestKey: digestKey });
    const send = enforce((args: { to: string }) => args.to.length, { container, tool: 'send' });
    const token = container.get(Vault).tokenFor('email', 'ann@corp.io');
    send({ to: token });
    
    expect(auditor.entries).toMatchObject([{ args_digest: digestOfArgs({ to: token }) }]);
    expect(JSON.stringify(auditor.entries)).not.toContain(digestOfArgs({ to: 'ann@corp.io' }));
  });

  it('hide a value again wherever it comes out, also where nothing would recognise it', async () => {
    const { container, auditor } = houseWith({ pii_redaction: { categories: [], strategy: 'tokenize' }, tools: { send: { pii_redaction: { reveal: ['password'] } } } }, { auditDigestKey: digestKey });
    const look = enforce(() => ({ password: 'hunter2xx99' }), { container, tool: 'look' });
    const send = enforce((args: { pw: string }) => `in with ${args.pw}`, { container, tool: 'send' });
    const fails = enforce((args: { pw: string }): never => { throw new Error(`bad ${args.pw}`); }, { container, tool: 'send' });
    const streams = enforce(async function* send(args: { pw: string }) { for (const letter of `in with ${args.pw}!`) yield letter; }, { container, tool: 'send' });
    const pw = look().password;
    const chunks: string[] = [];
    for await (const chunk of streams({ pw })) chunks.push(chunk);

    expect(pw).toMatch(/^⟦PASSWORD_1/);
    expect(send({ pw })).toBe(`in with ${pw}`);
    expect(chunks.join('')).toBe(`in with ${pw}!`);
    expect(await errorOf(() => fails({ pw }))).toMatchObject({ message: `bad ${pw}` });
    expect(JSON.stringify(auditor.entries)).toContain(digestOfArgs({ pw }));
  });

  it('are not turned back by a policy that does not clean results', () => {
    expect(() => houseWith({ pii_redaction: {}, redact_output: false, tools: { send: { pii_redaction: { reveal: ['email'] } } } })).toThrow(/reveal.*could give them back/s);
    expect(() => houseWith({ tools: { send: { pii_redaction: { reveal: ['email'] } } } })).toThrow(/could give them back/);
  });

  it('of somebody else mean nothing here', () => {
    const [one, other] = [houseWith(rules).container, houseWith(rules).container];
    const token = one.get(Vault).tokenFor('email', 'ann@corp.io');
    const send = enforce((args: { to: string }) => args.to, { container: other, tool: 'send_note' });

    expect(send({ to: token })).toBe(token);
  });

  it('that a vault fails on block the call', async () => {
    const { container } = houseWith(rules);
    container.rebind(Vault).toConstantValue({ tokenFor: () => { throw new Error('ann@corp.io'); }, valueOf: () => { throw new Error('disk'); } });
    const tool = enforce((args: object) => args, { container, tool: 'other' });
    const send = enforce((args: object) => args, { container, tool: 'send' });

    expect(await errorOf(() => tool({ to: 'ann@corp.io' }))).toMatchObject({ code: 'REDACTION' });
    expect(await errorOf(() => send({ to: '⟦EMAIL_1⟧' }))).toMatchObject({ code: 'REDACTION' });
  });

  it('of a category that does not exist are refused when the policy is loaded', () => {
    expect(() => houseWith({ pii_redaction: {}, tools: { send: { pii_redaction: { reveal: ['emial'] } } } })).toThrow(/reveal\[0\].*no such category.*did you mean "email"/s);
  });
});

describe('other keys', () => {
  it('look into base64 unless told not to', () => {
    const encoded = Buffer.from('please write to ann@corp.io').toString('base64');
    const [plain, asked] = [houseWith({ pii_redaction: { categories: ['email'], decode_base64: false } }), houseWith({ pii_redaction: { categories: ['email'] } })];

    expect(echo(plain.container)(`data ${encoded}`)).toBe(`data ${encoded}`);
    expect(echo(asked.container)(`data ${encoded}`)).toBe('data <EMAIL>');
  });

  it('hash with the key of the settings, the same in two containers', () => {
    const house = (): EnforceContainer => houseWith({ pii_redaction: { categories: ['email'], strategy: 'hash' } }, { redactionKey: 'a key of the company' }).container;

    expect(echo(house())('ann@corp.io')).toBe(echo(house())('ann@corp.io'));
  });

  it('hash as the reference does only when asked by name', () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'], strategy: 'sha256' } });

    expect(echo(container)('ann@corp.io')).toBe(`[SHA256:${createHash('sha256').update('ann@corp.io').digest('hex').slice(0, 16)}]`);
  });
});
