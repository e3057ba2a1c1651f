import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock, createContainer, enforce, HookRegistry, Logger, Policy, type EnforceContainer } from '../src/index.js';
import { FakeClock } from '../src/testing/index.js';
import { errorOf, houseWith } from './kit.js';

const told = async (container: EnforceContainer): Promise<void> => container.house.services.observers.flush();

describe('pre_call hooks', () => {
  it('run in order, and the first that vetoes ends it, with its reason in error and entry', () => {
    const { container, auditor } = houseWith();
    const order: number[] = [];
    const hooks = container.get(HookRegistry);
    hooks.on('pre_call', () => { order.push(1); });
    hooks.on('pre_call', ({ veto }) => { order.push(2); veto('change freeze'); });
    hooks.on('pre_call', () => { order.push(3); });

    expect(() => enforce(() => 1, { container, tool: 'tool' })()).toThrow(
      expect.objectContaining({ code: 'VETOED', reason: 'change freeze', violationType: 'vetoed' }),
    );
    expect(order).toEqual([1, 2]);
    expect(auditor.entries).toMatchObject([{ violation_type: 'vetoed', violation_reason: 'change freeze' }]);
  });

  it('that throw block the call', () => {
    const { container } = houseWith();
    const body = jest.fn();
    container.get(HookRegistry).on('pre_call', () => {
      throw new TypeError('bug');
    });

    expect(() => enforce(() => body(), { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'HOOK' }));
    expect(body).not.toHaveBeenCalled();
  });

  it('that are asynchronous are waited for by asynchronous tools, and refused by synchronous ones', async () => {
    const { container } = houseWith();
    container.get(HookRegistry).on('pre_call', async () => Promise.resolve());

    await expect(enforce(async () => Promise.resolve(1), { container, tool: 'later' })()).resolves.toBe(1);
    expect(() => enforce(() => 1, { container, tool: 'now' })()).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE' }));
  });

  it('that veto late still block', async () => {
    const { container } = houseWith();
    container.get(HookRegistry).on('pre_call', async ({ veto }) => {
      await Promise.resolve();
      veto('thought about it');
    });

    await expect(enforce(async () => Promise.resolve(1), { container, tool: 'tool' })()).rejects.toMatchObject({ code: 'VETOED' });
  });

  it('that take too long block', async () => {
    const { container } = houseWith({}, { hookTimeoutMs: 100 });
    const clock = new FakeClock();
    container.rebind(Clock).toConstantValue(clock);
    container.get(HookRegistry).on('pre_call', () => new Promise<void>(() => undefined));

    const error = errorOf(() => enforce(async () => Promise.resolve(1), { container, tool: 'tool' })());
    clock.advance(100);

    expect(await error).toMatchObject({ code: 'HOOK', message: expect.stringContaining('longer than 100 ms') });
  });

  it('can be taken away again', () => {
    const { container } = houseWith();
    const remove = container.get(HookRegistry).on('pre_call', ({ veto }) => veto('no'));
    remove();

    expect(enforce(() => 1, { container, tool: 'tool' })()).toBe(1);
  });
});

describe('observers', () => {
  it('are told after the record, and after the caller has its result', async () => {
    const { container, auditor } = houseWith({ pii_redaction: {} });
    const events: string[] = [];
    const hooks = container.get(HookRegistry);
    hooks.on('redaction', ({ direction, count }) => { events.push(`redaction ${direction} ${String(count)} after ${String(auditor.entries.length)}`); });
    hooks.on('post_call', ({ result }) => { events.push(`post_call ${result.decision} ${result.auditEntryId ?? ''}`); });

    enforce((text: string) => text, { container, tool: 'echo' })('ann@corp.io');
    expect(events).toEqual([]);
    await told(container);

    expect(events).toEqual(['redaction input 1 after 1', 'post_call redacted entry-1']);
  });

  it('that fail, or never end, change nothing and keep nobody from being told', async () => {
    const { container } = houseWith({}, { hookTimeoutMs: 20 });
    const logged: string[] = [];
    container.rebind(Logger).toConstantValue({ log: (_level, message) => { logged.push(message); } });
    const hooks = container.get(HookRegistry);
    const last = jest.fn<() => void>();
    hooks.on('post_call', () => { throw new Error('bug'); });
    hooks.on('post_call', () => new Promise<void>(() => undefined));
    hooks.on('post_call', last);

    expect(enforce(() => 1, { container, tool: 'tool' })()).toBe(1);
    await told(container);

    expect(last).toHaveBeenCalledTimes(1);
    expect(logged).toEqual(['an observer failed', 'an observer failed']);
  });

  it('see a violation that was only logged', async () => {
    const { container, auditor } = houseWith({ denied_tools: ['tool'] }, {}, { on_violation: 'log' });
    const violation = jest.fn<(type: string, decision: string) => void>();
    container.get(HookRegistry).on('violation', ({ violation: { type }, result }) => { violation(type, result.decision); });

    expect(enforce(() => 1, { container, tool: 'tool' })()).toBe(1);
    await told(container);

    expect(violation).toHaveBeenCalledWith('tool_denied', 'allowed');
    expect(auditor.entries).toMatchObject([{ decision: 'allowed', violation_type: 'tool_denied' }]);
  });
});

describe('webhooks', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  async function listen(statuses: number[]): Promise<{ readonly url: string; readonly got: Record<string, unknown>[] }> {
    const got: Record<string, unknown>[] = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
      request.on('end', () => {
        got.push(JSON.parse(body) as Record<string, unknown>);
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`, got };
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 500 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(condition()).toBe(true);
  }

  it('tell of a violation, without arguments, and try again after a 503', async () => {
    const { url, got } = await listen([503, 200]);
    const container = createContainer({
      policy: Policy.from({ name: 'p', rules: { denied_tools: ['rm'] } }),
      environment: {},
      settings: { webhookOnViolation: url, auditEnabled: false },
    });

    expect(() => enforce((_path: string) => 1, { container, tool: 'rm' })('/secret')).toThrow();
    await until(() => got.length === 2);

    expect(got[1]).toMatchObject({ event_type: 'violation', tool_name: 'rm', policy_name: 'p', violation_type: 'tool_denied', source: 'enforcecore' });
    expect(JSON.stringify(got)).not.toContain('/secret');
  });

  it('tell once when four fifths of a budget are spent', async () => {
    const { url, got } = await listen([]);
    const container = createContainer({
      policy: Policy.from({ name: 'p', rules: { resource_limits: { max_cost_usd: 1 } } }),
      environment: {},
      settings: { webhookOnCostThreshold: url, auditEnabled: false },
    });
    const tool = enforce(() => 1, { container, tool: 'tool', cost: 0.3 });
    tool();
    tool();
    expect(got).toHaveLength(0);
    tool();
    await until(() => got.length === 1);

    expect(got[0]).toMatchObject({ event_type: 'cost_threshold', policy_name: 'p', details: { spent_usd: 0.9, budget_usd: 1 } });
  });
});
