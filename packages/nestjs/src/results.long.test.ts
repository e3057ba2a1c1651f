import { Auditor, currentCall, Enforce, EnforceCoreError, KillSwitch, Policy } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { Controller, Get, Inject, Injectable, Sse, StreamableFile, type INestApplication, type MessageEvent } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Readable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { catchError, concat, defer, delay, map, of, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EnforceModule, problemOf } from './index.js';

const policy = Policy.from({ name: 'lazy', rules: { allowed_tools: ['who', 'limited'], rate_limits: { per_tool: { limited: { max_calls: 1, window_seconds: 600 } } } } });

@Injectable()
class Tools {
  @Enforce()
  async who(): Promise<string> {
    await after(1);
    return `${currentCall()?.tenant ?? 'nobody'} `;
  }

  @Enforce()
  async *limited(): AsyncGenerator<string> {
    await after(1);
    yield 'once';
  }

  @Enforce()
  erase(): string {
    return 'erased';
  }
}

@Controller()
class Desk {
  constructor(@Inject(Tools) private readonly tools: Tools) {}

  @Get('generator')
  async *generator(): AsyncGenerator<string> {
    for (let i = 0; i < 3; i += 1) yield await this.tools.who();
  }

  @Get('readable')
  readable(): Readable {
    return Readable.from(this.generator());
  }

  @Get('iterable')
  iterable(): AsyncIterable<string> {
    return { [Symbol.asyncIterator]: () => this.generator() };
  }

  @Get('frozen')
  frozen(): AsyncIterable<string> {
    return Object.freeze(this.generator());
  }

  @Get('web')
  web(): ReadableStream {
    let i = 0;
    return new ReadableStream<string>({
      pull: async (controller) => {
        if (i === 3) controller.close();
        else controller.enqueue(await this.tools.who());
        i += 1;
      },
    }, { highWaterMark: 0 });
  }

  @Get('response')
  response(): Response {
    return new Response(this.web().pipeThrough(new TextEncoderStream()));
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from(this.tools.limited()), { type: 'text/csv', disposition: 'attachment; filename="a.csv"', length: 4 });
  }

  @Get('refused')
  async *refused(): AsyncGenerator<string> {
    yield this.tools.erase();
    await after(1);
  }

  // The guide shows these lines.
  @Sse('events')
  events(): Observable<MessageEvent> {
    const all = concat(of('first'), defer(() => of(this.tools.erase())).pipe(delay(1)));
    return all.pipe(
      map((data) => ({ data })),
      catchError((error: unknown) => {
        if (!EnforceCoreError.is(error)) throw error;
        return of({ type: 'refused', data: problemOf(error) });
      }),
    );
  }
}

describe.each([
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
] as const)('what a handler returns to be read later, on %s', (_name, adapter) => {
  const auditor = new MemoryAuditor();
  let app: INestApplication;
  let url = '';

  beforeAll(async () => {
    const caller = (context: { switchToHttp(): { getRequest(): unknown } }) => ({ tenant: (context.switchToHttp().getRequest() as { headers: Record<string, string> }).headers['x-tenant'] });
    const module = await Test.createTestingModule({ imports: [EnforceModule.forRoot({ policy, environment: {}, caller, services: [{ provide: Auditor, useValue: auditor }] })], providers: [Tools], controllers: [Desk] }).compile();
    app = module.createNestApplication(adapter() as ExpressAdapter, { logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
  });

  const get = (path: string, tenant = 'acme', init: RequestInit = {}) => fetch(`${url}/${path}`, { ...init, headers: { 'x-tenant': tenant } });

  it.each(['generator', 'readable', 'iterable', 'frozen', 'web', 'response'])('is read in the name of the caller (%s), and of no other', async (path) => {
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map(async (tenant) => (await get(path, tenant)).text()));

    expect(answers).toEqual(['a a a ', 'b b b ', 'c c c ', 'd d d ']);
  });

  it('meets the kill switch of its tenant', async () => {
    app.get(KillSwitch).trip('stop', { scope: { of: 'tenant', name: 'stopped' } });

    const stopped = await get('generator', 'stopped');

    expect(stopped.status).toBe(503);
    expect(await stopped.json()).toMatchObject({ code: 'KILL_SWITCH' });
  });

  it('is answered with its status when it is refused before anything was sent', async () => {
    await (await get('file')).text();

    const [file, generator] = [await get('file'), await get('refused')];

    expect([file.status, generator.status]).toEqual([429, 403]);
    expect(file.headers.get('content-disposition')).toBeNull();
    expect(Number(file.headers.get('retry-after'))).toBeGreaterThan(1);
    expect(await file.json()).toMatchObject({ code: 'RATE_LIMIT', tool: 'limited' });
  });

  it('tells a refusal among server-sent events where the handler does', async () => {
    const text = await (await get('events')).text();

    expect(text).toContain('event: refused');
    expect(text).toContain('"code":"TOOL_NOT_ALLOWED"');
  });
});

describe('a request', () => {
  it('is refused when who calls is not found out in time', async () => {
    const module = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ policy, environment: {}, settings: { hookTimeoutMs: 20 }, caller: () => new Promise(() => undefined), services: [{ provide: Auditor, useValue: new MemoryAuditor() }] })],
      providers: [Tools],
      controllers: [Desk],
    }).compile();
    const app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');

    const answer = await fetch(`${await app.getUrl()}/generator`, { headers: { connection: 'close' } });

    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ code: 'TIMEOUT' });
    await app.close();
  });
});
