import { Auditor, currentCall, Enforce, Policy, type Caller } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { Controller, Get, Inject, Injectable, type ExecutionContext, type INestApplication } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Payload, RpcException, Transport, type ClientProxy } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { createServer, type AddressInfo } from 'node:net';
import { firstValueFrom, interval, mergeMap, take, toArray, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EnforceModule } from './index.js';

const policy = Policy.from({ name: 'rpc', rules: { allowed_tools: ['who', 'limited', 'handled'], rate_limits: { per_tool: { limited: { max_calls: 1, window_seconds: 600 } } } } });

@Injectable()
class Tools {
  @Enforce()
  async who(): Promise<string> {
    await Promise.resolve();
    return currentCall()?.tenant ?? 'nobody';
  }
  @Enforce()
  limited(): string {
    return 'once';
  }
  @Enforce()
  erase(): string {
    return 'erased';
  }
}

interface Message {
  readonly tenant: string;
}

@Controller()
class Desk {
  constructor(@Inject(Tools) private readonly tools: Tools) {}
  @Get('who')
  whoOverHttp(): Promise<string> {
    return this.tools.who();
  }
  @MessagePattern('who')
  who(): Promise<string> {
    return this.tools.who();
  }
  @MessagePattern('many')
  many(): Observable<string> {
    return interval(2).pipe(take(3), mergeMap(() => this.tools.who()));
  }
  @MessagePattern('erase')
  erase(): string {
    return this.tools.erase();
  }
  @MessagePattern('limited')
  limited(): string {
    return this.tools.limited();
  }
  @MessagePattern('handled')
  @Enforce({ tool: 'handled' })
  handled(@Payload() message: Message): string {
    return `${message.tenant} ${String(Object.isFrozen(message))}`;
  }
}

function callerOf(context: ExecutionContext): Caller {
  if (context.getType() === 'http') return { tenant: 'web' };
  const { tenant } = context.switchToRpc().getData<Message>();
  if (tenant === 'forged') throw new RpcException('who are you?');
  return { tenant };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('over a TCP microservice beside HTTP', () => {
  const auditor = new MemoryAuditor();
  let app: INestApplication;
  let client: ClientProxy;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ policy, environment: {}, caller: callerOf, services: [{ provide: Auditor, useValue: auditor }] })],
      providers: [Tools],
      controllers: [Desk],
    }).compile();
    const options = { host: '127.0.0.1', port: await freePort() };
    app = module.createNestApplication(new ExpressAdapter(), { logger: false });
    app.connectMicroservice({ transport: Transport.TCP, options }, { inheritAppConfig: true });
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    client = ClientProxyFactory.create({ transport: Transport.TCP, options });
  });

  afterAll(async () => {
    await client.close();
    await app.close();
  });

  const send = (pattern: string, tenant = 'acme') => firstValueFrom(client.send<string>(pattern, { tenant }));

  it('makes calls in the name of each message, and of each request beside it', async () => {
    const answers = await Promise.all([...Array.from({ length: 20 }, (_, i) => send('who', `t${String(i)}`)), fetch(`${await app.getUrl()}/who`).then((answer) => answer.text())]);

    expect(answers).toEqual([...Array.from({ length: 20 }, (_, i) => `t${String(i)}`), 'web']);
  });

  it('makes the calls of an answer that comes in pieces in the name of the caller', async () => {
    const answers = await firstValueFrom(client.send<string>('many', { tenant: 'acme' }).pipe(toArray()));

    expect(answers).toEqual(['acme', 'acme', 'acme']);
  });

  it('makes no call when the caller cannot be resolved', async () => {
    const before = auditor.entries.length;

    await expect(send('who', 'forged')).rejects.toMatchObject({ message: 'who are you?' });
    expect(auditor.entries.length).toBe(before);
  });

  it('answers refusals with a code', async () => {
    const denied = send('erase');
    await send('limited');

    await expect(denied).rejects.toEqual({ status: 'error', code: 'TOOL_NOT_ALLOWED', message: expect.stringContaining('"erase"'), mayHaveRun: false, tool: 'erase' });
    await expect(send('limited')).rejects.toMatchObject({ code: 'RATE_LIMIT', retryAfterMs: expect.any(Number) });
  });

  it('enforces a message handler itself', async () => {
    await expect(send('handled')).resolves.toBe('acme true');
    expect(auditor.calls.at(-1)).toMatchObject({ tool_name: 'handled', tenant_id: 'acme' });
  });
});

describe('applications without HTTP', () => {
  it('enforces a microservice that stands alone, with its caller and its answers', async () => {
    const auditor = new MemoryAuditor();
    const options = { host: '127.0.0.1', port: await freePort() };
    const module = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ policy, environment: {}, caller: callerOf, services: [{ provide: Auditor, useValue: auditor }] })],
      providers: [Tools],
      controllers: [Desk],
    }).compile();
    const service = module.createNestMicroservice({ transport: Transport.TCP, options, logger: false });
    await service.listen();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options });

    const who = await firstValueFrom(client.send<string>('who', { tenant: 'alone' }));
    const denied = firstValueFrom(client.send<string>('erase', { tenant: 'alone' }));

    expect(who).toBe('alone');
    await expect(denied).rejects.toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
    await client.close();
    await service.close();
  });

  it('enforces a job that no request made, in an application context', async () => {
    const auditor = new MemoryAuditor();
    const context = await Test.createTestingModule({ imports: [EnforceModule.forRoot({ policy, environment: {}, caller: callerOf, services: [{ provide: Auditor, useValue: auditor }] })], providers: [Tools] }).compile();
    await context.init();

    await new Promise((resolve) => setTimeout(resolve, 1));
    const who = await context.get(Tools).who();

    expect(who).toBe('nobody');
    expect(auditor.calls.map(({ tool_name }) => tool_name)).toEqual(['who']);
    await context.close();
  });
});
