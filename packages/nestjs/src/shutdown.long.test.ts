import { Auditor, Enforce, Policy, type TrailAuditor } from '@enforcecore/core';
import { readTrail, verifyTrail, type AuditEntry } from '@enforcecore/audit';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startKit } from './child.test.kit.js';
import { EnforceModule } from './index.js';

describe('the end of an application', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nest-shutdown-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const calls = (): AuditEntry[] => readTrail(join(folder, 'trail.jsonl'));

  it('answers running requests after SIGTERM, and writes the entry of every call before the process ends', async () => {
    const kit = await startKit('shutdown-app.test.kit.js', [folder]);
    const answers = Array.from({ length: 5 }, (_, i) => fetch(`${kit.url}/slow/${String(i)}`, { headers: { connection: 'close' } }).then((answer) => answer.text()));
    let began = 0;
    const lines = createInterface({ input: kit.child.stdout ?? process.stdin });
    while (began < 5) {
      await once(lines, 'line');
      began += 1;
    }

    const ended = await kit.end();

    expect(await Promise.all(answers)).toEqual(['0', '1', '2', '3', '4']);
    expect(ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await verifyTrail(join(folder, 'trail.jsonl'))).toMatchObject({ valid: true, entries: 5 });
    expect(calls().map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('records calls that providers make while they are destroyed', async () => {
    @Injectable()
    class Farewell implements OnModuleDestroy {
      async onModuleDestroy(): Promise<void> {
        await this.bye();
      }
      @Enforce()
      async bye(): Promise<void> {
        await Promise.resolve();
      }
    }
    const app = await Test.createTestingModule({
      imports: [EnforceModule.forRoot({ policy: Policy.from({ name: 'bye', rules: { allowed_tools: ['bye'] } }), environment: {}, settings: { auditPath: folder } })],
      providers: [Farewell],
    }).compile();
    await app.init();
    const auditor = app.get<TrailAuditor>(Auditor as symbol);

    await app.close();

    expect(calls().map(({ tool_name }) => tool_name)).toEqual(['bye']);
    await expect(auditor.whenClosed()).resolves.toBeUndefined();
  });
});
