import { describe, expect, it } from '@jest/globals';
import { Policy, YamlPolicyEngine, makeCall } from '@enforcecore/core';
import { rulesOf } from './rule-list.js';

const yaml = `name: all
rules:
  allowed_tools: [pay, look]
  denied_tools: [wipe]
  context: { environment: [production], "the team": [blue] }
  tools:
    pay:
      args:
        amount: { type: number, required: true, min: 1, max: 10, allowed: [5, 6], denied: [7], when: value != 8.0, unless: value == 9.0 }
        "a.b[0]": { type: string, min_length: 2, max_length: 3, pattern: "x+" }
        '["a b"]': { required: false, sink: sql, sensitivity: high }
      when: has(args.sure)
      unless: has(args.never)
      extra_args: deny
      content_rules: { block_patterns: [{ pattern: foo }] }
      network: { denied_domains: [evil.org] }
      max_output_size_bytes: 10
    look: { extra_args: allow, clearance: public }
  conditions:
    - { when: has(args.ok), unless: has(args.no) }
    - { name: both, tools: [pay], when: has(args.ok), unless: has(args.no) }
  content_rules: { block_patterns: [sql_injection, { name: codename, pattern: bar }] }
  network: { allowed_domains: [example.com] }
  sensitivity_labels: {}
  max_output_size_bytes: 100
`;

const rulesOfText = (text: string): readonly { readonly id: string; readonly at: string | undefined }[] => rulesOf(Policy.parse(text, { file: 'p.yaml' }));

describe('rulesOf', () => {
  it('lists every rule that a call can set off', () => {
    const ids = rulesOfText(yaml).map(({ id }) => id);

    const amount = ['type', 'required', 'allowed', 'denied', 'min', 'max', 'when', 'unless'].map((key) => `rules.tools.pay.args.amount.${key}`);
    expect(ids).toEqual([
      'rules.denied_tools[0]', 'rules.allowed_tools[0]', 'rules.allowed_tools[1]', 'rules.allowed_tools',
      'rules.context.environment', 'rules.context["the team"]',
      ...amount,
      ...['type', 'min_length', 'max_length', 'pattern'].map((key) => `rules.tools.pay.args["a.b[0]"].${key}`),
      'rules.tools.pay.args["[\\"a b\\"]"].sink',
      'rules.tools.pay.when', 'rules.tools.pay.unless', 'rules.tools.pay.extra_args',
      'rules.tools.pay.content_rules.block_patterns[0]', 'rules.tools.pay.network', 'rules.tools.pay.max_output_size_bytes',
      'rules.conditions[0].when', 'rules.conditions[0].unless', 'rules.conditions.both', 'rules.conditions.both',
      'rules.content_rules.sql_injection', 'rules.content_rules.codename',
      'rules.network', 'rules.sensitivity_labels', 'rules.max_output_size_bytes',
    ]);
  });

  it('names them and places them as the engine does', () => {
    const policy = Policy.parse(yaml, { file: 'p.yaml' });
    const known = new Set(rulesOf(policy).map(({ id, at }) => `${id} ${at ?? ''}`));
    const args = { a: { b: ['yyyy'] }, 'a b': 'drop table x', no: 1, never: 1, text: 'foo bar http://evil.org' };
    const calls = [args, { ...args, amount: 'x' }, { ...args, amount: 7 }, { ...args, amount: 9 }, { a: { b: [1] }, amount: 8 }, { a: { b: ['y'] }, amount: 90 }, { amount: 0 }];

    const fired = [['wipe', {}] as const, ...calls.map((one) => ['pay', one] as const)].flatMap(([tool, one]) =>
      new YamlPolicyEngine().decide(makeCall(policy, { tool, args: [one] }), policy).violations.map(({ rule, at }) => `${rule} ${at ?? ''}`),
    );

    expect(new Set(fired).size).toBeGreaterThan(20);
    expect(fired.filter((one) => !known.has(one))).toEqual([]);
  });

  it('leaves out blocks that are turned off', () => {
    const rules = 'content_rules: { enabled: false }\n  network: { enabled: false }\n  sensitivity_labels: { enabled: false }\n  max_output_size_bytes: null\n  allowed_tools: null';

    expect(rulesOfText(`name: off\nrules:\n  ${rules}\n`)).toEqual([]);
  });

  it('lists the built-in content rules that nobody wrote down', () => {
    expect(rulesOfText('name: std\nrules:\n  content_rules: {}\n').map(({ id }) => id)).toEqual(
      ['shell_injection', 'path_traversal', 'sql_injection', 'code_execution'].map((name) => `rules.content_rules.${name}`),
    );
  });

  it('takes tools and arguments of any name', () => {
    const ids = rulesOfText('name: odd\nrules:\n  tools:\n    __proto__: { args: { constructor: { type: string } } }\n').map(({ id }) => id);

    expect(ids).toEqual(['rules.tools.__proto__.args.constructor.type']);
  });
});
