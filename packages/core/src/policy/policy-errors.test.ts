import { describe, expect, it } from '@jest/globals';
import { PolicyValidationError } from '../errors.js';
import { Policy } from './policy.js';

function message(yaml: string): string {
  try {
    Policy.parse(yaml, { file: 'policy.yaml' });
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'accepted';
}

function issueCount(yaml: string): number {
  try {
    Policy.parse(yaml);
  } catch (error) {
    if (error instanceof PolicyValidationError) return error.issues.length;
  }
  return 0;
}

describe('messages of a policy that is refused', () => {
  it('names a mistyped key, its place and the key that was meant', () => {
    expect(message('name: support\nrules:\n  alowed_tools: [search]\n')).toBe(
      'PolicyValidationError: policy.yaml is not a valid policy: 1 problem\n' +
        '  policy.yaml:3:3 rules.alowed_tools: unknown key (did you mean "allowed_tools"?)',
    );
  });

  it('lists all problems at once, in reading order', () => {
    expect(
      message('on_violation: blok\nrules:\n  denied_tools: [send mail, 7]\n  resource_limits:\n    max_cost_usd: "5"\n  pii_redaction: {categories: [emial]}\n'),
    ).toBe(
      'PolicyValidationError: policy.yaml is not a valid policy: 6 problems\n' +
        '  policy.yaml:1:1 name: the name is missing (expected a name for the policy, 1 to 256 characters)\n' +
        '  policy.yaml:1:15 on_violation: got the text "blok" (expected one of block, redact, log; did you mean "block"?)\n' +
        '  policy.yaml:3:18 rules.denied_tools[0]: the text "send mail" is no tool name: expected letters, digits and _ . - : < >, got U+0020\n' +
        '  policy.yaml:3:29 rules.denied_tools[1]: got the number 7 (expected a tool name; put it in quotes if it is meant as text)\n' +
        '  policy.yaml:5:19 rules.resource_limits.max_cost_usd: got the text "5" (expected an amount in USD from 0 to 9000000000; take the quotes off)\n' +
        '  policy.yaml:6:32 rules.pii_redaction.categories[0]: got the text "emial" (expected one of email, phone, ssn, credit_card, ip_address, iban, passport, national_id, driver_license, medical_id, bank_account, itin, date_of_birth, date_time, crypto_address, mac_address, vin, license_plate, person_name, person, location, organization; did you mean "email"?)',
    );
  });

  it('tells faults of patterns, conditions and sinks together with those of keys and values', () => {
    expect(
      message(
        [
          'name: p',
          'colour: red',
          'rules:',
          '  tools:',
          '    pay:',
          '      args:',
          '        amount: { min: 5, max: 1 }',
          '        note: { pattern: "(" }',
          '        file: { sink: path }',
          "      when: 'args.amount <'",
          '  content_rules: { block_patterns: [sql_injektion] }',
          '',
        ].join('\n'),
      ).split('\n').map((line) => line.slice(0, 75)),
    ).toEqual([
      'PolicyValidationError: policy.yaml is not a valid policy: 6 problems',
      expect.stringContaining('policy.yaml:2:1 colour: unknown key'),
      expect.stringContaining('policy.yaml:7:24 rules.tools.pay.args.amount.min: min is greater'),
      expect.stringContaining('policy.yaml:8:26 rules.tools.pay.args.note.pattern: '),
      expect.stringContaining('policy.yaml:9:23 rules.tools.pay.args.file.sink: a path'),
      expect.stringContaining('policy.yaml:10:13 rules.tools.pay.when: '),
      expect.stringContaining('policy.yaml:11:37 rules.content_rules.block_patterns[0]'),
    ]);
  });

  it('says where YAML itself is broken', () => {
    expect(message('name: p\nrules:\n\tdenied_tools: []\n')).toBe(
      'PolicyLoadError: cannot load policy policy.yaml:3:1: not valid YAML: tab characters must not be used in indentation',
    );
  });

  it('says which of two spellings stands where', () => {
    expect(message('name: p\nrules:\n  pii: {}\n  pii_redaction: {}\n')).toBe(
      'PolicyValidationError: policy.yaml is not a valid policy: 1 problem\n' +
        '  policy.yaml:4:3 rules.pii_redaction: says again what "rules.pii" on line 3 says (expected one of the two)',
    );
  });

  it('shows a hundred problems and counts the rest, but keeps all of them', () => {
    const yaml = `name: p\n${Array.from({ length: 130 }, (_, index) => `zebra${String(index)}: 1\n`).join('')}`;

    expect(message(yaml)).toMatch(/130 problems\n[^]*\n {2}and 30 more$/);
    expect(issueCount(yaml)).toBe(130);
  });

  it('shortens what it repeats of a hostile document', () => {
    expect(message(`name: p\n? ${'x'.repeat(100_000)}\n: 1\non_violation: ${'y'.repeat(100_000)}\n`).length).toBeLessThan(600);
  });

  it('repeats nothing that acts on a terminal', () => {
    const hostile = message('name: p\n"a\\e[2J\\u202e\\n": 1\non_violation: "\\u009b2J"\nrules: {denied_tools: ["\\u2028"]}\n');

    expect(hostile).toContain('["a\\u001b[2J\\u202e\\n"]: unknown key');
    expect(hostile.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(message('a: !%0a x')).not.toMatch(/\n/);
  });
});
