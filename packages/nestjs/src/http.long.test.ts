import { Auditor, currentCall, Enforce, EnforceCoreError, Policy, RateLimitError, type Caller } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { Body, Catch, Controller, ForbiddenException, Get, HttpCode, Inject, Injectable, Module, Param, Post, Req, Res, Scope, Sse, StreamableFile, ValidationPipe, type ArgumentsHost, type ExceptionFilter, type ExecutionContext, type INestApplication, type MessageEvent } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Readable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { IsInt, IsString } from 'class-validator';
import { interval, map, mergeMap, Observable, take } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallerResolver, EnforceModule } from './index.js';

const tools = ['who', 'slow', 'post_letter', 'post_later', 'raw', 'tick', 'chunks'];
const policy = Policy.from({
  name: 'http',
  rules: { allowed_tools: tools, max_output_size_bytes: 100_000, rate_limits: { per_tool: { post_later: { max_calls: 1, window_seconds: 600 } } } },
});

class Letter {
  @IsString() readonly to!: string;
  @IsInt() readonly stamps!: number;
  worth(): number {
    return this.stamps * 85;
  }
}

const begun: AbortSignal[] = [];

@Injectable()
class Tools {
  @Enforce()
  async who(): Promise<string> {
    await after(1);
    const { tenant, agent, session } = currentCall() ?? {};
    return [tenant, agent, session].join('/');
  }

  @Enforce()
  async slow(): Promise<void> {
    const { signal } = currentCall() ?? {};
    if (signal !== undefined) begun.push(signal);
    await after(60_000, undefined, signal === undefined ? {} : { signal });
  }

  @Enforce()
  async *chunks(): AsyncGenerator<string> {
    for (let i = 0; i < 3; i += 1) {
      await after(1);
      yield `${currentCall()?.tenant ?? 'nobody'}${i} `;
    }
  }

