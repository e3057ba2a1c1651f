import { describe, expect, it } from '@jest/globals';
import { PolicyLoadError, PolicyValidationError } from '../errors.js';
import { Policy } from './policy.js';

const cyclic: Record<string, unknown> = { name: 'p' };
cyclic.rules = { allowed_tools: cyclic };

let deep: unknown = {};
for (let i = 0; i < 100_000; i++) deep = { rules: deep };

const revoked = Proxy.revocable({}, {});
revoked.revoke();

const endless = new Proxy([], {
  getOwnPropertyDescriptor: () => ({ value: 4e9, writable: true, enumerable: false, configurable: false }),
});

const sparse = new Array<string>(1);
sparse.push('a');

function trap(): never {
  throw new TypeError('gotcha');
}

describe('Policy.from', () => {
  it.each<[string, unknown, string]>([
    ['a cycle', cyclic, '<object> rules.allowed_tools: the object contains itself (expected plain data without cycles)'],
    ['a depth', deep, 'nested too deeply (expected at most 32 levels)'],
    ['a revoked proxy', revoked.proxy, '<object>: the object refuses to be read (expected plain data)'],
    ['a proxy that throws', new Proxy({}, { ownKeys: trap }), '<object>: the object refuses to be read (expected plain data)'],
    ['a proxy that hides what it is', new Proxy({}, { getPrototypeOf: trap }), '<object>: the object refuses to be read'],
    ['a proxy that lies about a length', { name: endless }, '<object> name: the list is too long (expected at most 100000 items)'],
    ['a getter', { get name() { return 'p'; } }, '<object> name: the value is computed by a getter (expected plain data)'],
    ['a setter', { rules: { set denied_tools(_: unknown) { trap(); } } }, '<object> rules.denied_tools: the value is computed by a getter'],
    ['a symbol key', { name: 'p', [Symbol('x')]: 1 }, '<object>: a symbol is used as a key (expected a plain name)'],
    ['a huge sparse list', { rules: { denied_tools: new Array(4e9) } }, '<object> rules.denied_tools: the list is too long'],
    ['too many values', { rules: { allowed_tools: Array.from({ length: 1e5 }, () => 'a') } }, 'too many values (expected at most 100000)'],
  ])('refuses %s', (_what, document, message) => {
    expect(() => Policy.from(document)).toThrow(PolicyLoadError);
    expect(() => Policy.from(document)).toThrow(message);
  });

  it.each<[unknown, string]>([
    [undefined, 'got a value of type undefined (expected a map)'],
    [null, 'got nothing (expected a map)'],
    ['name: p', 'got the text "name: p" (expected a map)'],
    [[], 'got a list (expected a map)'],
    [() => 'p', 'got a value of type function (expected a map)'],
    [new Map([['name', 'p']]), 'got an instance of a class (expected a map)'],
    [new Date(0), 'got an instance of a class (expected a map)'],
    [{ name: 7n }, 'name: got a value of type bigint (expected a name for the policy, 1 to 256 characters)'],
    [{ name: new String('p') }, 'name: got an instance of a class (expected a name for the policy, 1 to 256 characters)'],
    [{ name: 'p', rules: { denied_tools: [() => 'a'] } }, 'rules.denied_tools[0]: got a value of type function (expected a tool name, with * for any run of characters)'],
    [{ name: 'p', rules: { denied_tools: sparse } }, 'rules.denied_tools[0]: got a value of type undefined (expected a tool name, with * for any run of characters)'],
    [{ name: 'p', extends: 'base.yaml' }, 'extends: only a policy loaded from a file can extend another'],
    [{ name: 'p', rules: { denied_tools: [{ then: 'a' }] } }, 'rules.denied_tools[0]: got a map (expected a tool name, with * for any run of characters)'],
    [JSON.parse('{"name":"p","__proto__":{"rules":{}}}'), '__proto__: unknown key'],
    [{ name: 'p', constructor: { name: 'x' } }, 'constructor: unknown key'],
    [{ name: 'p', rules: { constructor: 'boom', then: 1 } }, 'rules.constructor: unknown key'],
  ])('says what is wrong with %p', (document, message) => {
    expect(() => Policy.from(document)).toThrow(PolicyValidationError);
    expect(() => Policy.from(document)).toThrow(message);
  });

  it('runs no code of the object while it reads it', () => {
    let ran = false;
    const spy = new Proxy({ name: 'p' }, { get: () => { ran = true; return undefined; } });

    expect(Policy.from(spy).name).toBe('p');
    expect(ran).toBe(false);
  });

  it('takes the same part twice where it is no cycle, and null prototypes', () => {
    const tools = ['a'];
    const rules: unknown = Object.assign(Object.create(null), { allowed_tools: tools, denied_tools: tools, max_output_size_bytes: undefined });

    expect(Policy.from({ name: 'p', rules }).judgeTool('a').allowed).toBe(false);
  });

  it('refuses to work with a polluted prototype, instead of inheriting rules from it', () => {
    const polluted = Object.prototype as unknown as Record<string, unknown>; // The attack under test.
    polluted.on_violation = 'log';
    polluted.denied_tools = ['a'];
    polluted.allowed_tools = ['shell'];
    try {
      expect(() => Policy.from({ name: 'p', rules: { allowed_tools: [] } })).toThrow('the schema check failed');
      expect(() => Policy.from({ name: 'p' })).toThrow(PolicyLoadError);
    } finally {
      delete polluted.on_violation;
      delete polluted.denied_tools;
      delete polluted.allowed_tools;
    }
  });
});
