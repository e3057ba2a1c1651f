import { describe, expect, it } from '@jest/globals';
import type { PolicyIssue } from '../errors.js';
import { toPlain, type PolicyNode } from './policy-node.js';
import { readYaml } from './yaml-document.js';

function places(node: PolicyNode): string[] {
  const here = `${node.place.path}@${String(node.place.line)}:${String(node.place.column)}`;
  if (node.kind === 'list') return [here, ...node.items.flatMap(places)];
  if (node.kind !== 'map') return [here];
  return [
    here,
    ...[...node.entries.values()].flatMap(({ keyPlace, node: value }) => [
      `key ${keyPlace.path}@${String(keyPlace.line)}:${String(keyPlace.column)}`,
      ...places(value),
    ]),
  ];
}

function read(text: string): PolicyNode {
  return readYaml(text, 'p.yaml', []);
}

function issuesOf(text: string): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  readYaml(text, 'p.yaml', issues);
  return issues;
}

describe('readYaml', () => {
  it('knows the line and column of every key and value in block style', () => {
    const text = '# a comment\nname: "a"\n\nrules:   # another\n  allowed_tools:\n    - x\n    -   \'y\'\n  empty:\n';

    expect(places(read(text))).toEqual([
      '@2:1',
      'key name@2:1',
      'name@2:7',
      'key rules@4:1',
      'rules@5:3',
      'key rules.allowed_tools@5:3',
      'rules.allowed_tools@6:5',
      'rules.allowed_tools[0]@6:7',
      'rules.allowed_tools[1]@7:9',
      'key rules.empty@8:3',
      'rules.empty@8:3',
    ]);
  });

  it('knows them in flow style', () => {
    expect(places(read('a: {b: [1, "two"], "c d": {}}\n'))).toEqual([
      '@1:1',
      'key a@1:1',
      'a@1:4',
      'key a.b@1:5',
      'a.b@1:8',
      'a.b[0]@1:9',
      'a.b[1]@1:12',
      'key a["c d"]@1:20',
      'a["c d"]@1:27',
    ]);
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('counts lines that end with %s', (_name, end) => {
    expect(places(read(['a: 1', 'b:', '  c: 2', ''].join(end))).slice(3)).toEqual(['key b@2:1', 'b@3:3', 'key b.c@3:3', 'b.c@3:6']);
  });

  it('counts columns as if the byte order mark were not there', () => {
    expect(places(read('\uFEFFa: 1'))).toEqual(['@1:1', 'key a@1:1', 'a@1:4']);
  });

  it('knows them in multi-line, tagged, anchored and explicit forms', () => {
    const text = 'a: &anchor >\n  folded\n  text\n? b\n: !!str 12\n"c\\u0064": |\n  x\n';

    expect(toPlain(read(text))).toEqual({ a: 'folded text\n', b: '12', cd: 'x\n' });
    expect(places(read(text)).filter((place) => !place.startsWith('a'))).toEqual(['@1:1', 'key a@1:1', 'key b@4:3', 'b@5:3', 'key cd@6:1', 'cd@7:1']);
  });

  it('keeps what YAML 1.2 means: no dates, no octal, no yes', () => {
    expect(toPlain(read('[2024-01-01, 010, yes, 0x1f, 1e3, ~, true, .inf]'))).toEqual(['2024-01-01', 10, 'yes', 31, 1000, null, true, Infinity]);
  });

  it('keeps __proto__ a key', () => {
    const plain = toPlain(read('__proto__: {polluted: true}\nconstructor: 1'));

    expect(Object.keys(plain as object)).toEqual(['__proto__', 'constructor']); // A map, by the text above.
    expect(({} as Record<string, unknown>).polluted).toBeUndefined(); // Reading what pollution would have added.
  });

  it('reports every duplicate key, where it stands and where the first one stood', () => {
    expect(issuesOf('a: 1\nb:\n  c: 1\n  "c": 2\na: 2\na: 3\n').map(({ line, column, path, message }) => [line, column, path, message])).toEqual([
      [4, 3, 'b.c', 'the key "c" is given twice, first on line 3'],
      [5, 1, 'a', 'the key "a" is given twice, first on line 1'],
      [6, 1, 'a', 'the key "a" is given twice, first on line 1'],
    ]);
  });

  it.each([
    ['', 'p.yaml:1:1: the file is empty (expected a policy with at least a name)'],
    ['# only a comment\n', 'p.yaml:1:1: the file is empty (expected a policy with at least a name)'],
    ['a: &b [*b]', 'p.yaml:1:9 a[0]: the alias *b stands inside what it names (expected the value written out)'],
    ['a: 1\n<<: 2\n', 'p.yaml:2:1 ["<<"]: what << takes in is no map (expected a map, or a list of maps)'],
    [`a: &a [${'1,'.repeat(999)}1]\nb: &b [${'*a,'.repeat(90)}*a]\nc: [*b, *b]\n`, 'p.yaml:3:4 c: the document has too many values (expected at most 100000)'],
    ['a: b\n c: d\n', 'p.yaml:2:3: not valid YAML: bad indentation of a mapping entry'],
    ['a: 1\n---\nb: 2\n', 'p.yaml:3:1: a second YAML document starts here (expected one document for each policy file)'],
    ['a: 1\n---\n', 'p.yaml:1:1: a second YAML document starts here (expected one document for each policy file)'],
    ['? [a]\n: b\n', 'p.yaml:1:3: a list or map stands where a key belongs (expected a plain name)'],
    ['{a: b}: c', 'p.yaml:1:1: a list or map stands where a key belongs (expected a plain name)'],
    ['a: !!map', 'p.yaml:1:4 a: the YAML tag does not fit its value (expected the value without a tag)'],
    ['a: !!js/function x', 'p.yaml:1:4: not valid YAML: unknown scalar tag !<tag:yaml.org,2002:js/function>'],
    [`a: ${'['.repeat(200)}`, 'p.yaml:1:35: nested too deeply (expected at most 32 levels)'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ name: 'PolicyLoadError', message: `cannot load policy ${message}` }));
  });
});
