import { Auditor, Enforce, Policy, type TrailAuditor } from '@enforcecore/core';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startKit } from './child.test.kit.js';
import { EnforceModule } from './index.js';

/** What `enforcecore verify --json` says. */
async function verified(trail: string): Promise<unknown> {
  const command = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [command, 'verify', trail, '--json']);
  return JSON.parse(stdout);
}

describe('the end of an application', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nest-shutdown-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** The entries as they stand in the file. */
  async function calls(): Promise<{ readonly tool_name: string; readonly outcome: string }[]> {
    const text = await readFile(join(folder, 'trail.jsonl'), 'utf8');
    const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as { readonly tool_name?: string | null; readonly outcome: string });
    return lines.flatMap(({ tool_name, outcome }) => (typeof tool_name === 'string' ? [{ tool_name, outcome }] : []));
  }

  it('answers running requests after SIGTERM, and writes the entry of every call before the process ends', async () => {
    const kit = await startKit('shutdown-app.test.kit.js', [folder]);
    const answers = Array.from({ length: 5 }, (_, i) => fetch(`${kit.url}/slow/${String(i)}`, { headers: { connection: 'close' } }).then((answer) => answer.text()));
    await kit.printed(6);

    const ended = await kit.end();

    expect(await Promise.all(answers)).toEqual(['0', '1', '2', '3', '4']);
    expect(ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await verified(join(folder, 'trail.jsonl'))).toMatchObject({ valid: true, entries: 5 });
    expect((await calls()).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
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
    const auditor = app.get<TrailAuditor>(Auditor);

    await app.close();

    expect((await calls()).map(({ tool_name }) => tool_name)).toEqual(['bye']);
    await expect(auditor.whenClosed()).resolves.toBeUndefined();
  });
});
