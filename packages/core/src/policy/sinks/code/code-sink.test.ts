import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileCodeSink, type CodeSinkOptions } from './code-sink.js';

const python = compileCodeSink({ language: 'python' });
const javascript = compileCodeSink({ language: 'javascript' });
const typescript = compileCodeSink({ language: 'typescript' });

const goodPython = [
  'x = 1\nprint(x + 2)', 'def add(a, b=1, *c, **d):\n    """eval(x) is a word here"""\n    return a + b', 'total = sum(row["price"] * row["n"] for row in rows if row["n"] > 0)', 'print(f"{total:.2f} and {name!r}\\n")',
  'class A(B):\n    def __init__(self, x):\n        self.x = x\n\n    def __repr__(self):\n        return "A"\n', 'try:\n    x = int(s)\nexcept ValueError as e:\n    raise RuntimeError("no") from e\nfinally:\n    pass', 'names = ", ".join(sorted(set(xs), key=lambda x: x.lower()))',
  'if __name__ == "__main__":\n    main()', 'while True:\n    if (n := f(n)) > 3: break', 'd = {**a, "eval": 1}\nx = d["eval"]', '# import os\nx = 1', 's = "import os; os.system(1)"', 'print("{} {}".format(a, b))', '@cached\ndef f(x): return x[1:2]', 'async def f():\n    async with a as b:\n        await b.c()', 'match x:\n    case {"a": 1}: y = 2\n    case _: y = 3', 'x = "ä€😀" # ü', 'x = f"ä{y}ö"', 'x: int = 1\r\ny = 2\r\n', 'x = a if b else c\nassert x, "no"\ndel x', 'x = [i * j for i in a for j in b]\nx[0] = 1\nx[i], y = y, x[i]', "r'\\d+'", 'rows.sort(key=f)\nobj.open()\nre.compile',
];

const badPython = [
  'import os', 'import os, sys', 'from os import system', 'from os import *', 'import math', 'import importlib as m', 'from . import x', 'from .. import *', '__import__("os")', 'eval("1")', 'exec("1")', 'compile("1", "", "exec")', 'x = eval\nx("1")', '(eval)("1")', '[eval][0]("1")', '(lambda: eval)()("1")', 'f(key=eval)', 'list(map(eval, xs))',
  'def f(a=eval): pass', '@eval\ndef f(): pass', 'class A(metaclass=eval): pass', 'for eval in x: pass', 'with open("x") as f: pass', 'open("x").read()', '"".__class__', '"".__class__.__mro__[1].__subclasses__()', 'x.\\\n__class__', 'x . __class__', '().__class__.__bases__', 'f.__globals__', 'f.__code__', 'getattr(x, "a")', 'setattr(x, "a", 1)', 'globals()["x"]', 'locals()', 'vars()', 'dir()', 'input()', 'breakpoint()', 'os.system("x")', 'sys.exit()', 'subprocess.run("x")', 'builtins.eval("1")',
  'f"{eval(1)}"', "f'{x:{eval(1)}}'", 'f"{f"{eval(1)}"}"', 'f"""{\neval(1)\n}"""', 'rf"{eval(1)}"', 'F"{__import__(1)}"', 'f"\\{eval(1)}"', 'fr"\\{eval(1)}"', 'rf"\\\\{eval(1)}"', 'f"\\N{BULLET}"', 'f"{a:{{eval(1)}}}"', 'f"{x.__class__}"', 'f"{{{eval(1)}}}"', 'f"{x!r:{y}}" f"{eval(1)}"', 'f"a" "b" f"{open(1)}"',
  'ｅｖａｌ("1")', 'x.__ｃlass__', 'ev\u0430l(1)', 'x = 1\u00a0', 'x\u2028eval(1)', '# x\reval(1)', '# x\x0ceval(1)', 'x = 1\x0c', '# -*- coding: utf-7 -*-\nx', '#\x00', '"\ud800"', 'print "x"', 'exec "x"', 'x = (', 'def f(:', '`x`', 'x ++ ;;', '"{0.__class__}".format(x)', 's.format(x)', '("{0.a}" + "").format(x)', 's.format_map(x)', 'str.format(s, x)', 'case = 1\nmatch x:\n    case object(__class__=c): pass',
  'random._os.system("x")', 'a.os.system(1)', 'json.codecs.builtins', 'g.gi_frame.f_back', 'e.tb_frame', 'type(x).mro()', 'class A:\n    __getattr__ = eval', 'global eval', 'nonlocal_ = __builtins__', '__builtins__["eval"]', '{eval: 1}', 'x = y = eval', 'x: eval = 1', 'def f() -> eval: pass', 'type X = eval', 'del eval', 'assert eval', 'yield_ = (yield eval)', 'lambda eval: 1', '[x for x in eval]', 'a[eval]', 'not eval', 'a < eval', '*eval, x = y', 'print(*eval)', 'f(**__builtins__)', 'try: pass\nexcept eval: pass', 'raise eval', 'if eval: pass', 'while eval: pass', 'async def f(): await eval(1)', 'help()', 'exit()', 'pickle.loads(x)', '__loader__', '__spec__', '__file__', 't"{eval(1)}"', 'def __class__(): pass\nx = __class__',
];

