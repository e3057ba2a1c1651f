import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import { AuditBackendPlugin, Auditor, Clock, createContainer, DefaultPolicy, enforce, KillSwitch, Logger, Policy, Webhooks, type EnforceContainer, type Settings } from '../index.js';
import { FakeClock, MemoryAuditor } from '../testing/index.js';
import { Receiver, until, type Answer, type Received } from './webhook-receiver.test.kit.js';
import { mostWaiting } from './webhook-queue.js';

const key = randomBytes(32);
const secret = `whsec_${key.toString('base64')}`;

const receivers: Receiver[] = [];
const houses: House[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.kill();
  for (const one of houses.splice(0)) await closed(one);
});

/** Its clock stands still, and what is left is waited for. A second close is refused. */
async function closed({ container, clock }: House): Promise<void> {
  let isClosed = false;
  container.close().catch(() => undefined).finally(() => (isClosed = true));
  await until(() => isClosed, () => clock.advance(10_000));
}

async function receiver(...answers: readonly Answer[]): Promise<{ readonly url: string; readonly got: Received[]; readonly server: Receiver }> {
  const server = new Receiver(...answers);
  receivers.push(server);
  return { url: await server.listen(), got: server.got, server };
}

interface House {
  readonly container: EnforceContainer;
  readonly clock: FakeClock;
  readonly webhooks: Webhooks;
  readonly logged: { readonly message: string; readonly fields: unknown }[];
  /** Makes a call that is denied. */
  deny(argument?: string): void;
}

function house(settings: Partial<Settings>, modulesOf?: (container: EnforceContainer) => void): House {
  const container = createContainer({ policy: Policy.from({ name: 'p', rules: { denied_tools: ['rm'] } }), environment: {}, settings: { auditEnabled: false, ...settings } });
  const clock = new FakeClock(Date.now());
  const logged: { message: string; fields: unknown }[] = [];
  container.rebind(Clock).toConstantValue(clock);
  container.rebind(Logger).toConstantValue({ log: (_level, message, fields) => logged.push({ message, fields }) });
  modulesOf?.(container);
  const rm = enforce((_path: string) => 1, { container, tool: 'rm' });
  const made: House = {
    container,
    clock,
    logged,
    get webhooks() {
      return container.get(Webhooks);
    },
    deny: (argument = '/tmp') => expect(() => rm(argument)).toThrow(),
  };
  houses.push(made);
  return made;
}

const idOf = ({ headers }: Received): unknown => headers['webhook-id'];
const seconds = (clock: FakeClock) => (): void => clock.advance(1_000);

