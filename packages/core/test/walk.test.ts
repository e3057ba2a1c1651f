import { describe, expect, it } from '@jest/globals';
import { createContainer, enforce, Enforcer, Policy, Auditor, currentCall, withResults } from '../src/index.js';
import { MemoryAuditor } from '../src/testing/index.js';

function house(rules: object = {}): { container: ReturnType<typeof createContainer>; auditor: MemoryAuditor } {
  const container = createContainer({ policy: Policy.from({ name: 'test', rules }), environment: {} });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  return { container, auditor };
}

describe('the walk of one call', () => {
  it('returns what a synchronous function returns', () => {
    const { container, auditor } = house();
    const add = enforce(function add(a: number, b: number) { return a + b; }, { container });
    expect(add(2, 3)).toBe(5);
    expect(auditor.entries).toHaveLength(1);
  });
  it('async', async () => {
    const { container } = house();
    const f = enforce(async function f(a: { b: number }) { await Promise.resolve(); return [a.b, currentCall()?.tool]; }, { container });
    await expect(f({ b: 3 })).resolves.toEqual([3, 'f']);
  });
  it('gens', async () => {
    const { container, auditor } = house();
    const g = enforce(function* g(n: number) { for (let i = 0; i < n; i++) yield i; return 'end'; }, { container });
    expect([...g(3)]).toEqual([0, 1, 2]);
    const ag = enforce(async function* ag(n: number) { for (let i = 0; i < n; i++) { await Promise.resolve(); yield i; } }, { container });
    const out: number[] = [];
    for await (const x of ag(3)) out.push(x);
    expect(out).toEqual([0, 1, 2]);
    for await (const x of ag(3)) { if (x === 1) break; }
    expect(auditor.calls.map((e) => e.outcome)).toEqual(['ok', 'ok', 'cancelled']);
  });
  it('stops a loop', () => {
    const { container, auditor } = house({ resource_limits: { max_call_duration_seconds: 0.05 } });
    const loop = enforce(function loop() { for (;;); }, { container });
    expect(() => loop()).toThrow(/longer than 50 ms/);
    expect(auditor.calls.map((e) => e.outcome)).toEqual(['timeout_killed']);
  });
  it('denies', async () => {
    const { container } = house({ denied_tools: ['rm'] });
    let ran = 0;
    const rm = enforce(function rm() { ran++; }, { container });
    expect(() => rm()).toThrow(/denied/);
    expect(ran).toBe(0);
    const scope = await new Enforcer(undefined, { container }).open({ tool: 'ls', args: [{ a: 1 }] });
    expect(scope.args).toEqual([{ a: 1 }]);
    await expect(scope.complete('x')).resolves.toBe('x');
    await expect(new Enforcer(undefined, { container }).open({ tool: 'rm' })).rejects.toThrow(/denied/);
    const t = await withResults(() => new Enforcer(undefined, { container }).run(async () => 5, { tool: 'five' }));
    expect(t.results[0]?.tool).toBe('five');
  });
});
