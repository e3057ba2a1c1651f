import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SettingsError } from '../errors.js';
import { SandboxError, SandboxMemoryError, SandboxTimeoutError, SandboxViolationError } from '../sandbox/sandbox-errors.js';
import { CodeThrewError } from './code-errors.js';
import { runCode, type RunCodeOptions } from './code-interpreter.js';

async function errorOf(code: string, options: RunCodeOptions = {}): Promise<unknown> {
  try {
    // Generous: a busy machine is no failure.
    return { value: await runCode(code, { timeoutMs: 20_000, ...options }) };
  } catch (error) {
    return error;
  }
}

describe('what comes out', () => {
  it.each<[string, unknown]>([
    ['1 + 1', 2],
    ['const a = await 3; a * 2', 6],
    ['Promise.resolve([1])', [1]],
    ['input.rows.map((row) => row.n)', [1, 2]],
    ['undefined', undefined],
    ['() => 1', undefined],
    ['"\\ud800\\u0000😀"', '\ud800\u0000😀'],
    ['({ constructor: 1, prototype: 2 })', { constructor: 1, prototype: 2 }],
  ])('%s gives its last value as JSON', async (code, value) => {
    const result = await runCode(code, { input: { rows: [{ n: 1 }, { n: 2 }] } });

    expect(result.value).toEqual(value);
  });

  it('is what was logged, up to a limit', async () => {
    const few = await runCode('console.log("a", { b: 1 }, [1n], () => 1); console.error(new Error("x"), null, undefined)');
    const many = await runCode('for (let i = 0; i < 1e4; i++) console.log("line " + i); 5', { maxLogBytes: 1000 });

    expect(few).toMatchObject({ logs: ['a {"b":1} [unprintable] [function]', 'Error: x null undefined'], areLogsCut: false });
    expect(many).toMatchObject({ value: 5, areLogsCut: true });
    expect(JSON.stringify(many.logs).length).toBeLessThanOrEqual(1000);
  });

  it('is what the code threw, with the line and what was logged before', async () => {
    const error = await errorOf('console.log(1);\n\nnull.x');

    expect(error).toBeInstanceOf(CodeThrewError);
    expect(error).toMatchObject({ thrown: { name: 'TypeError', stack: expect.stringContaining('code.js:3') }, logs: ['1'] });
    expect((error as Error).message).not.toContain('null');
  });

  it.each(['return 1', 'import fs from "fs"', 'await import("fs")', 'throw null', 'throw { toString() { throw 1 } }', '1n', 'const o = {}; o.o = o; o'])(
    '%s is the fault of the code',
    async (code) => {
      expect(await errorOf(code)).toBeInstanceOf(CodeThrewError);
    },
  );
});

describe('what is inside', () => {
  it('is the language, and nothing of the machine', async () => {
    const names = 'process require module fetch setTimeout WebAssembly std os Deno Buffer performance navigator SharedArrayBuffer print scriptArgs';

    const { value } = await runCode(`${JSON.stringify(names.split(' '))}.filter((name) => name in globalThis)`);

    expect(value).toEqual(expect.not.arrayContaining(names.split(' ').filter((name) => name !== 'SharedArrayBuffer')));
  });

  it.each(['({}).constructor.constructor("return process")()', 'console.log.constructor("return process")()', 'await (async () => {}).constructor("return process")()', 'eval("process")'])(
    '%s finds no process',
    async (code) => {
      expect(await errorOf(code)).toMatchObject({ thrown: { name: 'ReferenceError', message: "'process' is not defined" } });
    },
  );

  it('is new in every run', async () => {
    await runCode('globalThis.leaked = 1; Object.prototype.polluted = 1; JSON.parse = () => 666; Array.prototype.map = null; 1');

    const { value } = await runCode('[typeof leaked, ({}).polluted === undefined, input]', { input: [1] });

    expect(value).toEqual(['undefined', true, [1]]);
  });

  it('has the input as data, whatever it is called', async () => {
    const input: unknown = JSON.parse('{"__proto__":{"admin":true},"constructor":1}');

    const { value } = await runCode('[({}).admin === undefined, input.admin === undefined, Object.keys(input)]', { input });

    expect(value).toEqual([true, true, ['__proto__', 'constructor']]);
  });
});