  @Enforce()
  erase(): string {
    return 'erased';
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestTools {
  constructor(@Inject(Tools) private readonly tools: Tools) {}
  who(): Promise<string> {
    return this.tools.who();
  }
}

@Controller()
class Desk {
  constructor(@Inject(Tools) private readonly tools: Tools) {}

  @Get('who')
  who(): Promise<string> {
    return this.tools.who();
  }

  @Get('alone')
  alone(): Promise<string> {
    return new Tools().who();
  }

  @Get('erase')
  erase(): string {
    return this.tools.erase();
  }

  @Get('slow')
  slow(): Promise<void> {
    return this.tools.slow();
  }

  @Get('stream')
  stream(): StreamableFile {
    const made = this.tools;
    return new StreamableFile(Readable.from((async function* () {
      for (let i = 0; i < 3; i += 1) yield `${await made.who()} `;
    })()));
  }

  @Get('enforced-stream')
  enforcedStream(): StreamableFile {
    return new StreamableFile(Readable.from(this.tools.chunks()));
  }

  @Sse('ticks')
  ticks(): Observable<MessageEvent> {
    return interval(5).pipe(take(3), mergeMap(() => this.tools.who()), map((data) => ({ data })));
  }

  @Enforce({ tool: 'post_letter' })
  @Post('letters/:id')
  @HttpCode(202)
  letter(@Param('id') id: string, @Body() letter: Letter): { id: string; worth: number; frozen: boolean } {
    return { id, worth: letter.worth(), frozen: Object.isFrozen(letter) };
  }

  @Post('later/:id')
  @HttpCode(202)
  @Enforce({ tool: 'post_later' })
  later(@Param('id') id: string, @Body() letter: Letter): { id: string; worth: number } {
    return { id, worth: letter.worth() };
  }

  @Get('raw')
  @Enforce({ tool: 'raw', params: ['request'], opaque: ['request'] })
  raw(@Req() request: { headers: Record<string, string> }): string {
    return String(request.headers['x-tenant']);
  }

  @Get('raw-refused')
  @Enforce({ tool: 'raw' })
  rawRefused(@Req() request: { url: string }): string {
    return request.url;
  }

  @Get('throws/:code')
  throws(@Param('code') code: string): never {
    if (code === 'RATE_LIMIT') throw new RateLimitError({ reason: 'too many', maxCalls: 1, windowSeconds: 1, retryAfterMs: 1_001, toolName: 'send' });
    if (code === 'OWN') throw new Error('secret of mine');
    if (code === 'NEST') throw new ForbiddenException('says Nest');
    throw new EnforceCoreError(code as 'AUDIT', 'a message about /etc/secret-path');
  }

  @Get('half')
  async half(@Res() response: { raw?: unknown; write?: (text: string) => void; hijack?: () => void }): Promise<void> {
    const raw = (response.raw ?? response) as { write(text: string): void };
    raw.write('half');
    await after(20);
    throw new EnforceCoreError('AUDIT', 'too late');
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedDesk {
  constructor(@Inject(RequestTools) private readonly tools: RequestTools) {}
  @Get()
  who(): Promise<string> {
    return this.tools.who();
  }
}

async function callerOf(context: ExecutionContext): Promise<Caller> {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  await after(1);
  if (headers['x-tenant'] === 'nothing') return undefined as unknown as Caller;
  if (headers['x-tenant'] === 'forged') throw new ForbiddenException('who are you?');
  if (headers['x-tenant'] === 'broken') throw new Error('database password is hunter2');
  return { tenant: headers['x-tenant'], agent: context.getHandler().name, session: headers['x-session'] };
}

describe.each([
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
] as const)('over HTTP, on %s', (name, adapter) => {
  const auditor = new MemoryAuditor();
  let app: INestApplication;
  let url = '';

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ policy, environment: {}, caller: callerOf, services: [{ provide: Auditor, useValue: auditor }] })],
      providers: [Tools, RequestTools],
      controllers: [Desk, ScopedDesk],
    }).compile();
    app = module.createNestApplication(adapter() as ExpressAdapter, { logger: false });
    app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
  });

  const get = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) => fetch(`${url}/${path}`, { ...init, headers: { 'x-tenant': 'acme', ...headers } });
  const post = (path: string, body: unknown) => get(path, { 'content-type': 'application/json' }, { method: 'POST', body: JSON.stringify(body) });

  it('makes calls in the name of the caller that the resolver names', async () => {
    const answer = await get('who', { 'x-session': 's1' });

    expect(await answer.text()).toBe('acme/who/s1');
    expect(auditor.calls.at(-1)).toMatchObject({ tenant_id: 'acme', agent: 'who', session: 's1' });
  });

  it('keeps the callers of parallel requests apart', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, async (_, i) => (await get(i % 2 === 0 ? 'who' : 'scoped', { 'x-tenant': `t${String(i)}` })).text()));

    expect(answers).toEqual(Array.from({ length: 40 }, (_, i) => `t${String(i)}/who/`));
  });

  it('makes no call when the caller cannot be resolved', async () => {
    const before = auditor.entries.length;

    const answers = await Promise.all(['forged', 'broken', 'nothing'].map((tenant) => get('who', { 'x-tenant': tenant })));
    const texts = await Promise.all(answers.map((answer) => answer.text()));

    expect(answers.map(({ status }) => status)).toEqual([403, 500, 500]);
    expect(texts.join()).not.toContain('hunter2');
    expect(auditor.entries.length).toBe(before);
  });

  it('blocks the calls of a caller whose name is no short text', async () => {
    const answer = await get('who', { 'x-tenant': 't'.repeat(300) });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('enforces objects that nobody injected, inside a request', async () => {
    expect(await (await get('alone')).text()).toBe('acme/alone/');
  });

  it('reads a file in the name of the caller, long after the handler has returned', async () => {
    expect(await (await get('stream')).text()).toBe('acme/stream/ acme/stream/ acme/stream/ ');
    expect(await (await get('enforced-stream')).text()).toBe('acme0 acme1 acme2 ');
  });

  it('makes the calls of server-sent events in the name of the caller', async () => {
    const answer = await get('ticks');

    expect([...(await answer.text()).matchAll(/data: (.*)/g)].map(([, data]) => data)).toEqual(['acme/ticks/', 'acme/ticks/', 'acme/ticks/']);
  });

  it('aborts the calls of a client that has gone away', async () => {
    const leaving = new AbortController();
    begun.length = 0;
    const gone = get('slow', {}, { signal: leaving.signal }).catch(() => 'gone');
    while (begun.length === 0) await after(5);

    leaving.abort();

    expect(await gone).toBe('gone');
    while (auditor.calls.at(-1)?.tool_name !== 'slow') await after(5);
    expect(begun[0]?.reason).toMatchObject({ code: 'CANCELLED', message: expect.stringContaining('gone away') });
    expect(auditor.calls.at(-1)).toMatchObject({ tool_name: 'slow', outcome: 'cancelled' });
  });

  it('enforces a handler itself, above and below its route, with pipes and parameters as they are', async () => {
    const above = await post('letters/7', { to: 'ines', stamps: 2, extra: 'x' });
    const below = await post('later/8', { to: 'ines', stamps: 3 });

    expect([above.status, await above.json()]).toEqual([202, { id: '7', worth: 170, frozen: true }]);
    expect([below.status, await below.json()]).toEqual([202, { id: '8', worth: 255 }]);
    expect(auditor.calls.slice(-2).map(({ tool_name }) => tool_name)).toEqual(['post_letter', 'post_later']);
  });

  it('lets pipes refuse first', async () => {
    const before = auditor.entries.length;

    const refused = await post('letters/7', { to: 5 });

    expect(refused.status).toBe(400);
    expect(auditor.entries.length).toBe(before);
  });

  it('answers a rate limit with 429 and whole seconds', async () => {
    await post('later/8', { to: 'ines', stamps: 3 });

    const refused = await post('later/8', { to: 'ines', stamps: 3 });
    const body = await refused.json();

    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(Number.isInteger(Number(refused.headers.get('retry-after')))).toBe(true);
    expect(body).toMatchObject({ status: 429, code: 'RATE_LIMIT', tool: 'post_later' });
  });

  it('rounds the seconds up', async () => {
    expect((await get('throws/RATE_LIMIT')).headers.get('retry-after')).toBe('2');
  });

  it('takes a request object by reference where it is opaque, and refuses it otherwise', async () => {
    expect(await (await get('raw')).text()).toBe('acme');
    expect((await get('raw-refused')).status).toBe(400);
  });

  it('answers a refusal as a problem of RFC 9457', async () => {
    const refused = await get('erase');

    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await refused.json()).toEqual({ type: 'about:blank', title: 'Forbidden', status: 403, detail: expect.stringContaining('"erase"'), code: 'TOOL_NOT_ALLOWED', mayHaveRun: false, tool: 'erase' });
    expect(refused.headers.get('cache-control')).toBe('no-store');
  });

  it('keeps what went wrong inside to itself', async () => {
    const failed = await get('throws/AUDIT');

    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain('secret-path');
  });

  it('leaves other errors to Nest', async () => {
    const [own, nest] = await Promise.all([get('throws/OWN'), get('throws/NEST')]);

    expect([own.status, await own.json()]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
    expect([nest.status, await nest.json()]).toMatchObject([403, { message: 'says Nest' }]);
  });

  it('answers a code that it does not know with 500', async () => {
    expect((await get('throws/toString')).status).toBe(500);
    expect((await get('throws/__proto__')).status).toBe(500);
  });

  it('cuts off an answer of which half is out, so that nobody takes it for a whole one', async () => {
    const half = await get('half');

    expect(half.status).toBe(200);
    await expect(half.text()).rejects.toThrow('terminated');
  });
});