const goodJavaScript = [
  'const x = 1; console.log(x + 2);', 'function add(a, b = 1, ...c) { return a + b; }', 'export const f = async (x) => await x.map((y) => y * 2);', 'const { a, b: c, ...rest } = data; const [d, , e = 1] = list;', 'rows.filter((r) => r.price > 3).reduce((s, r) => s + r.price, 0)', 'class A extends B { #x = 1; constructor(x) { super(x); this.x = x; } get y() { return this.#x; } static z() { return new A(1); } }',
  'for (let i = 0; i < 10; i++) { out.push(list[i - 1], list[0]); }', 'try { f(); } catch (e) { throw new Error("no", { cause: e }); } finally { g(); }', 'const s = `total: ${n.toFixed(2)} eval`;', '// eval(1)\n/* require("fs") */ let s = "eval(1)";', 'a?.b?.c ?? d?.(1)', 'x = { a, b: 1, get c() { return 2; }, ["d"]: 3, "e-f": 5 }', 'switch (x) { case 1: break; default: y(); }', '/^[a-z]+$/i.test(s)', 'label: while (true) { break label; }', 'JSON.parse(s); Math.max(...xs); Object.entries(o); new Map(); Symbol("a"); Promise.all(p)', 'x = "ä€😀"; // ü', 'x = `ä${y}ö`;\r\ny = 2;', 'a = b / c / d; e = f(1) / 2', 'x["a b"] = 1', 'x ? y : z', 'let y = -x ** 2; x ||= 1; x >>>= 2; typeof x; void 0; delete x.y',
];

const badJavaScript = [
  'eval("1")', '(0, eval)("1")', 'const e = eval; e("1")', '[eval][0]("1")', 'eval`1`', 'eval?.("1")', 'new Function("1")()', 'Function("1")()', 'import fs from "fs"', 'import "x"', 'import { a } from "b"', 'import * as c from "d"', 'export * from "x"', 'export { a } from "x"', 'import("x")', 'require("fs")', 'module.exports = 1', 'import.meta.url', 'process.exit()', 'globalThis.x', 'window.x', 'global.x', 'self.x', 'document.cookie', 'fetch("x")', 'new WebSocket("x")', 'setTimeout("x", 1)', 'Reflect.get(a, b)', 'new Proxy(a, b)', 'WebAssembly.compile(x)',
  '[].constructor', '[]["constructor"]["constructor"]("1")()', "x['constructor']", 'x[`constructor`]', 'x["con" + "structor"]', 'x[k]', 'x?.[k]', 'x?.["constructor"]', 'x["\\u0063onstructor"]', 'x.__proto__', 'x["__proto__"]', '({ __proto__: x })', '({ "__proto__": x })', 'const { constructor: c } = x', 'const { constructor } = x', 'const { "constructor": c } = x', 'const { ["constructor"]: c } = x', 'const { [k]: c } = x', '({ constructor: c } = x)', '({ [k]: c } = x)', 'function f({ constructor: c }) {}', '({ constructor: c }) => c', 'for (const { constructor: c } of x) {}', 'x.\u0063onstructor', '\\u0065val("1")', 'ev\\u{61}l("1")', 'x.\\u0063onstructor', 'x.prototype', 'this', 'function f() { return this; }', '() => this.x', '({ f() { return this; } })', 'with (x) { y }', 'arguments.callee', 'f.caller', 'debugger',
  '`${eval(1)}`', 'x`${eval(1)}`', '({ eval })', '({ x: eval })', 'class A extends Function {}', 'class A { [eval(1)] = 1 }', 'class A { static { eval(1) } }', '@eval class A {}', 'let eval = 1', 'function eval() {}', 'catch_ = eval', 'label: eval', 'throw eval', 'x = y ?? eval', 'async () => { for await (const x of eval) ; }', 'export default eval', 'export { eval }', 'typeof eval', 'Object.getPrototypeOf(x)', 'Object.getOwnPropertyDescriptor(x, "constructor").value', 'x.__lookupGetter__("a")', 'Error.prepareStackTrace = f',
  '<!-- /*\neval(1) //*/', 'a <!-- x', 'a\n--> x', '// x\reval(1)', '// x\u2028eval(1)', '// x\u2029eval(1)', 'return\u1680eval(1)', 'eval\u00a0(1)', 'x\ufeff = eval', 'ｅｖａｌ(1)', 'ev\u0430l(1)', 'x = 1\u200b', '\0', '"\ud800"', 'x = (', 'function (', 'x = 1 y = 2', 'let a: number = 1', 'Deno.run(x)', 'Bun.file("x")', '({}).constructor', 'x.constructor.constructor("1")()', 'a = {}\n/eval(1)/g', 'x++\n/eval(1)/g', 'if (a) b\nelse /x/.test(eval)', '#!/usr/bin/env node\neval(1)', 'x[y ? "constructor" : "a"]', 'x[(a, "constructor")]', 'x[["constructor"]]', 'x[a + b]', 'x[+a + b]', 'x[String(1)]', 'x["a"][b]', 'class A { "constructor"() {} x = this.constructor }', 'new class { x = this[k] }', 'x.y.eval("1")', 'new.target.constructor', 'yield /eval(1)/g', 'await /eval(1)', 'await /* x */ /eval(1)/g', 'yield\n/eval(1)/g', 'yield /eval(1)/g.x', 'x = /a',
];

