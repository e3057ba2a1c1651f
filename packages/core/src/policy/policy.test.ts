import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PolicyValidationError } from '../errors.js';
import { YamlPolicyEngine } from './policy-engine.js';
import { Policy } from './policy.js';
import { sampleCall } from '../testing/laws.js';
import { skeletons } from './skeleton.js';
import { canonicalToolName } from './tool-name.js';

const toolName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.:-]{0,12}$/);
const toolNames = fc.array(toolName, { maxLength: 6 });
const engine = new YamlPolicyEngine();

function lists(denied: readonly string[], allowed?: readonly string[] | null): Policy {
  return Policy.from({ name: 'p', rules: { denied_tools: denied, allowed_tools: allowed } });
}

function decision(policy: Policy, tool: string): string {
  return engine.decide(sampleCall(canonicalToolName(tool)), policy).decision;
}

function mixCase(name: string): string {
  return Array.from(name, (letter, index) => (index % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase())).join('');
}

function looksLikeOneOf(name: string, others: readonly string[]): boolean {
  const looks = new Set(others.flatMap((other) => skeletons(canonicalToolName(other))));
  return skeletons(canonicalToolName(name)).some((look) => looks.has(look));
}

describe('the invariants of deciding', () => {
  it('P1: decides the same call the same way, however often and by whichever copy of the policy', () => {
    fc.assert(
      fc.property(toolNames, fc.option(toolNames), toolName, (denied, allowed, tool) => {
        const policy = lists(denied, allowed);

        expect(policy.judgeTool(canonicalToolName(tool))).toBe(policy.judgeTool(canonicalToolName(tool)));
        expect(lists(denied, allowed).judgeTool(canonicalToolName(tool))).toEqual(policy.judgeTool(canonicalToolName(tool)));
      }),
    );
  });

  it('P2: blocks what is denied, whatever else the policy says', () => {
    fc.assert(
      fc.property(toolNames, toolName, fc.option(toolNames), (denied, tool, allowed) => {
        expect(decision(lists([...denied, tool], allowed), tool)).toBe('blocked');
      }),
    );
  });

  it('P2a: blocks what is denied in any mixture of cases', () => {
    fc.assert(
      fc.property(toolName, (tool) => {
        expect(decision(lists([tool]), mixCase(tool))).toBe('blocked');
        expect(decision(lists([mixCase(tool)]), tool)).toBe('blocked');
      }),
    );
  });

  it('P3: blocks what a list of allowed tools does not have', () => {
    fc.assert(
      fc.property(toolNames, toolName, (allowed, tool) => {
        fc.pre(!allowed.map(canonicalToolName).includes(canonicalToolName(tool)));

        expect(decision(lists([], allowed), tool)).toBe('blocked');
      }),
    );
  });

  it('P3b: allows what the list has and nothing denies or looks like denying', () => {
    fc.assert(
      fc.property(toolNames, toolNames, toolName, (denied, allowed, tool) => {
        fc.pre(!looksLikeOneOf(tool, denied));

        expect(decision(lists(denied, [...allowed, tool]), tool)).toBe('allowed');
      }),
    );
  });

  it('P4: blocks what is both allowed and denied', () => {
    fc.assert(
      fc.property(toolNames, toolNames, toolName, (denied, allowed, tool) => {
        expect(decision(lists([...denied, tool], [...allowed, tool]), tool)).toBe('blocked');
      }),
    );
  });

  it('P5: is open by default: without a list of allowed tools, what is not denied is allowed', () => {
    fc.assert(
      fc.property(toolNames, toolName, (denied, tool) => {
        fc.pre(!looksLikeOneOf(tool, denied));

        expect(decision(lists(denied), tool)).toBe('allowed');
        expect(decision(lists(denied, null), tool)).toBe('allowed');
      }),
    );
  });

  it('P6: is closed on an empty list: nothing at all is allowed', () => {
    fc.assert(
      fc.property(fc.string(), (tool) => {
        expect(lists([], []).judgeTool(tool).allowed).toBe(false);
      }),
    );
  });

  it('P8: always decides allowed or blocked, for any text as a name', () => {
    fc.assert(
      fc.property(toolNames, fc.option(toolNames), fc.string({ unit: 'binary' }), (denied, allowed, tool) => {
        const { decision: verdict, violations } = engine.decide(sampleCall(tool), lists(denied, allowed));

        expect(['allowed', 'blocked']).toContain(verdict);
        expect(violations.length > 0).toBe(verdict === 'blocked');
      }),
    );
  });
});

