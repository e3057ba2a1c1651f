import { Auditor, Clock, PolicyEngine } from '@enforcecore/core';
import { denyAll, FakeClock, MemoryAuditor } from '@enforcecore/core/testing';
import type { INestApplication } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppModule } from './app.module.js';
import { NightAudit } from './night-guard.js';
import { MessageTools } from './tools.js';

describe('the front desk', () => {
  let auditor: MemoryAuditor;
  let app: INestApplication | undefined;

  beforeEach(() => {
    auditor = new MemoryAuditor();
  });

  afterEach(async () => {
    await app?.close();
  });

  // #region start
  async function start(replace: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder): Promise<INestApplication> {
    const builder = Test.createTestingModule({ imports: [AppModule] }).overrideProvider(Auditor).useValue(auditor);
    app = (await replace(builder).compile()).createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    return app;
  }
  // #endregion start

  const post = async (running: INestApplication, path: string, body: object) =>
    fetch(`${await running.getUrl()}/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-hotel': 'fjord', connection: 'close' }, body: JSON.stringify(body) });

  it('books a room for the hotel of the request, and records it', async () => {
    const running = await start();

    const booked = await post(running, 'bookings', { room: 'room 7', nights: 2 });

    expect(await booked.text()).toBe('room 7 for 2 nights, booked by fjord');
    expect(auditor.calls).toMatchObject([{ tool_name: 'book_room', tenant_id: 'fjord', decision: 'allowed' }]);
  });

  it('refuses bookings while the books are closed, by a guard with a dependency of its own', async () => {
    const running = await start();
    running.get(NightAudit).isRunning = true;

    const refused = await post(running, 'bookings', { room: 'room 7', nights: 2 });

    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'VETOED', tool: 'book_room' });
  });

  it('hides loyalty cards as well as what the policy names', async () => {
    const running = await start();

    const guest = await fetch(`${await running.getUrl()}/guests/ines`, { headers: { connection: 'close' } });

    expect(await guest.json()).toEqual({ name: 'ines', mail: '<EMAIL>', card: '<LOYALTY>' });
  });

  // #region clock
  it('lets the third message through when a minute has passed', async () => {
    const clock = new FakeClock();
    const running = await start((builder) => builder.overrideProvider(Clock).useValue(clock));
    const send = () => post(running, 'messages', { to: 'kitchen', text: 'tea for 21' });

    const within = [await send(), await send(), await send()];
    clock.advance(60_001);
    const later = await send();

    expect(within.map(({ status }) => status)).toEqual([201, 201, 429]);
    expect(later.status).toBe(201);
  });
  // #endregion clock

  // #region deny
  it('lives with a refusal of everything', async () => {
    const running = await start((builder) => builder.overrideProvider(PolicyEngine).useValue(denyAll()));

    const refused = await post(running, 'messages', { to: 'kitchen', text: 'tea for 21' });

    expect(refused.status).toBe(403);
    expect(running.get(MessageTools).sent).toEqual([]);
  });
  // #endregion deny
});
