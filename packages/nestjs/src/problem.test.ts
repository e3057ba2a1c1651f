import { EnforceCoreError, RateLimitError, ToolDeniedError, type ErrorCode } from '@enforcecore/core';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { statusOfCode } from './http-status.js';
import { problemOf, retryAfterSeconds } from './problem.js';

const limited = (retryAfterMs: number) => new RateLimitError({ reason: 'too many', maxCalls: 1, windowSeconds: 1, retryAfterMs, toolName: 'send' });

describe('the problem that a client gets', () => {
  it('is pinned in docs/guides/nestjs.md, status by status', async () => {
    const page = await readFile(new URL('../../../docs/guides/nestjs.md', import.meta.url), 'utf8');

    const rows = [...page.matchAll(/^\| (\d{3})[^|]*\| (`[^|]*`) \|/gm)].flatMap(([, status, codes]) => [...(codes ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, code]) => [code, Number(status)]));

    expect(Object.fromEntries(rows)).toEqual(statusOfCode);
  });

  it('covers every code of the reference', async () => {
    const page = await readFile(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8');

    const codes = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code ?? '');

    expect(codes.filter((code) => !Object.hasOwn(statusOfCode, code))).toEqual([]);
    expect(codes.length).toBeGreaterThan(30);
  });

  it.each([[0, 1], [1, 1], [1_000, 1], [1_001, 2], [59_999, 60]])('waits %d ms for %d s', (ms, seconds) => {
    expect(retryAfterSeconds(problemOf(limited(ms)))).toBe(seconds);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('names no wait for one that is none (%d)', (ms) => {
    expect(problemOf(limited(ms))).not.toHaveProperty('retryAfterMs');
  });

  it('says what was refused, and by what', () => {
    const problem = problemOf(new ToolDeniedError({ violationType: 'tool_denied', reason: 'no', toolName: 'erase', policyName: 'mail' }));

    expect(problem).toEqual({ type: 'about:blank', title: 'Forbidden', status: 403, detail: 'call to "erase" blocked by policy "mail": no', code: 'TOOL_DENIED', mayHaveRun: false, tool: 'erase' });
  });

  it.each(Object.entries(statusOfCode).filter(([code, status]) => status >= 500 && code !== 'TIMEOUT').map(([code]) => code as ErrorCode))('tells no outsider what went wrong inside (%s)', (code) => {
    const problem = problemOf(new EnforceCoreError(code, 'cannot open /etc/secret', { toolName: 'send' }));

    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('says where the tool may have run, and then not 503, but where a repeated call meets the kill switch again', () => {
    const problems = Object.keys(statusOfCode).map((code) => problemOf(new EnforceCoreError(code as ErrorCode, 'x')));

    const mayHaveRun = problems.filter(({ status, mayHaveRun }) => status === 503 && mayHaveRun).map(({ code }) => code);

    expect(mayHaveRun).toEqual(['KILL_SWITCH']);
    expect(problems.filter(({ mayHaveRun }) => mayHaveRun).map(({ code }) => code)).toEqual(expect.arrayContaining(['AUDIT', 'OUTPUT_SIZE', 'TIMEOUT']));
  });

  it('names the faults of arguments, and never a value among them', () => {
    const error = Object.assign(new EnforceCoreError('TOOL_INPUT', 'the arguments do not fit'), { issues: [{ path: 'to', expected: 'must be an email', value: 'hunter2' }] });

    expect(problemOf(error).issues).toEqual([{ path: 'to', expected: 'must be an email' }]);
  });
});