describe('Policy.judgeTool', () => {
  it('says which rule denied', () => {
    const verdict = lists(['a', 'b', 'shell*']).judgeTool('shell_exec');

    expect(verdict).toMatchObject({
      allowed: false,
      violationType: 'tool_denied',
      rule: 'rules.denied_tools[2]',
      reason: 'denied by rules.denied_tools[2] ("shell*")',
    });
  });

  it('D-06: says not allowed, not denied, of a tool that the allowed ones do not have', () => {
    expect(lists([], ['search']).judgeTool('shell')).toMatchObject({
      allowed: false,
      violationType: 'tool_not_allowed',
      rule: 'rules.allowed_tools',
      reason: 'no entry of rules.allowed_tools allows it',
    });
  });

  it('says that an empty list allows nothing', () => {
    expect(lists([], []).judgeTool('search').reason).toBe('rules.allowed_tools is empty, so no tool is allowed');
  });

  it('says that it allows by default', () => {
    expect(lists([]).judgeTool('search')).toEqual({
      allowed: true,
      rule: 'default',
      reason: 'allowed by default: the policy has no rules.allowed_tools',
    });
  });

  it('says which entry allowed', () => {
    expect(lists([], ['x', 'Search_*']).judgeTool('search_web')).toEqual({
      allowed: true,
      rule: 'rules.allowed_tools[1]',
      reason: 'allowed by "search_*"',
    });
  });

  it('denies a Cyrillic look-alike of a denied tool', () => {
    expect(lists(['send_mail']).judgeTool('s\u0435nd_mail')).toMatchObject({
      violationType: 'tool_denied',
      reason: 'it looks like "send_mail", which rules.denied_tools[0] denies',
    });
  });

  it('denies a full-width spelling of a denied tool', () => {
    const name = canonicalToolName('\uff33\uff45\uff4e\uff44_mail');

    expect(lists(['send_mail']).judgeTool(name).violationType).toBe('tool_denied');
  });

  it('denies a look-alike of what a glob denies', () => {
    expect(lists(['send_*']).judgeTool('s\u0435nd_mail').violationType).toBe('tool_denied');
  });

  it('denies the Latin name of a tool denied in Cyrillic letters', () => {
    expect(lists(['s\u0435nd_mail']).judgeTool('send_mail').violationType).toBe('tool_denied');
  });

  it('does not allow a look-alike of an allowed tool', () => {
    expect(lists([], ['send_mail']).judgeTool('s\u0435nd_mail').violationType).toBe('tool_not_allowed');
  });

  it('finds a denied tool under a name that the caller did not make canonical', () => {
    expect(lists(['shell']).judgeTool(' SHELL ').violationType).toBe('tool_denied');
  });

  it('blocks what is no name instead of throwing', () => {
    const hostile: unknown = { toString: () => 'search' };

    expect(lists([]).judgeTool(hostile as string)).toMatchObject({ allowed: false, rule: 'tool_name' }); // A caller without types.
    expect(lists([]).judgeTool('a b')).toMatchObject({ allowed: false, rule: 'tool_name' });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])('treats %s as a plain name', (name) => {
    expect(lists([]).judgeTool(canonicalToolName(name)).allowed).toBe(true);
    expect(lists([], []).judgeTool(canonicalToolName(name)).allowed).toBe(false);
    expect(lists([name]).judgeTool(canonicalToolName(name)).violationType).toBe('tool_denied');
    expect(lists([], [name]).judgeTool(canonicalToolName(name)).allowed).toBe(true);
  });

  it('keeps deciding right after more names than it remembers', () => {
    const policy = lists(['shell']);
    for (let i = 0; i < 10_000; i++) policy.judgeTool(`tool_${String(i)}`);

    expect(policy.judgeTool('shell').allowed).toBe(false);
    expect(policy.judgeTool('tool_0').allowed).toBe(true);
  });
});

