import { afterAll, describe, expect, it } from '@jest/globals';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const trail = folder.trail('trail.jsonl', [
  ...Array.from({ length: 20 }, (_, i) => ({ tool_name: `search_${String(i)}` })),
  { tool_name: 'delete_all', decision: 'blocked' as const, outcome: 'blocked' as const, violation_type: 'tool_denied', violation_reason: 'denied by rules.denied_tools[0]' },
  { tool_name: 'send_email', decision: 'redacted' as const, redactions: { email: 2, phone: 1 }, call_duration_ms: 1234 },
]);
const hostile = folder.trail('hostile.jsonl', [
  { tool_name: '\x1b[31mevil\x1b]0;title\x07\u202e', decision: 'blocked', outcome: 'blocked', violation_reason: 'a\nb\x9b2J', violation_type: 'x' },
]);
afterAll(() => {
  folder.remove();
});

describe('inspect', () => {
  it('shows the latest ten entries, the latest last', async () => {
    const { code, out, err } = await runCli(['inspect', trail]);

    const rows = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(rows).toHaveLength(11);
    expect(rows.at(-1)).toContain('send_email');
    expect(err).toBe('the latest 10 of 22 entries\n');
  });

  it('says what was refused and what was hidden', async () => {
    const { out } = await runCli(['inspect', trail, '--tail', '2']);

    expect(out).toMatch(/blocked +delete_all +blocked +- +0\.0 ms +tool_denied: denied by rules\.denied_tools\[0\]/);
    expect(out).toMatch(/redacted +send_email +ok +- +1\.23 s +hidden: email ×2, phone/);
  });

  it('keeps to a tool or a decision', async () => {
    const byTool = await runCli(['inspect', trail, '--tool', 'Search_3', '--json']);
    const byDecision = await runCli(['inspect', trail, '--decision', 'blocked']);

    expect(byTool.json).toMatchObject({ tool_name: 'search_3' });
    expect(byDecision.out.trimEnd().split('\n')).toHaveLength(2);
    expect(byDecision.err).toBe('1 of 1 that fit, in 22 entries\n');
  });

  it('shows all with --tail 0', async () => {
    const { out, err } = await runCli(['inspect', trail, '--tail', '0']);

    expect(out.trimEnd().split('\n')).toHaveLength(23);
    expect(err).toBe('22 entries\n');
  });

  it('prints one JSON entry a line, as the trail has it', async () => {
    const all = await runCli(['inspect', trail, '--tail', '0', '--json']);
    const last = await runCli(['inspect', trail, '--tail', '3', '--json']);

    const entries = all.out.trimEnd().split('\n').map((line) => JSON.parse(line) as { tool_name: string });
    expect(entries).toHaveLength(22);
    expect(last.out).toBe(`${all.out.trimEnd().split('\n').slice(-3).join('\n')}\n`);
  });

  it.each([[[]], [['--json']]])('lets no entry steer the terminal, with %j', async (flags) => {
    const { out } = await runCli(['inspect', hostile, ...flags]);

    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(out.trimEnd().split('\n')).toHaveLength(flags.length === 0 ? 2 : 1);
  });

  it('cuts lines to the width of the terminal', async () => {
    const { out } = await runCli(['inspect', trail, '--decision', 'blocked'], { terminal: 100, env: { NO_COLOR: '1' } });

    for (const line of out.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toContain('…');
  });

  it('prints no table for no entries', async () => {
    const { code, out, err } = await runCli(['inspect', trail, '--tool', 'none']);

    expect([code, out, err]).toEqual([0, '', '0 of 0 that fit, in 22 entries\n']);
  });

  it('refuses a trail that is not there, and a decision that is none', async () => {
    const missing = await runCli(['inspect', folder.at('none')]);
    const unknown = await runCli(['inspect', trail, '--decision', 'maybe']);

    expect([missing.code, unknown.code]).toEqual([2, 2]);
    expect(unknown.err).toContain('Allowed choices are allowed, blocked, redacted');
  });

  it('ends quietly when nobody reads on', async () => {
    const { code, out, err } = await runCli(['inspect', trail, '--tail', '0', '--json'], { closesAfter: 1 });

    expect([code, out.trimEnd().split('\n').length, err]).toEqual([0, 1, '']);
  });
});
