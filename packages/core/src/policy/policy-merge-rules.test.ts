import { describe, expect, it } from '@jest/globals';
import type { PolicyIssue } from '../errors.js';
import { readObject } from './object-document.js';
import { loadObject, loadText, mergeClosure } from './policy-load.js';
import { mergeDocuments } from './policy-merge.js';
import { toPlain, type PlainValue } from './policy-node.js';
import { shapeDocument } from './policy-shape-walk.js';

function merge(...documents: readonly unknown[]): PlainValue {
  const issues: PolicyIssue[] = [];
  const [first = shapeDocument(readObject({}), issues), ...rest] = documents.map((document) => shapeDocument(readObject(document), issues));

  expect(issues).toEqual([]);
  return toPlain(rest.reduce((below, above) => mergeDocuments(below, above), first));
}

const rules = (inner: object): object => ({ rules: inner });
const builtIn = ['shell_injection', 'path_traversal', 'sql_injection', 'code_execution'].map((name) => ({ name }));

describe('mergeDocuments', () => {
  it('D-01: keeps every block of the base below a child that adds one denied tool', () => {
    const base = {
      name: 'base', version: '2', mode: 'enforce', on_violation: 'block',
      rules: {
        allowed_tools: ['a'], denied_tools: ['b'], redact_output: false, max_output_size_bytes: 7,
        tools: { pay: { args: { to: { type: 'string' } }, when: 'x' } }, conditions: [{ name: 'c', when: 'x' }], context: { tenant: ['t'] },
        pii_redaction: { enabled: true, categories: ['iban'], secrets: true }, content_rules: { enabled: true },
        network: { enabled: true, allowed_domains: ['a.com'], denied_domains: ['b.com'], deny_all_other: true },
        sensitivity_labels: { enabled: true, default_clearance: 'public', fields: { x: 'high' }, clearances: { pay: 'low' } },
        resource_limits: { max_call_duration_seconds: 5 }, rate_limits: { enabled: true, per_tool: { a: { max_calls: 1 } }, global: { max_calls: 2 } },
        sandbox: { enabled: true, strategy: 'subprocess' },
      },
    };
    const merged = merge(base, { rules: { denied_tools: ['z'] } });

    expect(merged).toEqual({
      ...base,
      rules: { ...base.rules, denied_tools: ['b', 'z'], tools: { pay: { args: { to: { type: ['string'] } }, when: 'x' } }, content_rules: { enabled: true, block_patterns: builtIn } },
    });
  });

  it('D-01: keeps the built-in content rules below a list of the child', () => {
    expect(merge(rules({ content_rules: {} }), rules({ content_rules: { block_patterns: [{ name: 'mine', pattern: 'x' }] } }))).toEqual(
      rules({ content_rules: { block_patterns: [...builtIn, { name: 'mine', pattern: 'x' }] } }),
    );
  });

  it("D-01: does not replace a parent's rule by the built-in one of its name, which the child did not write", () => {
    const own = { name: 'sql_injection', pattern: 'mine' };
    const parent = rules({ content_rules: { block_patterns: [own] } });
    const merged = rules({ content_rules: { enabled: true, block_patterns: [own, ...builtIn.filter(({ name }) => name !== own.name)] } });

    expect(merge(parent, rules({ content_rules: { enabled: true } }))).toEqual(merged);
    expect(merge(parent, rules({ tools: { 'a.b': {} }, content_rules: { enabled: true } }), rules({ content_rules: {} }))).toMatchObject(merged);
    expect(merge(parent, rules({ content_rules: { block_patterns: ['sql_injection'] } }))).toEqual(rules({ content_rules: { block_patterns: [{ name: 'sql_injection' }] } }));
  });

  it('D-12: replaces the rule of the same name and keeps all that have none', () => {
    const parent = rules({ conditions: [{ name: 'a', when: '1' }, { when: '2' }, { name: 'b', when: '3' }] });

    expect(merge(parent, rules({ conditions: [{ when: '2' }, { name: ' b', when: '4' }, { name: 'c', when: '5' }] }))).toEqual(
      rules({ conditions: [{ name: 'a', when: '1' }, { when: '2' }, { name: ' b', when: '4' }, { when: '2' }, { name: 'c', when: '5' }] }),
    );
  });

  it('adds denials up wherever they stand, by value', () => {
    const one = { tools: { t: { args: { x: { denied: [1, 'a'], allowed: [1] } } } }, network: { denied_domains: ['a'] } };
    const two = { tools: { t: { args: { x: { denied: ['1', 'a', null], allowed: [2] } } } }, network: { denied_domains: ['b', 'a'] } };

    expect(merge(rules(one), rules(two))).toEqual(rules({ tools: { t: { args: { x: { denied: [1, 'a', '1', null], allowed: [2] } } } }, network: { denied_domains: ['a', 'b'] } }));
  });

  it('lets a child replace categories, which are no denials', () => {
    expect(merge(rules({ pii: { categories: ['iban'] } }), rules({ pii: { categories: ['email'] } }))).toEqual(rules({ pii_redaction: { categories: ['email'] } }));
  });

  it('replaces by null, and inherits nothing from before it', () => {
    const limit = (global: object | null): object => rules({ rate_limits: { global } });

    expect(merge(rules({ allowed_tools: ['a'] }), rules({ allowed_tools: null }))).toEqual(rules({ allowed_tools: null }));
    expect(merge(limit({ max_calls: 1 }), limit(null), limit({ window_seconds: 2 }))).toEqual(limit({ window_seconds: 2 }));
  });

  it('turns a block on that the child fills in', () => {
    expect(merge(rules({ pii: { enabled: false, categories: ['iban'] } }), rules({ pii: {} }))).toEqual(rules({ pii_redaction: { enabled: true, categories: ['iban'] } }));
    expect(merge(rules({ pii: { enabled: false } }), rules({}))).toEqual(rules({ pii_redaction: { enabled: false } }));
    expect(merge(rules({ pii: {} }), rules({ pii: { enabled: false } }))).toEqual(rules({ pii_redaction: { enabled: false } }));
  });

  it('knows __proto__ and constructor as names like any other', () => {
    const table = (word: string): unknown => JSON.parse(`{"rules": {"context": {"__proto__": ["${word}"], "constructor": ["x"]}}}`);

    expect(JSON.stringify(merge(table('a'), table('b')))).toBe('{"rules":{"context":{"__proto__":["b"],"constructor":["x"]}}}');
  });
});

describe('two rules of one name', () => {
  it('D-12: are refused in one list, wherever it stands', () => {
    const issues: PolicyIssue[] = [];
    const text = 'name: p\nrules:\n  conditions:\n    - {name: a, when: x}\n    - {name: "a ", when: y}\n  tools:\n    t: {content_rules: {block_patterns: [sql_injection, {name: sql_injection, pattern: x}]}}\n';
    mergeClosure(loadText(text), issues);

    expect(issues.map(({ line, column, message }) => [line, column, message])).toEqual([
      [5, 7, 'says again what "rules.conditions[0]" on line 4 says'],
      [7, 57, 'says again what "rules.tools.t.content_rules.block_patterns[0]" on line 7 says'],
    ]);
  });

  it('D-12: are two where they have no name', () => {
    const issues: PolicyIssue[] = [];
    const merged = mergeClosure(loadObject({ name: 'p', rules: { conditions: [{ when: 'x' }, { when: 'x' }] } }), issues);

    expect(issues).toEqual([]);
    expect(toPlain(merged)).toMatchObject(rules({ conditions: [{ when: 'x' }, { when: 'x' }] }));
  });
});
