import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConditionError } from './condition-error.js';
import { conditionFunctions, conditionVariables, functionNames, type ExtraVariables } from './condition-language.js';
import { compileCondition, type Facts } from './condition.js';

// A Monday, 13:05:09.250 in Berlin, 08:05:09.250 in New York.
const nowMs = Date.UTC(2026, 0, 5, 12, 5, 9, 250);

function facts(args: Readonly<Record<string, unknown>> = {}, rest: Partial<Facts> = {}): Facts {
  return { tool: 'send_mail', args, agent: undefined, tenant: undefined, session: undefined, nowMs, env: {}, labels: {}, ...rest };
}

function holds(source: string, args: Readonly<Record<string, unknown>> = {}, rest: Partial<Facts> = {}): boolean {
  return compileCondition(source).holds(facts(args, rest));
}

function refusal(run: () => unknown): ConditionError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConditionError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const failure = (source: string, args: Readonly<Record<string, unknown>> = {}): string => refusal(() => holds(source, args)).message;
const compileFailure = (source: string, also: ExtraVariables = {}): ConditionError => refusal(() => compileCondition(source, { also }));

const big = 2n ** 62n;

describe('a condition', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ['args.amount <= 1000', { amount: 1000 }, true],
    ['args.amount <= 1000', { amount: 999.99 }, true],
    ['args.amount <= 1000', { amount: 1000.01 }, false],
    ['args.amount <= 1000', { amount: 5e20 }, false],
    ['args.amount <= 1000', { amount: -5e20 }, true],
    ['args.amount <= 1000', { amount: 1000n }, true],
    ['args.amount <= 1000', { amount: 2n ** 80n }, false],
    ['args.amount <= 1000u', { amount: 1000 }, true],
    ['args.amount < 10.5', { amount: 10 }, true],
    ['args.amount < 10.5', { amount: 10n }, true],
    ['args.amount > 1000', { amount: Infinity }, true],
    ['args.amount < 0', { amount: -Infinity }, true],
    ['args.amount == 1000', { amount: 1000 }, true],
    ['args.amount == 1000', { amount: 1000n }, true],
    ['args.amount == 1000u', { amount: 1000 }, true],
    ['args.amount == 1000.0', { amount: 1000n }, true],
    ['1000 == args.amount', { amount: 1000 }, true],
    ['args.amount != 1000', { amount: 1000 }, false],
    ['args.amount == 0', { amount: -0 }, true],
    ['args.a == args.b', { a: 1, b: 1n }, true],
    ['args.a == args.b', { a: [1, [2]], b: [1n, [2n]] }, true],
    ['args.a == args.b', { a: { x: [1] }, b: new Map([['x', [1]]]) }, true],
    ['args.a == args.b', { a: { x: 1 }, b: { y: 1 } }, false],
    ['args.a == args.b', { a: big, b: Number(big) }, true],
    ['args.a == args.b', { a: big + 1n, b: Number(big) }, false],
    ['args.amount in [1, 2, 3]', { amount: 2 }, true],
    ['args.amount in [1.5, 2]', { amount: 2n }, true],
    ['args.amount in args.all', { amount: 2, all: [1n, 2n] }, true],
    ['args.amount * 2 > 100', { amount: 50.5 }, true],
    ['args.amount * 2 > 100', { amount: 51n }, true],
    ['2 * args.amount > 100', { amount: 50 }, false],
    ['args.amount + 0.5 == 1.5', { amount: 1n }, true],
    ['args.amount + args.tax == 3', { amount: 1n, tax: 2 }, true],
    ['args.n - 1 == 0', { n: 1 }, true],
    ['args.n / 2 == 1.5', { n: 3 }, true],
    ['args.n / 2 == 1', { n: 3n }, true],
    ['args.n * 2u == 6', { n: 3 }, true],
    ['args.n % 2 == 0', { n: 4 }, true],
    ['args.n % 2 == 0', { n: 3 }, false],
    ['args.n % 2 == 0', { n: 4n }, true],
    ['args.n % 1.5 == 0', { n: 3 }, true],
    ['args.a % args.b == 1', { a: 7, b: 3 }, true],
    ['-args.n == -3', { n: 3 }, true],
    ['size(args.to) * args.price <= 10', { to: ['a', 'b'], price: 5 }, true],
    ['args.list[args.i] == "b"', { list: ['a', 'b'], i: 1 }, true],
    ['args.list[1] == "b"', { list: ['a', 'b'] }, true],
    ['int(args.n) == 3', { n: 3.9 }, true],
    ['int(args.n) == 12', { n: '12' }, true],
    ['double(args.n) < 2', { n: '1.5e0' }, true],
    ['type(args.n) == double', { n: 1 }, true],
    ['type(args.n) == int', { n: 1n }, true],
    ['args.n != args.n', { n: 1 }, false],
  ])('compares numbers as an author expects: %s of %o is %s', (source, args, expected) => {
    expect(holds(source, args)).toBe(expected);
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['args.to == "a"', { to: 'a' }, true],
    ['args.to == "1"', { to: 1 }, false],
    ['args.to == null', { to: null }, true],
    ['args.flag', { flag: true }, true],
    ['!args.flag', { flag: false }, true],
    ['args.to.size() == 2', { to: new Set(['a', 'b']) }, true],
    ['args.m.a == 1', { m: new Map([['a', 1]]) }, true],
    ['args.m["a b"] == 1', { m: { 'a b': 1 } }, true],
    ['args.m[args.k] == 1', { m: { x: 1 }, k: 'x' }, true],
    ['args.when < time', { when: new Date(0) }, true],
    ['time - args.when > duration("1h")', { when: new Date(0) }, true],
    ['args.b == b"ab"', { b: new Uint8Array([97, 98]) }, true],
    ['args.b == b"ab"', { b: Buffer.from('ab') }, true],
    ['size(args.list) == 2', { list: [undefined, 1] }, true],
    ['args.list[0] == null', { list: [undefined, 1] }, true],
    ['has(args.a)', { a: undefined }, false],
    ['has(args.a)', { a: null }, true],
    ['has(args.a.b)', { a: { b: 1 } }, true],
    ['has(args.a.b)', { a: {} }, false],
    ['"a" in args', { a: 1 }, true],
    ['"a" in args', {}, false],
    ['"x" in args.a', { a: { x: 1 } }, true],
    ['"x" in args.a', { a: ['x'] }, true],
    ['"x" in args.a', { a: ['y'] }, false],
    ['args.k in args', { k: 'k' }, true],
    ['size(args) == 2', { a: 1, b: undefined, c: 2 }, true],
    ['args.exists(k, k.startsWith("x_"))', { x_a: 1 }, true],
    ['args.to.all(x, x.endsWith("@a.example"))', { to: ['b@a.example'] }, true],
    ['args.to.all(x, x.endsWith("@a.example"))', { to: ['b@a.example', 'c@b.example'] }, false],
    ['args.rows.exists(r, r.tags.exists(t, t == "x"))', { rows: [{ tags: ['x'] }] }, true],
    ['args.a ? args.b : args.c', { a: true, b: true }, true],
    ['args.missing == 1 || tool == "send_mail"', {}, true],
    ['args.missing == 1 && tool == "other"', {}, false],
    ['args.user.name == "x"', { user: { name: 'x', photo: () => 1 } }, true],
    ['args["constructor"] == 1', { constructor: 1 }, true],
    ['args.user.constructor == 1', { user: { constructor: 1 } }, true],
    ['args.x.y == 1', { x: Object.assign(Object.create(null), { y: 1 }) }, true],
    ['[1, "a", args.x].exists(v, v == 2)', { x: 2 }, true],
    ['{"a": args.x}.a == 2', { x: 2 }, true],
    ['session.id == "" && agent == "" && tenant == ""', {}, true],
  ])('reads arguments: %s of %o is %s', (source, args, expected) => {
    expect(holds(source, args)).toBe(expected);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['args.n <= 1000', { n: NaN }, /NaN/],
    ['!(args.n > 1000)', { n: NaN }, /NaN/],
    ['args.list.all(n, n < 2)', { list: [1, NaN] }, /NaN/],
    ['args.a / args.b > 5', { a: 0, b: 0 }, /not a number/],
    ['args.a - args.b > 5', { a: Infinity, b: Infinity }, /not a number/],
    ['args.a % args.b > 5', { a: 1, b: 0 }, /not a number/],
    ['double(args.a) > 5.0', { a: 'nan' }, /conversion failed/],
    ['int(args.a) < 5', { a: '' }, /conversion failed/],
    ['int(args.a) < 5', { a: '0b11' }, /conversion failed/],
    ['int(args.a) < 5', { a: ' 1' }, /conversion failed/],
    ['int(args.a) < 5', { a: 1e300 }, /out of range/],
    ['int(args.a) < 5', { a: Infinity }, /out of range/],
    ['uint(args.a) < 5', { a: '' }, /conversion failed/],
    ['uint(args.a) < 5', { a: -1 }, /out of range/],
    ['double(args.a) < 5.0', { a: '0x10' }, /conversion failed/],
    ['timestamp(args.a) < time', { a: '2026-01-01T00:00:00.000' }, /conversion failed/],
    ['timestamp(args.a) < time', { a: '2026-02-30T00:00:00Z' }, /conversion failed/],
    ['timestamp(args.a) < time', { a: 1e30 }, /no such overload/],
    ['duration(args.a) < duration("1h")', { a: '1'.repeat(50_000) }, /conversion failed/],
    ['time + duration(args.a) < time', { a: '9999999999999h' }, /not a number/],
    ['args.a < time', { a: new Date(NaN) }, /not a date/],
    ['args.a + args.b > 1', { a: 2n ** 63n - 1n, b: 1n }, /out of range/],
    ['args.a / args.b > 1', { a: 1n, b: 0n }, /division by zero/],
    ['args.a % args.b > 1', { a: 1n, b: 0n }, /division by zero/],
    ['args.missing == 1', {}, /no such key/],
    ['!has(args.a.b.c)', { a: {} }, /no such key/],
    ['args.a.b == 1', { a: 'text' }, /no such key/],
    ['args.a.b == 1', { a: [1] }, /no such key/],
    ['args.a[3] == 1', { a: [1] }, /index out of bounds/],
    ['args.a > 1', { a: 'text' }, /no such overload/],
    ['args.a > 1', { a: null }, /no such overload/],
    ['args.a.contains("x")', { a: 1 }, /no such overload/],
    ['lower(args.a) == ""', { a: 1 }, /no such overload/],
    ["re2(args.a, 'x')", { a: 1 }, /no such overload/],
    ['args.a', { a: 'true' }, /not a bool/],
    ['args.a', { a: 1 }, /not a bool/],
    ['args.a && tool == "send_mail"', { a: 1 }, /expected a bool/],
    ['args.a ? tool == "a" : tool == "b"', { a: 1 }, /expected a bool/],
    ['args.a.all(x, x > 0)', { a: 'text' }, /expected a list/],
    ['args.a.all(x, x)', { a: [1] }, /expected a bool/],
    ['args.constructor == 1', {}, /no such key/],
    ['args.toString == 1', {}, /no such key/],
    ['args.__proto__ == 1', {}, /no such key/],
    ['args.a.__proto__ == 1', { a: {} }, /no such key/],
    ['args["hasOwnProperty"] == 1', {}, /no such key/],
    ['args.a == 1', Object.create({ a: 1 }) as Record<string, unknown>, /type that conditions do not know/],
    ['args.a == 1', { a: () => 1 }, /type that conditions do not know/],
    ['args.a == 1', { a: Symbol('a') }, /type that conditions do not know/],
    ['args.a == 1', { a: /a/u }, /type that conditions do not know/],
    ['args.a == 1', { a: new (class A extends Map<string, number> {})().set('x', 1).entries() }, /type that conditions do not know/],
    ['args.a.exists(k, k == "x")', { a: new Map([[{}, 1]]) }, /type that conditions do not know/],
  ])('fails closed: %s of %o', (source, args, message) => {
    expect(failure(source, args)).toMatch(message);
  });

  it('does not find inherited members', () => {
    expect(['toString', '__proto__', 'constructor'].map((name) => holds(`${JSON.stringify(name)} in args`))).toEqual([false, false, false]);
    expect(['toString', '__proto__', 'constructor'].map((name) => holds('args.k in {"a": 1}', { k: name }))).toEqual([false, false, false]);
  });

  it('names the place of a failure', () => {
    expect(refusal(() => holds('tool == "x" || args.missing == 1')).offset).toBe(20);
    expect(refusal(() => holds('tool == "x" || int(args.a) == 1', { a: 'x' })).offset).toBe(15);
  });

  it('never quotes a value of the call in a failure', () => {
    const secret = 's3cret-value';
    const sources = ['int(args.a) == 1', 'bool(args.a)', 'args[args.a] == 1', 'args.a > 1', 'args.a', 'timestamp(args.a) < time', 'duration(args.a) < duration("1s")', '{"x": 1}[args.a] == 1', 'args.a.all(x, x)', '[1][args.a] == 1', 'args.a.b == 1', 'double(args.a) > 1.0', 'args.a.substring(99) == ""', 'args.a + 1 == 2'];
    for (const source of sources) {
      const error = refusal(() => holds(source, { a: secret }));

      expect(`${error.message} ${String(error.stack)} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(secret);
    }
  });

  it.each<[string, RegExp, number | undefined]>([
    ['', /Unexpected token/, 0],
    ['tool ==', /Unexpected token/, 7],
    ['tool == "a', /Unterminated/, 8],
    ['tool = "a"', /Unexpected character/, 5],
    ['tool == "a" tool', /Unexpected|EOF/, 12],
    ['tol == "a"', /unknown variable "tol" \(did you mean "tool"\?\)/, 0],
    ['args.x.startWith("a")', /unknown function "startWith" \(did you mean "startsWith"\?\)/, 7],
    ['sze(args.x) > 1', /unknown function "sze" \(did you mean "size"\?\)/, 0],
    ['text == "a"', /unknown variable "text"/, 0],
    ['value == "a"', /unknown variable "value"/, 0],
    ['process.env.X == "a"', /unknown variable "process"/, 0],
    ['cel.bind(x, tool, x == "a")', /unknown variable "cel"/, 0],
    ['google.protobuf.Timestamp == type(time)', /unknown variable "google"/, 0],
    ['b"{}".json() == {}', /unknown function "json"/, undefined],
    ['args.x.matches("a")', /matches\(\) is not supported.*re2\(text, 'pattern'\)/, 7],
    ['tool + 1 == 2', /no such overload: string \+ int/, 0],
    ['tool == 1', /no such overload: string == int/, 0],
    ['time > 3', /no such overload/, 0],
    ['tool.getHours() == 1', /no matching overload/, 0],
    ['session.ip == "a"', /No such key: ip/, 8],
    ['session.id == 1', /no such overload/, 0],
    ['env.CI == 1', /no such overload/, 0],
    ['tool', /type string, expected bool/, 0],
    ['1 + 1', /type int, expected bool/, 0],
    ['args', /type map.*expected bool/, 0],
    ['true', /always true/, 0],
    ['false', /always false/, 0],
    ['1 == 2', /always false/, 0],
    ['1.0 == 1', /always true/, 0],
    ['1u == 1.5', /always false/, 0],
    ['!(2 > 3)', /always true/, 0],
    ['true || args.x', /always true/, 0],
    ['args.x || true', /always true/, 0],
    ['args.x && 1 > 2', /always false/, 0],
    ['args.x ? true : true', /always true/, 0],
    ['[1, 2].all(x, x > 0)', /always true/, 0],
    ['"a".startsWith("a")', /always true/, 0],
    ['[1][3] == 1', /always fails/, 0],
    ["re2('abc', 'b')", /always true/, 0],
    ["re2(tool, '(a')", /missing closing/, 10],
    ["re2(tool, '(?=a)')", /lookahead.*linear time/, 10],
    ['re2(tool, tool)', /must be a string literal/, 10],
    ["re2(tool, 'a' + 'b')", /must be a string literal/, 10],
    ["re2(tool)", /no matching overload/, 0],
    ["ip_in(tool, '10.0.0.0/33')", /no network/, 12],
    ["ip_in(tool, '10.0.0.1')", /no network/, 12],
    ["ip_in(tool, '10/8')", /no network/, 12],
    ['time.getHours("Mars/Base") == 1', /no time zone/, 14],
    ['time.getHours(tool) == 1', /must be a string literal/, 14],
    ['args.a.all(tool, tool == "x")', /already means/, 11],
    ['args.a.all(x, args.b.all(x, x))', /already means/, 25],
    ['args.a.all(1, true)', /invalid predicate|expects the name/, undefined],
    ['args.a.all(x, args.b.all(y, args.c.all(z, x == z)))', /nested more than 2/, 28],
    ['has(tool)', /has\(\)/, undefined],
    ['args.x.?y == 1', /Expected|Unexpected/, undefined],
    [`tool == "${'a'.repeat(4096)}"`, /4106 characters/, undefined],
    ['('.repeat(4000), /too large/, undefined],
    ['['.repeat(4000), /too large/, undefined],
    ['!'.repeat(4000), /./, undefined],
    [`${'!'.repeat(4000)}args.x`, /nested more than|too large|cannot be compiled/, undefined],
    [`${'-'.repeat(33)}args.x > 1`, /nested more than 32/, undefined],
    ['a&&'.repeat(1200), /too large|unknown|Unexpected/, undefined],
    [`args${'.a'.repeat(2000)}`, /too large/, undefined],
    ['!'.repeat(10_000), /10000 characters/, undefined],
  ])('refuses to compile %j', (source, message, offset) => {
    const error = compileFailure(source);

    expect(error.message).toMatch(message);
    if (offset !== undefined) expect(error.offset).toBe(offset);
  });

  it('takes a chain of 300 comparisons and of 500 operands', () => {
    expect(holds(Array.from({ length: 200 }, (_, i) => `tool != "a${i}"`).join(' && '))).toBe(true);
    expect(compileCondition(Array.from({ length: 500 }, () => 'value').join('&&'), { also: { value: 'dyn' } }).holds({ ...facts(), value: true })).toBe(true);
  });

  it.each([...conditionFunctions, ...conditionVariables].map(({ name, example }) => [name, example] as const))('evaluates the example of %s', (name, example) => {
    const args = { amount: 10, to: ['a@example.com', 'b@example.com'], subject: 'URGENT', url: 'https://Example.com./x', ip: '10.1.2.3', name: 'ROOT' };
    // Examples of conversions need no call.
    const source = `(${example}) && tool != "x"`;
    const rest = { env: { CI: 'true' }, labels: { team: 'a' }, tenant: 'acme', agent: 'a' };
    const expected = name !== 'exists_one' || args.to.length > 0;

    expect(example).toContain(name);
    expect(holds(source, args, rest)).toBe(expected);
  });

  it('knows no function that its table leaves out', () => {
    expect(functionNames.size).toBe(conditionFunctions.length);
  });

  it.each<[string, boolean]>([
    ['https://example.com/x', true],
    ['https://EXAMPLE.com.:443/', true],
    ['http://user@example.com', true],
    ['https://example.com.evil.test/', false],
    ['https://evil.test/?example.com', false],
    ['example.com', false],
    ['', false],
    ['https://exa\u0301mple.com', false],
    ['https://ｅxample.com', true],
  ])('reads the host of %j', (url, expected) => {
    expect(holds('host(args.url) == "example.com"', { url })).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['[::ffff:a01:203]', '10.0.0.0/8', true],
    ['::ffff:10.1.2.3', '::ffff:0:0/96', true],
    ['0x0a.1.2.3', '10.0.0.0/8', true],
    ['167838211', '10.0.0.0/8', true],
    ['fd00::1', 'fc00::/7', true],
    ['[fd00::1]', 'fc00::/7', true],
    ['fe80::1%eth0', 'fe80::/10', true],
    ['10.1.2.3', 'fc00::/7', false],
    ['example.com', '10.0.0.0/8', false],
    ['', '0.0.0.0/0', false],
    [`10.0.0.${'0'.repeat(1_000_000)}`, '10.0.0.0/8', false],
  ])('looks for %s in %s', (ip, network, expected) => {
    expect(holds(`ip_in(args.ip, '${network}')`, { ip })).toBe(expected);
  });

  it('reads the clock in a zone, whatever the zone of the process, also where clocks change', () => {
    const at = (source: string, ms: number): boolean => holds(source, {}, { nowMs: ms });

    expect(at('time.getHours("Europe/Berlin") == 13 && time.getDayOfWeek("Europe/Berlin") == 1 && time.getMinutes("Asia/Kolkata") == 35', nowMs)).toBe(true);
    expect(at('time.getHours() == 12 && time.getMilliseconds("Europe/Berlin") == 250', nowMs)).toBe(true);
    // 07:30 UTC is 02:30 in Chicago, in the hour that New York skips.
    expect(at('time.getHours("America/Bogota") == 2', Date.UTC(2026, 2, 8, 7, 30))).toBe(true);
    expect(at('time.getHours("Europe/Berlin") == 0 && time.getDate("Europe/Berlin") == 1 && time.getMonth("Europe/Berlin") == 0 && time.getFullYear("Europe/Berlin") == 2027', Date.UTC(2026, 11, 31, 23))).toBe(true);
    expect(refusal(() => at('time.getHours() == 1', NaN)).message).toMatch(/no such value/);
  });

  it('reads text and value where a rule declares them', () => {
    const both = compileCondition("re2(text, 'a') && value.n > 1", { also: { text: 'string', value: 'dyn' } });

    expect(both.holds({ ...facts(), text: 'a', value: { n: 2 } })).toBe(true);
    expect(refusal(() => both.holds({ ...facts(), text: 'a' })).message).toMatch(/no such value/);
    expect(refusal(() => both.holds(facts())).message).toMatch(/no such value/);
    expect(compileCondition('value < 2', { also: { value: 'dyn' } }).holds({ ...facts(), value: 1 })).toBe(true);
    expect(refusal(() => compileCondition('other', { also: { other: 'dyn' } as ExtraVariables })).message).toMatch(/other/);
  });

  it('says what it reads', () => {
    const condition = compileCondition('env.CI == "1" && "HOME" in env && env["A"] != "" && tool == "x" && !args.list.exists(x, x == "tool")');

    expect([...condition.variables].sort()).toEqual(['args', 'env', 'tool']);
    expect([...condition.envNames].sort()).toEqual(['A', 'CI', 'HOME']);
    expect([...compileCondition('env[tool] == "1"').envNames]).toEqual(['*']);
    expect([...compileCondition('tool == "x"').envNames]).toEqual([]);
  });

  it('answers the same after a failure and keeps nothing of the call', () => {
    const condition = compileCondition('args.list.exists(x, x.n > 1)');

    expect(condition.holds(facts({ list: [{ n: 2 }] }))).toBe(true);
    expect(() => condition.holds(facts({ list: 1 }))).toThrow(ConditionError);
    expect(() => condition.holds(facts())).toThrow(/no such key/);
    expect(condition.holds(facts({ list: [] }))).toBe(false);
    expect(condition.holds(facts({ list: [{ n: 2 }] }))).toBe(true);
  });

  it('does not look at what it does not read', () => {
    const args = { get huge(): never { throw new Error('read'); }, amount: 1 };

    expect(holds('tool == "send_mail"', args)).toBe(true);
    expect(holds('args.amount == 1', args)).toBe(true);
    expect(holds('has(args.nothing)', args)).toBe(false);
    expect(failure('args.huge == 1', args)).toBe('the evaluation failed');
  });

  const many = Array.from({ length: 100_000 }, (_, i) => i);
  const texts = Array.from({ length: 5000 }, () => 'x'.repeat(10));
  const nested = (depth: number): unknown => Array.from({ length: depth }).reduce((inner: unknown) => [inner], 1);
  const shared = Array.from({ length: 40 }).reduce((inner: unknown) => [inner, inner], 1);
  const cycle: unknown[] = [];
  cycle.push(cycle);

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['args.l.all(x, x >= 0)', { l: many }, /too costly/],
    ['args.l.exists(x, x < 0)', { l: many }, /too costly/],
    ['args.l.exists(x, x.y.z < 0) || tool == "send_mail"', { l: many }, /too costly/],
    ['tool == "send_mail" && !args.l.exists_one(x, x < 0)', { l: many }, /too costly/],
    ['args.l.all(x, args.l.all(y, x + y >= 0))', { l: many.slice(0, 1000) }, /too costly/],
    ['args.l.filter(x, x >= 0) == args.l.map(x, x)', { l: many }, /too costly/],
    ['args.l.all(x, x in args.l)', { l: many.slice(0, 9000) }, /too costly/],
    ['args.l.all(x, args.l == args.l)', { l: many.slice(0, 9000) }, /too costly/],
    ['args.l.exists(x, args.b.contains("y"))', { l: texts, b: 'x'.repeat(10_000_000) }, /too costly/],
    ["args.l.exists(x, re2(args.b, 'y'))", { l: texts, b: 'x'.repeat(10_000_000) }, /too costly/],
    ['args.l.exists(x, size(args.b) == 1)', { l: texts, b: 'x'.repeat(10_000_000) }, /too costly/],
    ['args.l.map(x, args.b + args.b).exists(y, y == "")', { l: texts, b: 'x'.repeat(10_000_000) }, /too costly/],
    ['args.l.exists(x, args.m.exists(k, true))', { l: texts, m: Object.fromEntries(many.map((i) => [`k${i}`, i])) }, /too costly/],
    ['args.a.lastIndexOf(args.b) > 0', { a: 'a'.repeat(400_000), b: `${'a'.repeat(200_000)}b` }, /too costly/],
    ['args.a.contains(args.b)', { a: 'a'.repeat(400_000), b: `aab${'a'.repeat(200_000)}` }, /too costly/],
    ['size(args.a.split("")) > 1', { a: 'a'.repeat(20_000_000) }, /too costly/],
    ['args.a == args.b', { a: nested(100_000), b: nested(100_000) }, /too deep/],
    ['args.a == args.b', { a: shared, b: shared }, /too costly/],
    ['args.a == args.b', { a: cycle, b: cycle }, /too deep/],
    ['size(args.a) > 1', { a: new Array(4_000_000_000) }, /too costly/],
    ['size(args) > 1', Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i])), /too costly/],
  ])('bounds the work of %s', (source, args, message) => {
    const condition = compileCondition(source);
    const started = performance.now();

    expect(refusal(() => condition.holds(facts(args))).message).toMatch(message);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('still decides over lists and texts of ordinary size', () => {
    expect(holds('args.l.all(x, x >= 0)', { l: many.slice(0, 9999) })).toBe(true);
    expect(holds('size(args.l) == 90000', { l: many.slice(0, 90_000) })).toBe(true);
    expect(holds('args.l.all(x, args.m.exists(y, y == x))', { l: many.slice(0, 90), m: many.slice(0, 90) })).toBe(true);
    expect(holds('args.b.contains("y") || args.b.startsWith("x")', { b: 'x'.repeat(10_000_000) })).toBe(true);
  });

  it('throws nothing but ConditionError for any text', () => {
    const token = fc.constantFrom('args', 'tool', 'time', 'env', '.', 'x', '(', ')', '[', ']', '{', '}', ',', ':', '?', '!', '-', '+', '*', '/', '%', '==', '!=', '<', '<=', '&&', '||', ' in ', '1', '1.5', '2u', '"a"', "b'x'", 'r"\\"', 'true', 'null', '.all(', '.map(', '.filter(', 'has(', 're2(', "'(a'", 'size(', 'int(', 'timestamp(', '__proto__', '\ud800', '\0', '//', '"""');
    const source = fc.oneof(fc.string({ unit: 'binary' }), fc.array(token, { maxLength: 14 }).map((tokens) => tokens.join('')));
    fc.assert(
      fc.property(source, (text) => {
        try {
          compileCondition(text).holds(facts({ x: [1] }));
        } catch (error) {
          expect(error).toBeInstanceOf(ConditionError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('throws nothing but ConditionError for any facts, and answers the same twice', () => {
    const conditions = [
      'args.a <= 1000 && tool == "pay"', 'args.a == args.b', 'args.a.all(x, x > 1)', 'args.a.b.c == 1', 'size(args.a) < 3', 'args.a in args.b', 'args.exists(k, k == "a")', '!(args.a > args.b)',
      'int(args.a) > 1', 'string(args.a) == "x"', 'args.a + args.b > 1', 'lower(args.a) == host(args.b)', 'has(args.a.b)', 'args[args.a] == args.b[0]', 'args.a ? args.b : args.c', 'timestamp(args.a) > time', 'args.a.split("")[0] == "x"', "ip_in(args.a, '10.0.0.0/8')", 'env.A == labels.A', 'args.a.map(x, x.b).filter(y, y == 1) == args.b',
    ].map((source) => compileCondition(source));
    const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'then', '', 'length');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true, withObjectString: true }), fc.constantFrom(NaN, Infinity, -0, 1, 1000, 'a', '10.0.0.1', true), fc.dictionary(key, tie('value')), fc.array(tie('value'))),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...conditions), fc.dictionary(key, value, { noNullPrototype: false }), fc.double(), (condition, args, ms) => {
        const answer = (): unknown => {
          try {
            return condition.holds(facts(args, { nowMs: ms }));
          } catch (error) {
            expect(error).toBeInstanceOf(ConditionError);
            return String(error);
          }
        };

        const first = answer();
        expect(answer()).toBe(first);
      }),
      { numRuns: 100 },
    );
  });

  it('agrees with JavaScript on comparisons of finite numbers', () => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }));
    const operators: Readonly<Record<string, (a: number | bigint, b: number | bigint) => boolean>> = {
      '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b,
      '==': (a, b) => a == b,
      '!=': (a, b) => a != b,
    };
    const compiled = Object.entries(operators).map(([operator, oracle]) => ({ condition: compileCondition(`args.a ${operator} args.b`), oracle }));
    fc.assert(
      fc.property(number, number, (a, b) => {
        for (const { condition, oracle } of compiled) expect(condition.holds(facts({ a, b }))).toBe(oracle(a, b));
      }),
    );
  });
});

describe('host()', () => {
  it('refuses an authority that nothing can resolve, instead of taking it for no URL', () => {
    const condition = compileCondition('host(args.url) != "evil.example"');
    const facts = { tool: 't', agent: undefined, tenant: undefined, session: undefined, nowMs: 0, env: {}, labels: {} };

    expect(() => condition.holds({ ...facts, args: { url: `http://${'é.'.repeat(500_000)}evil.example/` } })).toThrow(ConditionError);
    expect(condition.holds({ ...facts, args: { url: `http://evil.example/${'x'.repeat(100_000)}` } })).toBe(false);
  });
});
