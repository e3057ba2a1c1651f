import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compilePathSink, type PathSinkOptions } from './path-sink.js';
import { type SinkCheck } from './sink.js';

let base = '';
let root = '';
const sink = (options: Partial<PathSinkOptions> = {}): SinkCheck => compilePathSink({ root: 'work', ...options }, base);

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'path-sink-')));
  root = join(base, 'work');
  for (const folder of ['work/src/deep', 'work/docs', 'outside/inner', 'workshop', 'second']) mkdirSync(join(base, folder), { recursive: true });
  for (const file of ['work/a.md', 'work/src/index.ts', 'work/src/deep/x.ts', 'work/.env', 'work/src/.ENV', 'outside/secret', 'outside/inner/x', 'workshop/y', 'second/z.md', 'work/tool.exe']) writeFileSync(join(base, file), '');
  const links: readonly (readonly [string, string])[] = [
    ['out', '../outside'], ['outabs', join(base, 'outside')], ['in', 'src'], ['inabs', root], ['docs/up', '..'], ['docs/upup', '../..'], ['dangling', '../outside/new'], ['danglingin', 'new'], ['loop', 'loop'], ['loopa', 'loopb'], ['loopb', 'loopa'],
    ['chain', 'chain2'], ['chain2', 'outside2'], ['outside2', '../outside/inner'], ['proc', '/proc/self/root'], ['fake.md', 'tool.exe'], ['docs/env', '../.env'], ['deep', 'src/deep'], ['around', '../outside/../work/src'],
  ];
  for (const [name, target] of links) symlinkSync(target, join(root, name));
  symlinkSync('work', join(base, 'worklink'));
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('compilePathSink', () => {
  it.each([
    '..', '../', '../outside/secret', 'src/../../outside/secret', './../outside', 'src/deep/../../../outside', '/etc/passwd', '/', '//etc/passwd', '///', '../workshop/y', '../work/../outside',
    'out', 'out/', 'out/secret', 'out/new', 'outabs/secret', 'docs/upup', 'docs/upup/outside/secret', 'dangling', 'loop', 'loop/x', 'loopa', 'chain', 'chain/x', 'outside2/../secret', 'proc/etc/passwd', 'proc', 'in/../../outside', 'docs/up/../outside/secret', 'deep/../../../outside',
    '/proc/self/root/etc/passwd', '/proc/self/cwd', '/proc/1/environ', '/dev/fd/0', '/dev/stdin',
    'new/../../outside', 'new/../a.md', 'a.md/..', 'a.md/x', 'a.md/../src',
    '', 'a\0.md', 'a\nb', 'a\tb', 'a\rb', 'a\x7f', 'a\u0085', 'a\u2028', '\ud800', 'a\u200bb', 'a\u202eb', '.\u200b./x', '..\\outside', 'a\\b', '\\\\server\\share', '~', '~/x', '~root/x', 'C:/x', 'c:x', 'C:\\x', 'file:///etc/passwd', 'file:x', 'FILE:///x', 'http://x/y', 'a:/b',
    '%2e%2e/outside', '%2e%2e%2foutside', '..%2foutside', '%252e%252e%252f', 'a%2Fb', 'a%5cb', 'a%00', '%c0%ae%c0%ae/', '..%c0%af', '%25252e', '%u2215', '%e0%80%af',
    '..\u2215outside', '..／outside', '．．/outside', '\u2024\u2024/outside', '\u2025/outside', 'a＼b', 'a\u2044b', 'a\u29f8b', '﹒﹒/x', 'a﹨b', 'a℀b', 'a℅b', '..．/x',
    'x.', 'x./y', 'x ', 'x /y', '...', '.../x', '. /x', '.. /x', 'a.md.', 'con', 'CON', 'nul.txt', 'src/aux', 'com1', 'LPT9.x', 'com¹', 'src/con/x',
    'a'.repeat(5000), 'a/'.repeat(3000), 'a'.repeat(300),
  ])('refuses %j', (text) => {
    expect(sink()(text)).toBeDefined();
  });

  it.each(['.', './', 'a.md', './a.md', 'src', 'src/', 'src/index.ts', 'src//index.ts', 'src/./index.ts', 'src/../a.md', 'src/deep/../../a.md', 'new', 'new/deep/file.ts', 'src/new.ts', 'in', 'in/index.ts', 'in/new.ts', 'inabs/a.md', 'docs/up/a.md', 'danglingin', 'deep/x.ts', 'around/index.ts', 'ünïcode', '日本', 'a b', '100%', '..a', 'a..b', '.hidden', 'a;b', "a'b", '$HOME', 'console.ts', 'a~', '-rf', 'xx:y', 'Report….pdf', 'ﬁle'])('lets %j pass', (text) => {
    expect(sink()(text)).toBeUndefined();
  });

  it('takes absolute paths that lie inside, also by another name of the root', () => {
    const check = sink();

    expect([join(root, 'a.md'), root, join(base, 'worklink/a.md'), join(base, 'work/new')].map((path) => check(path))).toEqual([undefined, undefined, undefined, undefined]);
    expect([join(base, 'outside/secret'), `${root}shop/y`, base, `${root}/../outside/secret`].filter((path) => check(path) === undefined)).toEqual([]);
  });

  it('takes a root that is a link, or several roots', () => {
    expect(compilePathSink({ root: 'worklink' }, base)('a.md')).toBeUndefined();
    const two = sink({ root: ['work', join(base, 'second')] });
    expect([two('a.md'), two('../second/z.md'), two(join(base, 'second/z.md'))]).toEqual([undefined, undefined, undefined]);
    expect(two('../outside/secret')).toEqual({ reason: 'path leads out of root' });
  });

  it('follows no link below the root when told so', () => {
    const check = sink({ follow_symlinks: 'never' });

    expect(['in/index.ts', 'out', 'danglingin', 'deep/x.ts', join(root, 'in')].filter((path) => check(path) === undefined)).toEqual([]);
    expect([check('src/index.ts'), check('new'), check(join(base, 'worklink/a.md'))]).toEqual([undefined, undefined, undefined]);
  });

  it('asks for existence when told so', () => {
    const check = sink({ must_exist: true });

    expect(check('new')).toEqual({ reason: 'path does not exist, with must_exist on' });
    expect(check('a.md')).toBeUndefined();
  });

  it('denies names anywhere, whatever lies below a denied path, letters of any case, and links to them', () => {
    const check = sink({ deny: ['.env', '*.pem', 'src/deep', '**/secret/**', 'docs/*.txt'] });

    const refused = ['.env', '.ENV', 'src/.ENV', 'src/.env', 'docs/env', 'x.pem', 'a/b/X.PEM', 'x.pem/y', 'src/deep', 'SRC/Deep/x.ts', 'deep/x.ts', 'in/deep/x.ts', 'a/secret/b', 'secret/b', 'docs/a.txt', 'src/../.env', 'in/.ENV'];
    expect(refused.filter((path) => check(path) === undefined)).toEqual([]);
    expect(['a.md', 'src/index.ts', 'docs/a/b.txt', 'env', 'x.pem2'].map((path) => check(path))).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(check('.env')).toEqual({ reason: 'path matches deny ".env"' });
  });

  it('allows what the globs name as a whole, where links lead', () => {
    const check = sink({ allow: ['src/**', '*.md', 'docs/**/*.txt'] });

    expect(['src/index.ts', 'src', 'in/index.ts', 'a.md', 'docs/a.txt', 'docs/a/b.txt'].map((path) => check(path))).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
    expect(['docs/a.md', 'tool.exe', 'docs/env', 'docs/up/tool.exe', 'SRC/x', '.', 'fake.md', 'src/../tool.exe'].filter((path) => check(path) === undefined)).toEqual([]);
  });

  it('asks for one of the endings, of the link and of what it leads to', () => {
    const check = sink({ extensions: ['md', '.TS'] });

    expect(['a.md', 'a.MD', 'src/index.ts', 'new.md'].map((path) => check(path))).toEqual([undefined, undefined, undefined, undefined]);
    expect(['tool.exe', 'fake.md', 'md', '.md', 'a.md/', 'a.md.exe', 'src'].filter((path) => check(path) === undefined)).toEqual([]);
  });

  it.each([[{ root: 'nowhere' }], [{ root: [] }], [{ root: '' }], [{ root: 'work/a.md' }], [{ root: 'a\0' }], [{ allow: ['/abs'] }], [{ deny: ['../x'] }], [{ deny: ['a?'] }], [{ deny: ['{a,b}'] }], [{ deny: ['a**'] }], [{ deny: [''] }], [{ extensions: ['a.b'] }], [{ max_length: 0 }]])('throws for %j', (options) => {
    expect(() => sink(options)).toThrow(/expected|exist|not a directory/);
  });

  it('is linear in globs and paths', () => {
    const check = sink({ deny: [`${'**/a*/'.repeat(50)}b`, 'a*'.repeat(100)] });
    const started = performance.now();

    check('aa/'.repeat(1300));
    check('a'.repeat(10_000_000));
    sink({ max_length: 2_000_000 })(`${'..'.repeat(1)}${'/..'.repeat(300_000)}`);
    sink({ max_length: 2_000_000 })('%25'.repeat(300_000));
    expect(performance.now() - started).toBeLessThan(4000);
  });

  it('never throws, and what passes exists inside or not at all', () => {
    const piece = fc.oneof(fc.constantFrom('..', '.', '/', 'src', 'in', 'out', 'docs', 'up', 'upup', 'new', 'a.md', 'deep', 'chain', 'inabs', 'proc', '/..', '\\', '%2e'), fc.string({ unit: 'binary', maxLength: 2 }));
    const check = sink();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), fc.boolean(), (pieces, slashes) => {
        const text = pieces.join(slashes ? '/' : '');
        if (check(text) !== undefined) return;
        let real: string;
        try {
          real = realpathSync.native(text.startsWith('/') ? text : `${root}/${text}`);
        } catch {
          return;
        }
        expect(`${real}/`.startsWith(`${root}/`)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
