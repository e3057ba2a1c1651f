import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { currentCall, enforce, HookRegistry, Policy, Redactor, RedactorPlugin, Vault, type EnforceContainer } from '../../src/index.js';
import { caught, lab } from './kit.js';

const rules = {
  pii_redaction: { categories: ['email', 'ssn'], strategy: 'tokenize' },
  tools: { send: { pii_redaction: { reveal: ['email', 'password'] } } },
};

const tokenOf = (container: EnforceContainer, category = 'email', value = 'ann@corp.io'): string => container.get(Vault).tokenFor(category, value);
const send = <T>(container: EnforceContainer, body: (args: Record<string, unknown>) => T, tool = 'send'): ((args: Record<string, unknown>) => T) => enforce(body, { container, tool });

describe('a revealed value', () => {
  it.each(['SEND', 'ｓｅｎｄ', ' send'])('goes to the tool whatever the spelling of its name: %s', (tool) => {
    const { container } = lab(rules);
    let given: unknown;
    send(container, (args) => { given = args; }, tool)({ to: tokenOf(container) });

    expect(given).toEqual({ to: 'ann@corp.io' });
  });

  it.each(['sеnd', 'send_x', 'xsend', 'sen'])('goes to no tool that is only called alike: %s', (tool) => {
    const { container } = lab(rules);
    const token = tokenOf(container);
    let given: unknown;
    send(container, (args) => { given = args; }, tool)({ to: token });

    expect(given).toEqual({ to: token });
  });

  it('stays a token when it is forged, of another category or nested in another value', () => {
    const { container } = lab(rules);
    const token = tokenOf(container);
    const ssn = tokenOf(container, 'ssn', '123-45-6789');
    const nesting = tokenOf(container, 'email', `x${ssn}`);
    let given: unknown;
    const tool = send(container, (args) => { given = args['to']; });

    for (const forged of [token.toLowerCase(), token.replace('EMAIL', 'SSN'), '⟦EMAIL_1⟧', token.replace('·', '·\u200b'), ssn, '⟦__proto__⟧', '⟦constructor⟧']) {
      tool({ to: forged });
      expect(given).toBe(forged);
    }
    tool({ to: nesting });
    expect(given).toBe(`x${ssn}`);
  });

  it('cannot be changed by a guard', () => {
    const { container } = lab(rules);
    container.get(HookRegistry).on('pre_call', ({ call }) => { ((call.args[0] as { deep: { to: string } }).deep).to = 'eve@evil.example'; });
    let ran = false;

    expect(caught(() => send(container, () => { ran = true; })({ deep: { to: tokenOf(container) } }))).toMatchObject({ code: 'HOOK' });
    expect(ran).toBe(false);
  });

  it('is a token again in calls made inside the tool', () => {
    const { container } = lab(rules);
    const token = tokenOf(container);
    const seen: unknown[] = [];
    const inner = enforce((args: unknown) => void seen.push(args, currentCall()?.args), { container, tool: 'inner' });
    send(container, (args) => { inner(args); })({ to: token });

    expect(seen).toEqual([{ to: token }, [{ to: token }]]);
  });

  it.each(['hook', 'result', 'error', 'stream'])('reaches nothing behind the tool: %s', async (where) => {
    const { container, auditor, logs } = lab(rules);
    const seen: unknown[] = [];
    if (where === 'hook') for (const event of ['post_call', 'violation', 'redaction'] as const) container.get(HookRegistry).on(event, (context: unknown) => void seen.push(context));
    const args = { to: tokenOf(container) };
    if (where === 'stream') {
      const stream = enforce(async function* talk(given: { to: string }) { yield given.to.slice(0, 4); yield given.to.slice(4); }, { container, tool: 'send' });
      for await (const chunk of stream(args)) seen.push(chunk);
    } else if (where === 'error') {
      seen.push(caught(() => send(container, ({ to }) => { throw new AggregateError([new Error(String(to))], String(to), { cause: { [String(to)]: new Map([[to, new Set([to])]]) } }); })(args)));
    } else {
      seen.push(send(container, (given) => given)(args));
    }
    await container.house.services.observers.flush();

    expect(inspect([seen, auditor.entries, logs], { depth: 12 })).not.toContain('ann@');
    expect(seen.join('')).not.toContain('ann@');
  });

  it.each(['result', 'error'])('that only its name gave away does not come back in the clear: %s', (where) => {
    const { container } = lab(rules);
    const { password } = enforce(() => ({ password: 'hunter2xx99' }), { container, tool: 'look' })();
    const tool = send(container, ({ pw }) => {
      if (where === 'error') throw new Error(`no such login: ${String(pw)}`);
      return `logged in with ${String(pw)}`;
    });
    let back: unknown;
    const error = caught(() => { back = tool({ pw: password }); });

    expect(inspect([back, error], { depth: 9 })).not.toContain('hunter2xx99');
  });

  it('is decided on, and no rule quotes it', () => {
    const { container, auditor, logs } = lab({ ...rules, tools: { send: { pii_redaction: { reveal: ['email'] }, extra_args: 'deny', args: { to: { enum: ['bob@corp.io'] } } } } });
    const token = tokenOf(container);
    const error = caught(() => send(container, () => 0)({ to: token, [token]: 1 }));

    expect(error).toMatchObject({ code: 'ARGUMENT_VIOLATION' });
    expect(inspect([error, auditor.entries, logs], { depth: 9 })).not.toContain('ann@');
  });

  it('is handled the same way where a policy only watches', () => {
    const { container, auditor } = lab(rules);
    const policy = Policy.from({ name: 'watching', mode: 'monitor', rules: { ...rules, tools: { send: { pii_redaction: { reveal: ['email'] }, args: { to: { enum: ['x'] } } } } } });
    const token = tokenOf(container);
    const tool = enforce((args: { to: string }) => [args.to.length, args.to], { container, tool: 'send', policy });

    expect(tool({ to: token })).toEqual(['ann@corp.io'.length, token]);
    expect(JSON.stringify(auditor.entries)).not.toContain('ann@');
  });
});

