import { Auditor, CostLedger, KillSwitch, LimitStore, MemoryLimitStore, RateLimiter } from '@enforcecore/core';
import { Controller, Get, Inject, type INestApplication } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EnforceHealth, EnforceModule, type ForRootOptions } from './index.js';
import { MailTools, policy } from './nest.test.kit.js';

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(EnforceHealth) private readonly enforcement: EnforceHealth,
  ) {}
  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.enforcement.isHealthy()]);
  }
}

class DeadStore extends MemoryLimitStore {
  override spent(): number {
    throw new Error('redis://user:hunter2@host refused');
  }
}

describe('the health of enforcement', () => {
  let folder = '';
  let app: INestApplication | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nest-health-'));
  });

  afterEach(async () => {
    await app?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(options: ForRootOptions = {}): Promise<INestApplication> {
    const module = await Test.createTestingModule({
      imports: [TerminusModule.forRoot({ logger: false }), EnforceModule.forRoot({ policy, environment: {}, settings: { auditPath: folder }, ...options })],
      providers: [MailTools],
      controllers: [HealthController],
    }).compile();
    app = module.createNestApplication(new ExpressAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    return app;
  }

  const ask = async (running: INestApplication) => {
    const answer = await fetch(`${await running.getUrl()}/health`);
    return [answer.status, ((await answer.json()) as { details: { enforcecore: Record<string, Record<string, unknown>> } }).details.enforcecore] as const;
  };

  it('is up where calls get through, and tells the policy by its digest', async () => {
    const running = await start();
    await running.get(MailTools).send('x');

    const [status, details] = await ask(running);

    expect(status).toBe(200);
    expect(details).toMatchObject({ status: 'up', policy: { status: 'up', name: 'mail', digest: policy.digest }, trail: { status: 'up', entries: 1 }, killSwitch: { status: 'up', trips: 0 }, limitStore: { status: 'up', shared: false } });
  });

  it('writes no entry and makes no call', async () => {
    const running = await start();

    await ask(running);

    expect((await readFile(join(folder, 'trail.jsonl'), 'utf8').catch(() => '')).includes('"call_id"')).toBe(false);
  });

  it('is down with 503 while the kill switch stops all calls, and up while it stops one tenant', async () => {
    const running = await start();
    const killSwitch = running.get(KillSwitch);

    killSwitch.trip('a drill', { scope: { of: 'tenant', name: 'secret-tenant' } });
    const one = await ask(running);
    killSwitch.trip('a drill');
    const all = await ask(running);

    expect([one[0], one[1]['killSwitch']]).toEqual([200, { status: 'up', trips: 1, scopes: ['tenant'] }]);
    expect([all[0], all[1]['killSwitch']]).toMatchObject([503, { status: 'down' }]);
    expect(JSON.stringify([one, all])).not.toContain('secret-tenant');
  });

  it('is down where the trail cannot be opened', async () => {
    await writeFile(join(folder, 'file'), '');
    const running = await start({ settings: { auditPath: join(folder, 'file') } });

    const [status, details] = await ask(running);

    expect(status).toBe(503);
    expect(details['trail']).toMatchObject({ status: 'down' });
    expect(JSON.stringify(details)).not.toContain(folder);
  });

  it('is down where the store of the limits does not answer, and does not tell its password', async () => {
    const running = await start({ services: [{ provide: LimitStore, useValue: new DeadStore(new CostLedger(), new RateLimiter()) }] });

    const [status, details] = await ask(running);

    expect([status, details['limitStore']]).toEqual([503, { status: 'down', code: 'ERROR' }]);
  });

  it('works without terminus, and says what it cannot check', async () => {
    const module = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ environment: {}, services: [{ provide: Auditor, useValue: { begin: () => undefined, record: () => ({ entryId: '1' }) } }] })],
    }).compile();

    const report = await module.get(EnforceHealth).check();

    expect(report).toMatchObject({ status: 'up', policy: { status: 'unchecked' }, trail: { status: 'unchecked' } });
    await module.close();
  });
});
