import { afterEach, describe, expect, it } from '@jest/globals';
import { createContainer, enforce, HookRegistry, LimitStore, Logger, ObserverQueue, Policy, recordCost, Webhooks, type EnforceContainer, type Settings } from '../index.js';
import { FakeClock } from '../testing/index.js';
import { Receiver, until, type Answer } from './webhook-receiver.test.kit.js';
import { mostBytes, WebhookQueue } from './webhook-queue.js';

const receivers: Receiver[] = [];
const containers: EnforceContainer[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.kill();
  for (const container of containers.splice(0)) await container.close().catch(() => undefined);
});

async function receiver(...answers: readonly Answer[]): Promise<{ readonly url: string; readonly got: Receiver['got'] }> {
  const server = new Receiver(...answers);
  receivers.push(server);
  return { url: await server.listen(), got: server.got };
}

const quiet = { log: () => undefined };

function house(settings: Partial<Settings>): EnforceContainer {
  const container = createContainer({ policy: Policy.from({ name: 'p', rules: { denied_tools: ['rm'] } }), environment: {}, settings: { auditEnabled: false, webhookTimeoutSeconds: 0.5, ...settings } });
  container.rebind(Logger).toConstantValue(quiet);
  containers.push(container);
  return container;
}

const deny = (container: EnforceContainer): void => expect(() => enforce(() => 1, { container, tool: 'rm' })()).toThrow();
const typesOf = (got: Receiver['got']): readonly unknown[] => got.map(({ body }) => (JSON.parse(body) as { readonly event_type: unknown }).event_type);

describe('an event', () => {
  it('waits for no observer, and is not lost with those that observers drop', async () => {
    const { url } = await receiver();
    const container = house({ webhookOnViolation: url });
    container.get(HookRegistry).on('violation', () => new Promise(() => undefined));

    for (let i = 0; i < 20; i += 1) deny(container);
    const webhooks = container.get(Webhooks);
    await until(() => webhooks.delivered === 20);

    expect(container.get(ObserverQueue).dropped).toBe(0);
    expect(webhooks).toMatchObject({ lost: 0, waiting: 0 });
  });

  it('holds a thousand characters of a reason, however long it is', async () => {
    const { url, got } = await receiver();
    const container = house({ webhookOnViolation: url });
    container.get(HookRegistry).on('pre_call', ({ veto }) => veto(`${'x'.repeat(999)}\u{1F600}${'y'.repeat(200_000)}`));

    expect(() => enforce(() => 1, { container, tool: 'tool' })()).toThrow();
    await until(() => got.length === 1);

    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ violation_reason: `${'x'.repeat(999)}\ufffd` });
  });

  it('that would take more room than there is for those that wait is lost, and the room comes free', async () => {
    const queue = new WebhookQueue(0, new FakeClock());
    const lost: string[] = [];
    const delivery = { bytes: mostBytes, try: async () => Promise.resolve(undefined), lost: (reason: string) => void lost.push(reason) };

    queue.add(delivery);
    queue.add({ ...delivery, bytes: 1 });
    await until(() => queue.delivered === 1);
    queue.add(delivery);
    await until(() => queue.delivered === 2);

    expect(lost).toEqual([`${String(mostBytes)} bytes are waiting`]);
  });
});

describe('webhooks that are made anew by a rebinding', () => {
  it('tell of a budget once, and no other ones tell of it too', async () => {
    const { url, got } = await receiver();
    const container = house({ webhookOnCostThreshold: url, costBudgetUsd: 1 });
    const spend = enforce((usd: number) => recordCost(usd), { container, tool: 'spend' });
    spend(0);
    container.rebind(Logger).toConstantValue({ ...quiet });
    spend(0.85);
    container.rebind(Logger).toConstantValue({ ...quiet });
    spend(0.01);

    await container.close();

    expect(typesOf(got)).toEqual(['cost_threshold']);
  });

  it('leave none behind that close() does not wait for', async () => {
    const { url, got } = await receiver((response) => void setTimeout(() => response.writeHead(204).end(), 50));
    const container = house({ webhookOnViolation: url });
    deny(container);
    const before = container.get(Webhooks);
    container.rebind(Logger).toConstantValue({ ...quiet });
    deny(container);
    const after = container.get(Webhooks);

    await container.close();

    expect(after).not.toBe(before);
    expect([before, after]).toMatchObject([{ delivered: 1, waiting: 0 }, { delivered: 1, waiting: 0 }]);
    expect(got).toHaveLength(2);
  });
});

it('a webhook for costs that are counted elsewhere is warned of at the first call, once', async () => {
  const { url } = await receiver();
  const container = house({ webhookOnCostThreshold: url, costBudgetUsd: 1 });
  const warned: string[] = [];
  container.rebind(Logger).toConstantValue({ log: (_level, message) => void warned.push(message) });
  const store = container.get(LimitStore);
  container.rebind(LimitStore).toConstantValue(new Proxy(store, { get: (target, key) => (key === 'isShared' ? true : typeof Reflect.get(target, key) === 'function' ? (Reflect.get(target, key) as () => unknown).bind(target) : Reflect.get(target, key)) }));

  const tool = enforce(async () => Promise.resolve(1), { container, tool: 'tool' });
  for (let i = 0; i < 3; i += 1) await tool().catch(() => undefined);

  expect(warned).toEqual([expect.stringContaining('the webhook is never told')]);
});