function fault(options: CodeSinkOptions, text: string): string | undefined {
  return compileCodeSink(options)(text)?.reason;
}

describe('the code sink', () => {
  it.each(goodPython)('lets Python pass: %j', (text) => {
    expect(python(text)).toBeUndefined();
  });

  it.each(badPython)('refuses Python: %j', (text) => {
    expect(python(text)).toBeDefined();
  });

  it.each(goodJavaScript)('lets JavaScript pass: %j', (text) => {
    expect(javascript(text)).toBeUndefined();
    expect(typescript(text)).toBeUndefined();
  });

  it.each(badJavaScript)('refuses JavaScript: %j', (text) => {
    expect(javascript(text)).toBeDefined();
    if (!text.includes(': number')) expect(typescript(text)).toBeDefined();
  });

  it.each(['let a: number = x as any; interface I { b: string }', 'enum E { A, B }', 'function f<T>(x: T): T { return x!; }', 'type X = { a?: string }; const y = z satisfies X;', 'abstract class A { private x = 1; constructor(public y: number) {} }'])('lets TypeScript pass: %j', (text) => {
    expect(typescript(text)).toBeUndefined();
  });

  it.each(['let a: typeof eval = x', 'import x = require("y")', '(x as any).constructor', '(<any>x)["constructor"]', 'x!.constructor', 'enum E { A = eval(1) }', 'import type { A } from "x"', '@eval() class A {}', 'namespace N { eval(1) }'])('refuses TypeScript: %j', (text) => {
    expect(typescript(text)).toBeDefined();
  });

  it('lets in the modules that a policy allows, and nothing else of them', () => {
    const options = { language: 'python', imports: { allowed: ['math', 'os', 'app.*'], denied: ['app.secret'] } } as const;

    for (const text of ['import math', 'from math import sqrt as s', 'import os\nos.getcwd()', 'import app.a.b as c', 'from app.x import (y, z)', 'import math as m, app.x']) expect(fault(options, text)).toBeUndefined();
    for (const text of ['import sys', 'import math, sys', 'import app', 'import app.secret', 'import app.secret.x', 'import os.path', 'from math import *', 'import math as sys', 'from math import eval']) expect(fault(options, text)).toBeDefined();
    for (const text of ['import a from "app/x"', 'import "app/y"', 'export * from "app/z"']) expect(fault({ language: 'javascript', imports: { allowed: ['app/*'] } }, text)).toBeUndefined();
    for (const text of ['import a from "app\\u002fx"', 'import a from "fs"', 'import("app/x")', 'require("app/x")']) expect(fault({ language: 'javascript', imports: { allowed: ['app/*'] } }, text)).toBeDefined();
  });

  it.each([
    ['python', 'print(len(x))', true], ['python', 'json.loads(x)', true], ['python', 'f(x)', false], ['python', '(print)(1)', false], ['python', 'x[0](1)', false], ['python', 'print(1)(2)', false], ['python', '"a".join(x)', false], ['python', 'print = f\nprint(1)', false], ['python', 'def print(x): pass', false],
    ['python', '@f\ndef g(): pass', false], ['python', '@print\ndef g(): pass', true], ['python', '@a.b\ndef g(): pass', false], ['python', 'json.loads = f', false], ['python', 'for print in x: pass', false], ['python', 'import math as print', false], ['python', 'x = lambda print: print(1)', false], ['python', 'with a as print: pass', false], ['python', '(print := f)', false], ['python', 'print(map(len, x))', false], ['python', 'json.dumps(x)', false], ['python', 'f"{f(1)}"', false], ['python', 'class A(f(1)): pass', false], ['python', 'json . loads ( x )', true], ['python', 'class print: pass', false], ['python', '[print for print in x]', false], ['python', 'print, y = f, 1', false],
    ['javascript', 'print(len(x))', true], ['javascript', 'json.loads(x)', true], ['javascript', 'json?.loads?.(x)', true], ['javascript', 'f(x)', false], ['javascript', 'new f(x)', false], ['javascript', 'new f', false], ['javascript', 'f`x`', false], ['javascript', '(0, print)(1)', false], ['javascript', 'print = f; print(1)', false], ['javascript', 'let print = f', false], ['javascript', 'json.loads = f', false], ['javascript', 'json["loads"](x)', false], ['javascript', '(() => 1)()', false], ['javascript', 'function print() {}', false], ['javascript', '[print] = [f]', false], ['javascript', '({ x: print } = y)', false], ['javascript', '({ print } = y)', false], ['javascript', '(print) => print(1)', false], ['javascript', 'for (print of x) ;', false], ['javascript', 'print++', false], ['javascript', '`${f(1)}`', false], ['javascript', '(print) = f', false], ['javascript', 'class print {}', false],
  ] as const)('with a list of calls, %s %j: %p', (language, text, passes) => {
    expect(fault({ language, calls: { allowed: ['print', 'len', 'json.loads'] } }, text) === undefined).toBe(passes);
  });

  it('refuses a denied name wherever it stands', () => {
    const calls = { denied: ['refund', 'shop.pay*'] };

    for (const language of ['python', 'javascript'] as const) {
      for (const text of ['refund(1)', 'x = refund', 'f(refund)', 'shop.pay(1)', 'x = shop.payAll', 'shop.pay.later(1)']) expect(fault({ language, calls }, text)).toMatch(/ of calls\.denied$/);
      for (const text of ['shop.list(1)', 'x = "refund"', 'refunds(1)']) expect(fault({ language, calls }, text)).toBeUndefined();
    }
  });

  it.each([[{ language: 'ruby' }, 'unknown language "ruby"'], [{ language: '__proto__' }, 'unknown language'], [{ language: 'python', calls: { allowed: ['a..b'] } }, 'calls.allowed'], [{ language: 'python', imports: { allowed: [''] } }, 'imports.allowed'], [{ language: 'python', max_length: 0 }, 'max_length']])('%j is an error', (options, message) => {
    expect(() => compileCodeSink(options as CodeSinkOptions)).toThrow(message);
  });

  it.each(['(', '[', '{', '((', 'x(', 'x[', '`${', 'f"{', 'not ', '-', '!', 'a.', 'a+', '1,', 'if x:\n ', '"', "'''", '/*', '#', '//', 'x=', 'lambda:', 'x=>', '@a\n', '\\', '<', 'a?', 'class A{x=', '\ud83d\ude00', 'é'])('answers a text of 30000 characters of %j in time', (part) => {
    const start = performance.now();
    for (const check of [python, javascript, typescript]) check(part.repeat(Math.floor(30_000 / part.length)));
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('never throws, never quotes the text, and goes on refusing with white space and comments around', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const check of [python, javascript, typescript]) check(text);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...badJavaScript), fc.constantFrom(' ', '\n', '/* x */', '// x\n'), fc.constantFrom('', '\n', '\n// x'), (text, before, after) => {
        if (!text.startsWith('#!')) expect(javascript(before + text + after)).toBeDefined();
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...badPython), fc.constantFrom('\n', '# x\n', 'x = 1\n'), fc.constantFrom('', '\n', '\n# x'), (text, before, after) => {
        expect(python(before + text + after)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});
