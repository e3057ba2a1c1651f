import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicyValidationError } from '../errors.js';
import { Policy } from './policy.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-merge-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  // JSON is YAML: documents from generators need no dumper.
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function extend(base: unknown, child: object): Policy {
  write('base.yaml', base);
  return Policy.fromFile(write('child.yaml', { extends: 'base.yaml', ...child }));
}

const base = `
name: org
version: "2.3"
on_violation: block
rules:
  allowed_tools: [search, send_mail]
  denied_tools: [shell]
  pii_redaction:
    enabled: true
    categories: [email, iban]
    strategy: hash
  redact_output: false
  resource_limits:
    max_call_duration_seconds: 5
    max_cost_usd: 2
  rate_limits:
    enabled: true
    per_tool:
      send_mail: {max_calls: 3, window_seconds: 10}
    global: {max_calls: 50}
  max_output_size_bytes: 1000
`;

describe('extends', () => {
  it('D-01: a child that only adds a denial turns no protection of its parent off', () => {
    const policy = extend(base, { name: 'team', rules: { denied_tools: ['delete_all'] } });

    expect(policy.toJSON()).toEqual({
      name: 'team',
      version: '2.3',
      on_violation: 'block',
      rules: {
        allowed_tools: ['search', 'send_mail'],
        denied_tools: ['shell', 'delete_all'],
        pii_redaction: { enabled: true, categories: ['email', 'iban'], strategy: 'hash' },
        redact_output: false,
        resource_limits: { max_call_duration_seconds: 5, max_cost_usd: 2 },
        rate_limits: { enabled: true, per_tool: { send_mail: { max_calls: 3, window_seconds: 10 } }, global: { max_calls: 50 } },
        max_output_size_bytes: 1000,
      },
    });
    expect(policy).toMatchObject({
      name: 'team',
      version: '2.3',
      redaction: { categories: ['email', 'iban'], strategy: 'hash' },
      redactOutput: false,
      maxDurationMs: 5000,
      maxCostMicros: 2_000_000,
      maxOutputBytes: 1000,
      rates: { global: { maxCalls: 50, windowMs: 60_000 } },
    });
  });

  it('D-01: a child that says nothing is its parent', () => {
    write('base.yaml', base);
    const parent = Policy.fromFile(join(folder, 'base.yaml'));

    expect(extend(base, {}).toJSON()).toEqual(parent.toJSON());
  });

  it('merges maps key by key', () => {
    const policy = extend(base, { rules: { pii: { strategy: 'mask' }, rate_limits: { global_limit: { window_seconds: 1 }, per_tool: { SEND_MAIL: { max_calls: 1 }, x: {} } } } });

    expect(policy.redaction).toMatchObject({ categories: ['email', 'iban'], strategy: 'mask' });
    expect(policy.rates?.global).toEqual({ maxCalls: 50, windowMs: 1000 });
    expect([...(policy.rates?.perTool ?? [])]).toEqual([
      ['send_mail', { maxCalls: 1, windowMs: 10_000 }],
      ['x', { maxCalls: 100, windowMs: 60_000 }],
    ]);
  });

  it('replaces lists and scalars, but adds denials up', () => {
    const policy = extend(base, { on_violation: 'log', rules: { allowed_tools: ['fetch'], denied_tools: ['shell', 'rm'] } });

    expect(policy.onViolation).toBe('log');
    expect(policy.judgeTool('search').allowed).toBe(false);
    expect(policy.toJSON()).toMatchObject({ rules: { allowed_tools: ['fetch'], denied_tools: ['shell', 'rm'] } });
  });

  it('enables a block that the child fills in, although the parent had it off', () => {
    const off = { name: 'org', rules: { pii_redaction: { enabled: false }, rate_limits: { enabled: false, global: { max_calls: 9 } } } };

    expect(extend(off, { rules: { pii_redaction: { strategy: 'mask' } } }).redaction?.strategy).toBe('mask');
    expect(extend(off, { rules: { rate_limits: {} } }).rates?.global?.maxCalls).toBe(9);
    expect(extend(off, { rules: {} }).redaction).toBeUndefined();
  });

  it('P7: denies whatever any document of the chain denies', () => {
    const tools = fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 5 });
    fc.assert(
      fc.property(tools, tools, tools, (grandparent, parent, child) => {
        write('a.yaml', { name: 'a', rules: { denied_tools: grandparent } });
        write('b.yaml', { extends: 'a.yaml', rules: { denied_tools: parent } });
        const policy = Policy.fromFile(write('c.yaml', { extends: 'b.yaml', rules: { denied_tools: child } }));

        for (const tool of [...grandparent, ...parent, ...child]) expect(policy.judgeTool(tool).violationType).toBe('tool_denied');
      }),
      { numRuns: 30 },
    );
  });

  it('points to the file that said it', () => {
    write('base.yaml', 'name: org\nrules:\n  denied_tools:\n    - a b\n  redact_outptu: true\n');
    const path = write('child.yaml', 'extends: base.yaml\nrules:\n  denied_tools: [ok, 7]\n  resource_limits: {max_cost_usd: -1}\n');

    const issues = issuesOf(path);

    expect(issues.map(({ file, line, column, path: where }) => [file.slice(folder.length + 1), line, column, where])).toEqual([
      ['child.yaml', 3, 22, 'rules.denied_tools[1]'],
      ['child.yaml', 4, 35, 'rules.resource_limits.max_cost_usd'],
      ['base.yaml', 4, 7, 'rules.denied_tools[0]'],
      ['base.yaml', 5, 3, 'rules.redact_outptu'],
    ]);
  });

  it('D-07: has another digest as soon as any file of the chain has another byte', () => {
    const first = extend(base, { name: 'team' }).digest;

    expect(extend(base, { name: 'team' }).digest).toBe(first);
    expect(extend(`${base}# reviewed\n`, { name: 'team' }).digest).not.toBe(first);
    expect(extend(base, { name: 'tean' }).digest).not.toBe(first);
  });
});

function issuesOf(path: string): PolicyValidationError['issues'] {
  try {
    Policy.fromFile(path);
  } catch (error) {
    if (error instanceof PolicyValidationError) return error.issues;
    throw error;
  }
  return [];
}