describe('a vault', () => {
  it('that answers the value in another form blocks the call', () => {
    const { container } = lab(rules);
    container.rebind(Vault).toConstantValue({ tokenFor: (_category: string, value: string) => [...value].join(' '), valueOf: () => undefined });
    let ran = false;
    const error = caught(() => send(container, () => { ran = true; }, 'other')({ to: 'ann@corp.io' }));

    expect(error).toMatchObject({ code: 'REDACTION' });
    expect(inspect(error, { depth: 9 })).not.toMatch(/ann@|a n n/);
    expect(ran).toBe(false);
  });

  it('that says something other than text behind a token blocks the call or leaves the token', () => {
    const { container } = lab(rules);
    container.rebind(Vault).toConstantValue({ tokenFor: () => '⟦EMAIL_1⟧', valueOf: (() => ({ category: 'email', value: { odd: true } })) as never }); // from code without types
    let given: unknown = 'not run';
    const error = caught(() => send(container, ({ to }) => { given = to; })({ to: '⟦EMAIL_1⟧' }));

    expect([String(given), error === undefined]).toEqual(error === undefined ? ['⟦EMAIL_1⟧', true] : ['not run', false]);
  });

  it.each([Vault, RedactorPlugin])('or a plugin that throws what calls itself a RedactError is not quoted', (part) => {
    const { container } = lab(rules);
    const fail = (value: string): never => { throw Object.assign(new Error(`cannot take ${value}`), { name: 'RedactError' }); };
    if (part === Vault) container.rebind(Vault).toConstantValue({ tokenFor: (_category: string, value: string) => fail(value), valueOf: () => undefined });
    else container.bind(RedactorPlugin).toConstantValue({ name: 'p', categories: ['x'], redact: fail });
    const error = caught(() => send(container, () => 0, 'other')({ to: 'ann@corp.io and more' }));

    expect(error).toMatchObject({ code: 'REDACTION' });
    expect(inspect(error, { depth: 9 })).not.toMatch(/ann@|and more/);
  });
});

describe('the key of the hash strategy', () => {
  it('is shown by nothing that is printed', () => {
    const { container, logs } = lab({ pii_redaction: { categories: ['email'], strategy: 'hash' } }, { redactionKey: 'a-key-of-the-company' });
    enforce((value: unknown) => value, { container, tool: 'echo' })('ann@corp.io');

    expect(inspect([container, container.get(Redactor), container.house, logs], { depth: 12, showHidden: true })).not.toContain('a-key-of-the-company');
  });
});

describe('a parent that locks', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'reveal-locks-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  function child(parent: string, locked: string, of: string): unknown {
    writeFileSync(join(folder, 'base.yaml'), `{name: base, locked: ${locked}, rules: {${parent}}}`);
    writeFileSync(join(folder, 'child.yaml'), `{extends: base.yaml, rules: {${of}}}`);
    return caught(() => Policy.fromFile(join(folder, 'child.yaml')));
  }

  const hides = 'pii_redaction: {categories: [email], strategy: tokenize}';
  const reveals = `${hides}, tools: {send: {pii_redaction: {reveal: [ssn]}}}`;

  it.each([
    [reveals, 'true', 'tools: {send: {pii_redaction: {reveal: [email]}}}'],
    [reveals, 'true', 'tools: {"*": {pii_redaction: {reveal: [email]}}}'],
    [reveals, '[rules.tools]', 'tools: {"se*": {pii_redaction: {reveal: [email]}}}'],
    [reveals, '[rules.tools.send]', 'tools: {"*": {pii_redaction: {reveal: [email]}}}'],
    [hides, 'true', 'tools: {send: {pii_redaction: {reveal: [email]}}}'],
    [hides, 'true', 'pii_redaction: {strategies: {email: sha256}}'],
    ['pii_redaction: {categories: [email], strategy: remove}', '[rules.pii_redaction]', 'pii_redaction: {strategies: {email: tokenize}}'],
    ['pii_redaction: {categories: [email]}', 'true', 'pii_redaction: {decode_base64: false}'],
    ['pii_redaction: {patterns: {emp: {pattern: "E[0-9]+"}}}', 'true', 'pii_redaction: {patterns: {emp: {pattern: zzz}}}'],
  ])('%s, %s, is not loosened by %s', (parent, locked, of) => {
    expect(child(parent, locked, of)).toMatchObject({ code: 'POLICY_INVALID' });
  });
});