describe('Policy.rateFor', () => {
  const policy = Policy.from({
    name: 'p',
    rules: { rate_limits: { per_tool: { Send_Mail: { max_calls: 1 }, 'send_*': { max_calls: 2 }, '*': {}, constructor: { max_calls: 4 } } } },
  });

  it('takes the exact name before any glob', () => {
    expect(policy.rateFor('send_mail')).toEqual({ key: 'send_mail', rule: { maxCalls: 1, windowMs: 60_000 } });
  });

  it('takes the glob that pins down most characters', () => {
    expect(policy.rateFor('send_fax')?.key).toBe('send_*');
  });

  it('has the defaults of the reference: 100 calls in 60 seconds', () => {
    expect(policy.rateFor('other')).toEqual({ key: '*', rule: { maxCalls: 100, windowMs: 60_000 } });
  });

  it('limits a tool named constructor', () => {
    expect(policy.rateFor('constructor')?.rule.maxCalls).toBe(4);
  });

  it('answers nothing for a tool without a limit, every time', () => {
    const narrow = Policy.from({ name: 'p', rules: { rate_limits: { per_tool: { a: {} } } } });

    expect([narrow.rateFor('b'), narrow.rateFor('b'), narrow.rateFor('toString'), lists([]).rateFor('b')]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('what a policy says', () => {
  it('has the defaults of the reference where it says nothing', () => {
    const policy = Policy.from({ name: ' minimal ' });

    expect(Object.fromEntries(Object.entries(policy))).toEqual({
      name: 'minimal',
      version: '1.0',
      source: undefined,
      files: [],
      mode: 'enforce',
      maxMemoryMb: undefined,
      sharedLimits: undefined,
      tripRules: [],
      warnings: [],
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      onViolation: 'block',
      maxDurationMs: undefined,
      maxCostMicros: undefined,
      rates: undefined,
    });
    expect([policy.redaction, policy.redactOutput, policy.maxOutputBytes]).toEqual([undefined, true, undefined]);
  });

  it('D-02: applies the documented rate_limits.global', () => {
    expect(Policy.parse('name: p\nrules: {rate_limits: {global: {max_calls: 5}}}').rates?.global).toEqual({ maxCalls: 5, windowMs: 60_000 });
    expect(Policy.parse('name: p\nrules: {rate_limits: {global_limit: {}}}').rates?.global).toEqual({ maxCalls: 1000, windowMs: 60_000 });
    expect(Policy.parse('name: p\nrules: {rate_limits: {global: null}}').rates?.global).toBeUndefined();
  });

  it('D-02: enables a block that is there, unless it says enabled: false', () => {
    const on = Policy.parse('name: p\nrules: {pii_redaction: {}, rate_limits: {per_tool: {a: {}}}}');
    const off = Policy.parse('name: p\nrules: {pii_redaction: {enabled: false}, rate_limits: {enabled: false, per_tool: {a: {}}}}');

    expect([on.redaction?.strategy, on.rates?.perTool.size]).toEqual(['placeholder', 1]);
    expect([off.redaction, off.rates]).toEqual([undefined, undefined]);
  });

  it('D-19: cleans secrets whenever it redacts, unless it is told not to', () => {
    expect(Policy.from({ name: 'p', rules: { pii_redaction: {} } }).redaction?.secrets).toBe(true);
    expect(Policy.from({ name: 'p', rules: { pii_redaction: { secrets: false } } }).redaction?.secrets).toBe(false);
  });

  it('redacts the five categories of the reference unless it names others', () => {
    const named = Policy.from({ name: 'p', rules: { pii_config: { categories: ['email', 'iban', 'email'], strategy: 'hash' } } });

    expect(Policy.from({ name: 'p', rules: { pii: {} } }).redaction?.categories).toEqual(['email', 'phone', 'ssn', 'credit_card', 'ip_address']);
    expect(named.redaction).toMatchObject({ categories: ['email', 'iban'], strategy: 'hash', secrets: true, threshold: 0.8, fallback: true });
  });

  it('keeps times in whole milliseconds and money in whole micro-dollars', () => {
    const policy = Policy.from({ name: 'p', rules: { resources: { max_call_duration_seconds: 0.25, max_cost_usd: 0.1 } } });

    expect([policy.maxDurationMs, policy.maxCostMicros]).toEqual([250, 100_000]);
    expect(Policy.from({ name: 'p', rules: { resource_limits: { max_cost_usd: 0 } } }).maxCostMicros).toBe(0);
    expect(Policy.from({ name: 'p', rules: { resource_limits: { max_cost_usd: 9e9 } } }).maxCostMicros).toBe(9e15);
    expect(Policy.from({ name: 'p', rules: { resource_limits: { max_cost_usd: null } } }).maxCostMicros).toBeUndefined();
  });

  it('reads the documented post_call block as the rules around it', () => {
    const policy = Policy.parse('name: p\nrules:\n  post_call:\n    max_output_size_bytes: 1048576\n    redact_output: false\n');

    expect([policy.maxOutputBytes, policy.redactOutput]).toEqual([1_048_576, false]);
  });

  it('blocks with on_violation: redact where there is nothing to redact', () => {
    const policy = Policy.from({ name: 'p', on_violation: 'redact', rules: { denied_tools: ['shell'] } });

    expect(engine.decide(sampleCall('shell'), policy).decision).toBe('blocked');
  });

  it('takes log as log', () => {
    expect(Policy.from({ name: 'p', on_violation: 'log' }).onViolation).toBe('log');
  });

  it('keeps a version as it was written', () => {
    expect(Policy.parse('name: p\nversion: 1.10').version).toBe('1.10');
    expect(Policy.parse('name: p\nversion: "2.0"').version).toBe('2.0');
    expect(Policy.from({ name: 'p', version: 3 }).version).toBe('3');
  });

  it.each([
    ['max_call_duration_seconds', [0, -1, Number.NaN, Infinity, '5', true, 2_147_484, 0.0001]],
    ['max_cost_usd', [-0.01, Number.NaN, Infinity, 9_000_000_001, '1']],
  ])('refuses %s outside its range', (key, values) => {
    for (const value of values) {
      expect(() => Policy.from({ name: 'p', rules: { resource_limits: { [key]: value } } })).toThrow(PolicyValidationError);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '10', 2 ** 53])('refuses %p as a size of outputs or a number of calls', (value) => {
    expect(() => Policy.from({ name: 'p', rules: { max_output_size_bytes: value } })).toThrow(PolicyValidationError);
    expect(() => Policy.from({ name: 'p', rules: { rate_limits: { global: { max_calls: value } } } })).toThrow(PolicyValidationError);
  });

  it.each(['', '   ', 'a\nb', 'a\u0000', '\ud800', 'x'.repeat(257)])('refuses %j as a name', (name) => {
    expect(() => Policy.from({ name })).toThrow(PolicyValidationError);
  });

  it('cannot be changed', () => {
    'use strict';
    const policy = Policy.from({ name: 'p', rules: { allowed_tools: ['a'], pii_redaction: {}, rate_limits: { per_tool: { a: {} }, global: {} } } });
    const { perTool } = policy.rates ?? {};
    const parts: unknown[] = [policy, policy.redaction, policy.redaction?.categories, policy.rates, policy.rates?.global, perTool, perTool?.get('a'), policy.toJSON()];

    expect(parts.every((part) => typeof part === 'object' && Object.isFrozen(part))).toBe(true);
    expect(perTool).not.toBeInstanceOf(Map);
    expect(Object.isFrozen(policy.judgeTool('a'))).toBe(true);
  });

  it('does not change with the object it was made from', () => {
    const document = { name: 'p', rules: { denied_tools: ['shell'] } };
    const policy = Policy.from(document);
    document.rules.denied_tools.length = 0;

    expect(policy.judgeTool('shell').allowed).toBe(false);
    expect(policy.toJSON()).toEqual({ name: 'p', rules: { denied_tools: ['shell'] } });
  });

  it('gives its document back, from which the same policy can be made', () => {
    const policy = Policy.parse('name: p\nversion: 1.0\nrules: {pii: {strategy: mask}, rate_limits: {global_limit: {}, per_tool: {__proto__: {max_calls: 3}}}}');
    const again = Policy.from(JSON.parse(JSON.stringify(policy)));

    expect(again.digest).toBe(policy.digest);
    expect(again.rateFor('__proto__')?.rule.maxCalls).toBe(3);
    expect(({} as Record<string, unknown>).max_calls).toBeUndefined(); // Reading what pollution would have added.
  });
});
