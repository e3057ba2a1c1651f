import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { badPolicy, Folder, goodPolicy } from '../files.test.kit.js';
import { runCli, type FakeOptions, type Ran } from '../io.test.kit.js';

const folder = new Folder();
const policy = folder.file('policy.yaml', goodPolicy);
const logging = folder.file('logging.yaml', goodPolicy.replace('version', 'on_violation: log\nversion'));
const bare = folder.file('bare.yaml', 'name: bare\n');
afterAll(() => {
  folder.remove();
});

function dryRun(tool: string, args?: string, options: FakeOptions & { json?: boolean; policy?: string } = {}): Promise<Ran> {
  const { json = true, policy: file = policy } = options;
  return runCli(['dry-run', file, '--tool', tool, ...(args === undefined ? [] : ['--args', args]), ...(json ? ['--json'] : [])], options);
}

describe('dry-run', () => {
  it('allows what the policy allows, and shows the arguments as the tool would see them', async () => {
    const { code, json } = await dryRun('send_email', '{"to":"ann@example.com","n":1}');

    expect(code).toBe(0);
    expect(json).toMatchObject({ tool: 'send_email', decision: 'redacted', outcome: 'ok', violations: [], error: null });
    expect(json.args).toEqual([{ to: '<EMAIL>', n: 1 }]);
    expect(json.redactions).toEqual({ email: 1 });
  });

  it('blocks what the policy denies, with every rule that fired and its reason', async () => {
    const { code, json } = await dryRun('Delete_All');

    expect(code).toBe(1);
    expect(json).toMatchObject({ tool: 'delete_all', decision: 'blocked', args: null, error: { code: 'TOOL_DENIED' } });
    expect(json.violations).toEqual([
      expect.objectContaining({ action: 'block', rule: 'rules.denied_tools[0]', type: 'tool_denied', reason: expect.stringContaining('delete_*') }),
      expect.objectContaining({ action: 'block', rule: 'rules.allowed_tools', type: 'tool_not_allowed', reason: expect.any(String) }),
    ]);
  });

  it('tells the limits that apply to the tool', async () => {
    const { json } = await dryRun('send_email', '{}', { env: { ENFORCECORE_COST_BUDGET_USD: '100' } });

    expect(json.limits).toEqual({
      timeMs: 30_000,
      costUsd: 5,
      totalCostUsd: 100,
      outputBytes: 4096,
      rates: [
        { key: 'send_email', maxCalls: 5, windowMs: 60_000 },
        { key: null, maxCalls: 100, windowMs: 60_000 },
      ],
      callCostUsd: null,
      budgets: [],
      concurrency: [],
      sandbox: 'inline',
    });
  });

  it('says all of it to a person', async () => {
    const { out } = await dryRun('send_email', '{"to":"ann@example.com"}', { json: false });

    expect(out).toContain('ALLOWED, REDACTED  send_email  by support 1.2');
    expect(out).toContain('    "to": "<EMAIL>"');
    expect(out).toContain('hidden: email');
    expect(out).toContain('rate    5 calls of "send_email" in 60 s; 100 calls of all tools together in 60 s');
  });

  it('says that a policy without limits has none', async () => {
    const { out } = await dryRun('anything', '[1]', { json: false, policy: bare });

    expect(out.match(/no limit/g)).toHaveLength(4);
    expect(out).toContain('nothing is hidden: the policy has no pii_redaction');
  });

  it('allows what is only logged, and says so', async () => {
    const { code, out } = await dryRun('delete_all', '{}', { json: false, policy: logging });

    expect(code).toBe(0);
    expect(out).toContain('rules.denied_tools[0]');
    expect(out).toContain('on_violation is log');
  });

  it('shows arguments uncleaned where redaction is switched off, and says so', async () => {
    const { out } = await dryRun('send_email', '{"to":"ann@example.com"}', { json: false, env: { ENFORCECORE_REDACTION_ENABLED: 'false' } });

    expect(out).toContain('ann@example.com');
    expect(out).toContain('nothing is hidden: ENFORCECORE_REDACTION_ENABLED is off');
  });

  it('takes positional arguments as an array, and standard input for -', async () => {
    const { json } = await dryRun('send_email', '-', { stdin: '["ann@example.com", 2]' });

    expect(json.args).toEqual(['<EMAIL>', 2]);
  });

  it('writes no trail and tells no webhook', async () => {
    const trail = folder.at('audit');

    const { code } = await dryRun('delete_all', '{}', {
      env: { ENFORCECORE_AUDIT_PATH: trail, ENFORCECORE_WEBHOOK_ON_VIOLATION: 'https://127.0.0.1:1/never' },
    });

    expect(code).toBe(1);
    expect(existsSync(trail)).toBe(false);
  });

  it('keeps __proto__ an ordinary key', async () => {
    const { code, out } = await dryRun('send_email', '{"__proto__":{"polluted":true},"to":"x"}');

    expect(code).toBe(0);
    expect(out).toContain('"__proto__"');
    expect('polluted' in {}).toBe(false);
  });

  it('blocks arguments that are nested too deep', async () => {
    const { code, json } = await dryRun('send_email', '-', { stdin: `${'['.repeat(50_000)}${']'.repeat(50_000)}` });

    expect(code).toBe(1);
    expect(json).toMatchObject({ decision: 'blocked', args: null, error: { code: 'INPUT_TOO_LARGE' } });
  });

  it('blocks a tool name that is none, without printing it', async () => {
    const { code, out } = await dryRun('evil\x1b[2J', '{}', { json: false });

    expect(code).toBe(1);
    expect(out).not.toContain('\x1b');
    expect(out).toContain('the call is refused all the same');
  });

  it('escapes what could steer a terminal in arguments', async () => {
    const { out } = await dryRun('send_email', JSON.stringify({ s: '\x1b[2J\x9b\u202e' }), { json: false });

    expect(out).toContain('\\u001b[2J\\u009b\\u202e');
  });

  it.each([
    ['5', 'got a number'],
    ['null', 'got null'],
    ['{"secret', 'got text that is no JSON'],
  ])('refuses --args %s without quoting it', async (args, got) => {
    const { code, out, err } = await dryRun('send_email', args);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`enforcecore: --args refused: expected a JSON object or array, ${got}`);
    expect(err).not.toContain('secret');
  });

  it('refuses a policy that is not valid, with its issues', async () => {
    const { code, err } = await dryRun('x', '{}', { policy: folder.file('bad.yaml', badPolicy) });

    expect(code).toBe(2);
    expect(err).toContain('is not a valid policy: 2 problems\n');
  });

  it('refuses settings that cannot be used', async () => {
    const { code, err } = await dryRun('x', '{}', { env: { ENFORCECORE_FAIL_OPEN: 'perhaps' } });

    expect([code, err]).toEqual([2, 'enforcecore: settings refused: ENFORCECORE_FAIL_OPEN must be true or false\n']);
  });
});