describe('a webhook', () => {
  it('is signed as Standard Webhooks says, which an independent computation confirms', async () => {
    const { url, got } = await receiver();
    const { deny, webhooks } = house({ webhookOnViolation: url, webhookSecret: secret });

    deny();
    await until(() => webhooks.delivered === 1);

    const [{ headers, body }] = got as [Received];
    const expected = createHmac('sha256', key).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(headers['webhook-id']).toMatch(/^msg_[\w-]{36}$/);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(60);
    expect(headers['content-type']).toBe('application/json');
  });

  it('is signed with every secret during a rotation', async () => {
    const { url, got } = await receiver();
    const old = `whsec_${randomBytes(24).toString('base64')}`;
    const { deny, webhooks } = house({ webhookOnViolation: url, webhookSecret: `${secret},${old}` });

    deny();
    await until(() => webhooks.delivered === 1);

    expect(got[0]?.headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
  });

  it('holds no argument (L9), and neither does the log when it is lost', async () => {
    const { url, got } = await receiver(404);
    const { deny, webhooks, logged } = house({ webhookOnViolation: url });

    deny('the-secret-argument');
    await until(() => webhooks.lost === 1);

    expect(got[0]?.body).toContain('"tool_name":"rm"');
    expect(JSON.stringify([got, logged])).not.toContain('the-secret-argument');
    expect(JSON.stringify(logged)).not.toContain(url);
  });

  it('is tried again after 500 and 500, with the same id and a new signature', async () => {
    const { url, got } = await receiver(500, 500, 200);
    const { deny, webhooks, clock } = house({ webhookOnViolation: url, webhookSecret: secret });

    deny();
    await until(() => webhooks.delivered === 1, seconds(clock));

    expect(got).toHaveLength(3);
    expect(new Set(got.map(idOf)).size).toBe(1);
    expect(new Set(got.map(({ headers }) => headers['webhook-signature'])).size).toBeGreaterThan(1);
    expect(webhooks).toMatchObject({ lost: 0, waiting: 0 });
  });

  it('waits for as long as a 429 asks, and no longer than five minutes', async () => {
    const { url, got } = await receiver((response) => void response.writeHead(429, { 'retry-after': '999999' }).end(), 200);
    const { deny, webhooks, clock } = house({ webhookOnViolation: url });

    const scheduled = jest.spyOn(clock, 'schedule');

    deny();
    // The delivery has a deadline of its own: an alarm alone does not say that the answer was read.
    await until(() => scheduled.mock.calls.some(([ms]) => ms === 300_000));
    clock.advance(299_999);
    expect(webhooks.waiting).toBe(1);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    await until(() => webhooks.delivered === 1);

    expect(got).toHaveLength(2);
  });

  it.each([400, 401, 404, 410, 301, 302, 307])('is not tried again after %i', async (status) => {
    const { url, got } = await receiver(status);
    const { deny, webhooks, clock } = house({ webhookOnViolation: url });

    deny();
    await until(() => webhooks.lost === 1, seconds(clock));

    expect(got).toHaveLength(1);
    expect(webhooks).toMatchObject({ delivered: 0, waiting: 0 });
  });

  it('follows no redirect to another receiver', async () => {
    const inner = await receiver();
    const { url } = await receiver((response) => void response.writeHead(307, { location: inner.url }).end());
    const { deny, webhooks, logged } = house({ webhookOnViolation: url });

    deny();
    await until(() => webhooks.lost === 1);

    expect(inner.got).toHaveLength(0);
    expect(logged).toEqual([{ message: 'webhook not delivered', fields: expect.objectContaining({ reason: 'status 307 (redirects are not followed)' }) }]);
  });

  it('is given up after its retries, and told of', async () => {
    const { url, got } = await receiver(503);
    const { deny, webhooks, clock, logged } = house({ webhookOnViolation: url, webhookRetryAttempts: 2 });

    deny();
    await until(() => webhooks.lost === 1, seconds(clock));

    expect(got).toHaveLength(3);
    expect(logged).toEqual([{ message: 'webhook not delivered', fields: { event: 'violation', tries: 3, reason: 'status 503', lost: 1 } }]);
  });

  it('that gets no answer is ended at its time, and holds up no call meanwhile (D-74)', async () => {
    const { url, got } = await receiver(() => undefined);
    const { deny, webhooks, clock, logged, container } = house({ webhookOnViolation: url, webhookRetryAttempts: 0 });
    const later = enforce(async () => Promise.resolve('done'), { container, tool: 'later' });

    deny();
    await until(() => got.length === 1);
    // The receiver has the event and says nothing: whatever is called now goes on all the same.
    deny();
    expect(await later()).toBe('done');
    expect(webhooks).toMatchObject({ delivered: 0, lost: 0 });
    clock.advance(10_000);
    await until(() => webhooks.lost >= 1);

    expect(logged[0]?.fields).toMatchObject({ reason: 'no answer in time' });
  });

  it('survives a receiver that was killed, and arrives when it is back', async () => {
    const first = await receiver();
    const { port } = first.server;
    await first.server.kill();
    const { deny, webhooks, clock } = house({ webhookOnViolation: first.url });
    deny();
    await until(() => clock.pending === 1 && webhooks.waiting === 1);

    const back = new Receiver(200);
    receivers.push(back);
    await back.listen(port);
    await until(() => webhooks.delivered === 1, seconds(clock));

    expect(back.got).toHaveLength(1);
  });

  it('is sent by the house and not by the tool, whose network rules would refuse it', async () => {
    const { url } = await receiver();
    const policy = Policy.from({ name: 'p', rules: { denied_tools: ['rm'], network: { allowed_domains: ['api.example'] } } });
    const { container, webhooks } = house({ webhookOnViolation: url }, (made) => made.rebind(DefaultPolicy).toConstantValue(policy));
    const rm = enforce(() => 1, { container, tool: 'rm' });
    const tried: unknown[] = [];
    const outer = enforce(
      async () => {
        // From inside a tool that may connect to one domain only.
        for (const attempt of [rm, () => fetch(url)]) tried.push(await Promise.resolve().then<unknown>(attempt).catch(() => 'refused'));
      },
      { container, tool: 'outer' },
    );

    await outer().catch(() => undefined);
    await until(() => webhooks.delivered > 0);

    expect(tried).toEqual(['refused', 'refused']);
    expect(webhooks.lost).toBe(0);
  });

  it('reads nothing of an endless answer', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(200);
      const more = (): boolean => !response.destroyed && response.write('x'.repeat(65_536), more);
      more();
    });
    const { deny, webhooks } = house({ webhookOnViolation: url });

    deny();
    await until(() => webhooks.delivered === 1);

    expect(webhooks.waiting).toBe(0);
  });
});