describe('time', () => {
  it.each([
    'for (;;);',
    'await null; for (;;);',
    'try { for (;;); } catch {} finally { for (;;); }',
    'for (;;) { try { await null; for (;;); } catch {} }',
    '(function f() { Promise.resolve().then(f); })()',
    '(function f() { Promise.resolve().then(Function.prototype).then(f); })()',
    '/(a+)+$/.test("a".repeat(40) + "b")',
    '({ get a() { for (;;); } })',
    '({ toJSON() { for (;;); } })',
    'new Proxy({}, { ownKeys() { for (;;); } })',
    'class A extends Array { static get [Symbol.species]() { for (;;); } } new A(1, 2).map((x) => x)',
    '[3, 2, 1].sort(() => { for (;;); })',
    'throw { get name() { for (;;); }, __proto__: Error.prototype }',
    // Native loops that the interpreter does not look up from: the watchdog's.
    'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 0)',
    '(2n ** 1000000n).toString()',
    'new Array(2 ** 32 - 1).join()',
  ])('stops %s', async (code) => {
    expect(await errorOf(code, { timeoutMs: 40 })).toBeInstanceOf(SandboxTimeoutError);
    expect(await runCode('1')).toMatchObject({ value: 1 });
  });

  it('of the processor has a limit of its own', async () => {
    const error = await errorOf('for (;;);', { timeoutMs: 30_000, cpuMs: 40 });

    expect(error).toBeInstanceOf(SandboxTimeoutError);
    expect(error).toMatchObject({ limitSeconds: 0.04, reason: expect.stringContaining('processor time') });
  });

  it('that passes while nothing can happen is not waited for', async () => {
    const error = await errorOf('await new Promise(() => {})', {});

    expect(error).toBeInstanceOf(SandboxError);
    expect(error).not.toBeInstanceOf(SandboxTimeoutError);
  });

  it('does not begin when the call was taken back', async () => {
    const error = await errorOf('1', { signal: AbortSignal.abort() });

    expect(error).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('memory and stack', () => {
  const limits = { memoryBytes: 24 * 2 ** 20, timeoutMs: 20_000 };

  it.each(['const a = []; for (;;) a.push(new ArrayBuffer(1e6))', 'const a = []; for (;;) a.push({ a: {} })', '"a".repeat(2 ** 29)', 'new ArrayBuffer(2 ** 29)', 'const a = []; for (;;) a.push("abc".repeat(1e6) + a.length)'])(
    'are not exceeded by %s',
    async (code) => {
      expect(await errorOf(code, limits)).toBeInstanceOf(SandboxMemoryError);
      expect(await runCode('1')).toMatchObject({ value: 1 });
    },
  );

  it('are not said to be exceeded because the code says so', async () => {
    const error = await errorOf('throw new InternalError("out of memory")', limits);

    expect(error).toBeInstanceOf(CodeThrewError);
  });

  it('may run short inside, and the code go on', async () => {
    const { value } = await runCode('try { const a = []; for (;;) a.push(new ArrayBuffer(1e6)); } catch { } "done"', limits);

    expect(value).toBe('done');
  });

  it.each(['(function f() { f(); })()', 'eval("(".repeat(1e5) + ")".repeat(1e5))', 'eval("[".repeat(1e6))', 'let o = []; for (let i = 0; i < 1e4; i++) o = { o }; o + ""; JSON.parse("[".repeat(1e5))'])(
    'end %s with a typed error',
    async (code) => {
      for (const stackBytes of [16 * 1024, 512 * 1024]) expect(await errorOf(code, { stackBytes })).toBeInstanceOf(SandboxError);
      expect(await runCode('1')).toMatchObject({ value: 1 });
    },
  );
});

describe('results', () => {
  it.each<[string, string]>([
    ['"x".repeat(2e6)', 'larger than 1048576 bytes'],
    ['"\\u20ac".repeat(4e5)', 'larger than 1048576 bytes'],
    ['JSON.parse("[".repeat(101) + "]".repeat(101))', 'deeper than 100 levels'],
    ['JSON.parse(`{"a":[{"__proto__":{"admin":true}}]}`)', '__proto__'],
    ['({ ["__pro" + "to__"]: 1 })', '__proto__'],
  ])('are refused: %s', async (code, reason) => {
    const error = await errorOf(code, {});

    expect(error).toBeInstanceOf(SandboxViolationError);
    expect(error).toMatchObject({ reason: expect.stringContaining(reason) });
  });

  it('cannot be forged with what the code does to its own globals', async () => {
    const { value } = await runCode(`
      JSON.stringify = () => '"forged"'; String.prototype.slice = () => 'forged'; Promise.prototype.then = () => {};
      Function.prototype.call = Function.prototype.bind = () => 'forged'; Object.prototype.toJSON = undefined;
      ({ a: 1 })`);

    expect(value).toEqual({ a: 1 });
  });
});

describe('asking wrongly', () => {
  it.each<[RunCodeOptions]>([[{ timeoutMs: 0 }], [{ timeoutMs: Number.NaN }], [{ timeoutMs: Infinity }], [{ memoryBytes: 1 }], [{ stackBytes: 1e7 }], [{ cpuMs: -1 }], [{ maxLogBytes: -1 }]])(
    '%j is refused',
    async (options) => {
      expect(await errorOf('1', options)).toBeInstanceOf(SettingsError);
    },
  );

  it.each<[unknown]>([[1n], [() => 1], [Symbol('x')], ['x'.repeat(9 * 2 ** 20)]])('an input that JSON or the memory cannot hold is refused', async (input) => {
    expect(await errorOf('1', { input })).toBeInstanceOf(SandboxError);
  });

  it('an input that is too deep is refused', async () => {
    let input: unknown = [];
    for (let i = 0; i < 3000; i++) input = [input];

    expect(await errorOf('input', { input, stackBytes: 16 * 1024 })).toBeInstanceOf(SandboxError);
  });

  it('code that is no text, or too much, is refused', async () => {
    expect(await errorOf(5 as never)).toBeInstanceOf(SandboxError);
    expect(await errorOf(' '.repeat(2 ** 20 + 1))).toBeInstanceOf(SandboxError);
  });
});

describe('any program', () => {
  const words = fc.constantFrom('for(;;)', '{', '}', '(', ')', '[', ']', ';', ',', '=', 'a', 'b', 'input', '=>', 'await ', 'async ', 'function ', 'yield ', '...', '1e9', '"x"', '.repeat(', '.map(', 'new ', 'Proxy', 'Promise', 'throw ', '\n', '`', '/', '\\', '\u2028', '\ud800', '\0', 'class ', 'var ');

  it('ends with data or a typed error', async () => {
    const program = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')));

    await fc.assert(
      fc.asyncProperty(program, async (code) => {
        const ended = await errorOf(code, { timeoutMs: 30 });
        const isData = !(ended instanceof Error) && typeof ended === 'object';
        expect(isData || ended instanceof SandboxError || ended instanceof SandboxViolationError).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('gets any data as it is, and gives it back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (input) => {
        fc.pre(!JSON.stringify(input).includes('__proto__'));
        const { value } = await runCode('input', { input });
        expect(JSON.stringify(value)).toBe(JSON.stringify(input));
      }),
      { numRuns: 10 },
    );
  });
});