describe('an application that answers for itself', () => {
  it('gets the errors of enforcement in its own filters and resolves callers by what it injects', async () => {
    const seen: unknown[] = [];
    @Catch()
    class Own implements ExceptionFilter {
      catch(error: unknown, host: ArgumentsHost): void {
        seen.push(error);
        host.switchToHttp().getResponse<{ status(code: number): { send(body: string): void } }>().status(418).send('mine');
      }
    }
    @Injectable()
    class Users {
      nameOf(): string {
        return 'injected';
      }
    }
    @Module({ providers: [Users], exports: [Users] })
    class UsersModule {}
    const module = await Test.createTestingModule({
      imports: [
        EnforceModule.forRoot({
          policy,
          environment: {},
          answers: false,
          imports: [UsersModule],
          services: [
            { provide: Auditor, useValue: new MemoryAuditor() },
            { provide: CallerResolver, useFactory: (users: Users) => () => ({ tenant: users.nameOf() }), inject: [Users] },
          ],
        }),
      ],
      providers: [Tools, RequestTools, { provide: APP_FILTER, useClass: Own }],
      controllers: [Desk],
    }).compile();
    const app = module.createNestApplication(new ExpressAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    const get = async (path: string) => fetch(`${await app.getUrl()}/${path}`, { headers: { connection: 'close' } });

    const who = await (await get('who')).text();
    const refused = await get('erase');

    expect(who).toBe('injected//');
    expect([refused.status, await refused.text()]).toEqual([418, 'mine']);
    expect(seen).toEqual([expect.objectContaining({ code: 'TOOL_NOT_ALLOWED' })]);
    await app.close();
  });
});