describe('many webhooks', () => {
  it('are bounded: past the first thousand the newest are lost, counted, and logged without a flood', async () => {
    const { url } = await receiver(() => undefined);
    const { deny, webhooks, container, logged } = house({ webhookOnViolation: url, webhookTimeoutSeconds: 0.5 });

    for (let i = 0; i < mostWaiting + 50; i += 1) deny();
    await container.house.services.observers.flush();

    expect(webhooks).toMatchObject({ waiting: mostWaiting, lost: 50, delivered: 0 });
    expect(logged).toHaveLength(1);
  });

  it('of two containers do not know of each other', async () => {
    const [one, two] = [await receiver(), await receiver(404)];
    const [first, second] = [house({ webhookOnViolation: one.url }), house({ webhookOnViolation: two.url })];

    first.deny();
    second.deny();
    await until(() => first.webhooks.delivered === 1 && second.webhooks.lost === 1);

    expect([one.got.length, two.got.length]).toEqual([1, 1]);
    expect([first.webhooks.lost, second.webhooks.delivered]).toEqual([0, 0]);
  });

  it('are waited for by close()', async () => {
    const { url, got } = await receiver();
    const { deny, webhooks, container } = house({ webhookOnViolation: url });
    for (let i = 0; i < 20; i += 1) deny();

    await container.close();

    expect(got).toHaveLength(20);
    expect(webhooks).toMatchObject({ delivered: 20, lost: 0, waiting: 0 });
  });

  it('that cannot be delivered hold up close() for a bounded time, and are counted as lost', async () => {
    const { url, got } = await receiver(() => undefined);
    const { deny, webhooks, container, clock } = house({ webhookOnViolation: url, webhookTimeoutSeconds: 600 });
    for (let i = 0; i < 10; i += 1) deny();
    await until(() => got.length === 4);

    let isClosed = false;
    void container.close().then(() => (isClosed = true));
    await until(() => isClosed, () => clock.advance(10_000));

    expect(webhooks).toMatchObject({ delivered: 0, lost: 10, waiting: 0 });
  });
});

describe('audit errors', () => {
  class Broken extends MemoryAuditor {
    override record(): never {
      throw new Error('disk full: the-secret-argument');
    }
  }
  const broken = (container: EnforceContainer): void => void container.rebind(Auditor).toConstantValue(new Broken());

  it.each([true, false])('are told when an entry cannot be written, with failOpen %s', async (failOpen) => {
    const { url, got } = await receiver();
    const { container, webhooks } = house({ webhookOnAuditError: url, auditEnabled: true, failOpen, devMode: true }, broken);
    const body = jest.fn(() => 1);
    const tool = enforce(body, { container, tool: 'tool' });

    if (failOpen) tool();
    else expect(tool).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    await until(() => webhooks.delivered === 1);

    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ event_type: 'audit_error', tool_name: 'tool', policy_name: 'p', details: { what: 'entry', call_went_on: failOpen } });
    expect(got[0]?.body).not.toContain('the-secret-argument');
    expect(body).toHaveBeenCalledTimes(1);
  });

  it('are told when a backend does not take an entry that the trail has, and the call goes on by failOpen', async () => {
    const { url, got } = await receiver();
    const { container, webhooks } = house({ webhookOnAuditError: url, auditEnabled: true, failOpen: true, devMode: true }, (made) => {
      made.rebind(Auditor).toConstantValue(new MemoryAuditor());
      made.bind(AuditBackendPlugin).toConstantValue({ record: () => { throw new Error('the-secret-argument'); }, flush: () => undefined });
    });

    expect(enforce(() => 1, { container, tool: 'tool' })()).toBe(1);
    await until(() => webhooks.delivered === 1);

    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ event_type: 'audit_error', tool_name: 'tool', details: { what: 'backend', error: 'AUDIT', call_went_on: true } });
    expect(got[0]?.body).not.toContain('the-secret-argument');
  });

  it('are told of a turn of the kill switch that cannot be recorded', async () => {
    const { url, got } = await receiver();
    const { container, webhooks } = house({ webhookOnAuditError: url, auditEnabled: true }, broken);
    container.house.listen();

    container.get(KillSwitch).trip('incident');
    await until(() => webhooks.delivered === 1);

    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ event_type: 'audit_error', tool_name: null });
    // There was no call that could have gone on.
    expect((JSON.parse(got[0]?.body ?? '') as { readonly details: unknown }).details).toEqual({ what: 'entry', error: 'unknown' });
  });

  it('say of a backend that it was one, where its failure withholds a result and where it lacks a turn of the kill switch', async () => {
    const { url, got } = await receiver();
    const { container, webhooks } = house({ webhookOnAuditError: url, auditEnabled: true }, (made) => {
      made.rebind(Auditor).toConstantValue(new MemoryAuditor());
      made.bind(AuditBackendPlugin).toConstantValue({ record: () => { throw new Error('x'); }, flush: () => undefined });
    });

    expect(() => enforce(() => 1, { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    container.get(KillSwitch).trip('incident');
    await until(() => webhooks.delivered === 2);

    const details = got.map(({ body }) => (JSON.parse(body) as { readonly details: unknown }).details);
    expect(details).toContainEqual({ call_id: expect.any(String), what: 'backend', error: 'AUDIT', call_went_on: false });
    expect(details).toContainEqual({ what: 'backend', error: 'AUDIT' });
  });

  it('are told when an intent cannot be written, and the tool does not run', async () => {
    const { url, got } = await receiver();
    const { container, webhooks } = house({ webhookOnAuditError: url, auditEnabled: true }, (made) => {
      made.rebind(Auditor).toConstantValue({ begin: () => { throw new Error('no'); }, record: () => ({ entryId: 'e' }) });
    });
    const body = jest.fn(() => 1);

    expect(() => enforce(body, { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    await until(() => webhooks.delivered === 1);

    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ event_type: 'audit_error', details: { what: 'intent', call_went_on: false } });
    expect(body).not.toHaveBeenCalled();
  });
});
