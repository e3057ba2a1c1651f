import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { PolicyValidationError, type PolicyIssue } from '../errors.js';
import { policyShape, type PolicyShape } from './policy-shape.js';
import { Policy } from './policy.js';
import { PiiRedactionSchema, PolicySchema, RateLimitsSchema, RateRuleSchema, ResourceLimitsSchema, RulesSchema } from './policy.schema.js';

function issuesOf(yaml: string): readonly PolicyIssue[] {
  try {
    Policy.parse(yaml, { file: 'p.yaml' });
    return [];
  } catch (error) {
    if (error instanceof PolicyValidationError) return error.issues;
    throw error;
  }
}

function first(yaml: string): PolicyIssue | undefined {
  return issuesOf(yaml)[0];
}

describe('keys of a policy', () => {
  it.each([
    ['name: p\non_violaton: block', 'on_violaton', 2, 1, 'on_violation'],
    ['name: p\nrules:\n  deny_tools: []', 'rules.deny_tools', 3, 3, 'denied_tools'],
    ['name: p\nrules: {resource_limits: {max_call_duration: 3}}', 'rules.resource_limits.max_call_duration', 2, 27, 'max_call_duration_seconds'],
    ['name: p\nrules: {rate_limits: {globl: {}}}', 'rules.rate_limits.globl', 2, 23, 'global'],
    ['name: p\nrules: {rate_limits: {per_tool: {a.b: {max_call: 1}}}}', 'rules.rate_limits.per_tool["a.b"].max_call', 2, 40, 'max_calls'],
    ['name: p\nrules: {post_call: {redact: true}}', 'rules.post_call.redact', 2, 21, 'redact_output'],
  ])('D-03: refuses the mistyped key in %j and names the nearest', (yaml, path, line, column, nearest) => {
    expect(issuesOf(yaml)).toEqual([{ file: 'p.yaml', line, column, path, message: 'unknown key', nearest }]);
  });

  it('D-03: lists the known keys where none is near', () => {
    expect(first('name: p\nzebra: 1')).toMatchObject({ message: 'unknown key', expected: 'one of name, version, extends, on_violation, rules' });
  });

  it('says where a key belongs that stands in the wrong map', () => {
    expect(first('name: p\ndenied_tools: [a]')?.message).toBe('this key belongs under rules, as rules.denied_tools');
    expect(first('name: p\npii: {}')?.message).toBe('this key belongs under rules, as rules.pii_redaction');
    expect(first('name: p\nrules: {on_violation: log}')?.message).toBe('this key belongs at the top level');
  });

  it.each([
    'network: {allowed_domains: [a.com]}',
    'network_policy: {}',
    'content_rules: {enabled: false}',
    'sandbox: {}',
    'sensitivity_labels: {}',
    'pii_redaction: {ner_threshold: 0.8}',
    'pii_redaction: {ner_fallback_to_regex: true}',
    'resource_limits: {max_memory_mb: 256}',
  ])('refuses %s, which nothing here enforces, instead of ignoring it', (rule) => {
    expect(issuesOf(`name: p\nrules: {${rule}}`)).toEqual([expect.objectContaining({ message: 'known but not enforced by this version' })]);
  });

  it('refuses an unenforced block at the top level too', () => {
    expect(first('name: p\nnetwork: {}')?.message).toBe('known but not enforced by this version');
  });

  it.each(['pii_redaction: {strategy: ner}', 'pii_redaction: {strategy: regex}', 'pii_redaction: {categories: [person_name]}'])(
    'refuses %s, which nothing here enforces',
    (rule) => {
      expect(issuesOf(`name: p\nrules: {${rule}}`)).toEqual([expect.objectContaining({ message: expect.stringContaining('known but not enforced by this version') })]);
    },
  );

  it.each([
    ['pii: {}\n  pii_redaction: {}', 'rules.pii_redaction', 'says again what "rules.pii" on line 3 says'],
    ['resources: {}\n  resource_limits: {}', 'rules.resource_limits', 'says again what "rules.resources" on line 3 says'],
    ['rate_limits:\n    global: {}\n    global_limit: {}', 'rules.rate_limits.global_limit', 'says again what "rules.rate_limits.global" on line 4 says'],
    ['redact_output: false\n  post_call: {redact_output: true}', 'rules.post_call.redact_output', 'says again what "rules.redact_output" on line 3 says'],
    ['rate_limits:\n    per_tool:\n      Send: {}\n      send: {}', 'rules.rate_limits.per_tool.send', 'says again what "rules.rate_limits.per_tool.Send" on line 5 says'],
  ])('D-12: refuses to choose between two spellings of one key: %j', (rules, path, message) => {
    expect(issuesOf(`name: p\nrules:\n  ${rules}\n`)).toEqual([expect.objectContaining({ path, message, expected: 'one of the two' })]);
  });

  it('D-12: refuses a key given twice', () => {
    expect(issuesOf('name: p\nrules: {denied_tools: [a], denied_tools: []}')).toEqual([
      expect.objectContaining({ line: 2, column: 28, message: 'the key "denied_tools" is given twice, first on line 2' }),
    ]);
  });

  it.each([
    ['rules: []', '', 'rules', 'got a list'],
    ['rules:', '', 'rules', 'got nothing'],
    ['rules: {pii_redaction: true}', '', 'rules.pii_redaction', 'got true'],
    ['rules: {denied_tools: shell}', '', 'rules.denied_tools', 'got the text "shell"'],
    ['rules: {denied_tools: }', '', 'rules.denied_tools', 'got nothing'],
    ['rules: {denied_tools: [[a]]}', '', 'rules.denied_tools[0]', 'got a list'],
    ['rules: {denied_tools: {a: b}}', '', 'rules.denied_tools', 'got a map'],
    ['rules: {rate_limits: {per_tool: [a]}}', '', 'rules.rate_limits.per_tool', 'got a list'],
    ['rules: {rate_limits: {per_tool: {a: 3}}}', '', 'rules.rate_limits.per_tool.a', 'got the number 3'],
    ['rules: {rate_limits: {per_tool: {"a b": {}}}}', '', 'rules.rate_limits.per_tool["a b"]', '"a b" is no tool name: expected letters, digits and _ . - : < >, got U+0020'],
    ['rules: {redact_output: "no"}', '', 'rules.redact_output', 'got the text "no"'],
    ['on_violation: [block]', '', 'on_violation', 'got a list'],
    ['on_violation: true', '', 'on_violation', 'got true'],
    ['version: ""', '', 'version', 'got empty text'],
    ['version: .nan', '', 'version', 'got the number NaN'],
  ])('says what it got instead: %j', (yaml, _, path, message) => {
    expect(issuesOf(`name: p\n${yaml}`)).toEqual([expect.objectContaining({ path, message, line: 2 })]);
  });

  it('does not call a name missing that has the wrong type', () => {
    expect(issuesOf('name: [p]')).toEqual([expect.objectContaining({ path: 'name', message: 'got a list' })]);
  });

  it('accepts null where the reference means "none" by it', () => {
    expect(issuesOf('name: p\nextends: ~\nrules: {allowed_tools: ~, max_output_size_bytes: ~, resource_limits: {max_cost_usd: ~}, rate_limits: {global: ~}}')).toEqual([]);
  });

  it('knows the same keys as the schema classes', () => {
    const classes: readonly (readonly [PolicyShape | undefined, new () => object, readonly string[]])[] = [
      [policyShape, PolicySchema, ['extends']],
      [shapeAt('rules'), RulesSchema, ['post_call']],
      [shapeAt('rules', 'pii_redaction'), PiiRedactionSchema, []],
      [shapeAt('rules', 'resource_limits'), ResourceLimitsSchema, []],
      [shapeAt('rules', 'rate_limits'), RateLimitsSchema, []],
      [shapeAt('rules', 'rate_limits', 'global'), RateRuleSchema, []],
    ];
    for (const [shape, schema, resolvedBefore] of classes) {
      const properties = getMetadataStorage().getTargetValidationMetadatas(schema, '', true, false).map(({ propertyName }) => propertyName);
      const keys = shape?.kind === 'map' ? Object.keys(shape.keys) : [];

      expect(new Set([...properties, ...resolvedBefore])).toEqual(new Set([...keys, ...(schema === RateRuleSchema ? ['tool'] : [])]));
    }
  });
});

function shapeAt(...path: readonly string[]): PolicyShape | undefined {
  return path.reduce<PolicyShape | undefined>((shape, key) => (shape?.kind === 'map' ? shape.keys[key] : undefined), policyShape);
}
