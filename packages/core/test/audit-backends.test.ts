import { CallbackBackend, MultiBackend, NullBackend, openStoreTrail, openTrail, readTrail, verifyTrail, type AppendReceipt, type AuditBackend, type EntryDraft, type Intent } from '@enforcecore/audit';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Auditor, BackendAuditor, createContainer, enforce, Policy, TrailAuditor, type EnforceContainer, type Settings } from '../src/index.js';
import { auditorLaws, MemoryAuditor } from '../src/testing/index.js';
import { SystemClock } from '../src/time/system-clock.js';
import { defaultSettings } from '../src/settings/settings.js';
import { removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

function containerWith(backend: AuditBackend, settings: Partial<Settings> = {}): EnforceContainer {
  const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditPath: tempFolder(), ...settings } });
  container.rebind(Auditor).toConstantValue(new BackendAuditor(backend)).onDeactivation(() => backend.close());
  return container;
}

/** Notes what a backend is asked, and answers as it is told to. */
class NotingBackend implements AuditBackend {
  readonly asked: unknown[] = [];
  readonly #answer: <T>(value: T) => T | Promise<T>;

  constructor(answer: <T>(value: T) => T | Promise<T> = (value) => value) {
    this.#answer = answer;
  }

  begin(intent: Intent, canWait?: boolean): void | Promise<void> {
    this.asked.push(['begin', intent.tool_name, canWait]);
    return this.#answer(undefined);
  }

  append(draft: EntryDraft, canWait?: boolean): AppendReceipt | Promise<AppendReceipt> {
    this.asked.push(['append', draft.tool_name, canWait]);
    return this.#answer({ entryId: 'e', entryHash: 'h', sequence: 1, writerId: 'w' });
  }

  close(): void | Promise<void> {
    this.asked.push(['close']);
    return this.#answer(undefined);
  }
}

const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 5, value));
const logger = { log: (): undefined => undefined };

describe.each<readonly [string, () => Auditor]>([
  ['a TrailAuditor', () => new TrailAuditor({ ...defaultSettings, auditPath: tempFolder() }, new SystemClock(), logger)],
  ['a TrailAuditor on SQLite', () => new TrailAuditor({ ...defaultSettings, auditStore: `sqlite:${join(tempFolder(), 'a.db')}` }, new SystemClock(), logger)],
  ['a BackendAuditor on files', () => new BackendAuditor(openTrail(join(tempFolder(), 'trail.jsonl')))],
  ['a BackendAuditor on a store', () => new BackendAuditor(openStoreTrail(openSqliteStore(join(tempFolder(), 'a.db'))))],
  ['a BackendAuditor on nothing', () => new BackendAuditor(new NullBackend())],
  ['a BackendAuditor on a function', () => new BackendAuditor(new CallbackBackend(() => undefined))],
  ['a BackendAuditor on two places', () => new BackendAuditor(new MultiBackend([openTrail(join(tempFolder(), 'trail.jsonl')), new NullBackend()]))],
  ['a MemoryAuditor', () => new MemoryAuditor()],
])('%s', (_name, make) => {
  it.each(auditorLaws(make))('$title', async ({ check }) => {
    await check();
  });
});

describe('a backend that is bound by one line', () => {
  it('gets intents and entries, is told who can wait, and is closed with the container', async () => {
    const backend = new NotingBackend();
    const container = containerWith(backend);
    enforce(() => 1, { container, tool: 'sync' })();
    await enforce(async () => Promise.resolve(1), { container, tool: 'async' })();
    await container.close();

    expect(backend.asked).toEqual([
      ['begin', 'sync', false],
      ['append', 'sync', false],
      ['begin', 'async', true],
      ['append', 'async', true],
      ['close'],
    ]);
  });

  it('is waited for by the end of the container', async () => {
    let isClosed = false;
    const backend = Object.assign(new NotingBackend(), { close: async () => { await later(undefined); isClosed = true; } });
    const container = containerWith(backend);
    enforce(() => 1, { container, tool: 't' })();
    await container.close();

    expect(isClosed).toBe(true);
  });

  it('L6: blocks a synchronous tool where it answers later', () => {
    const container = containerWith(new NotingBackend(later));
    let ran = 0;

    expect(() => enforce(() => { ran += 1; }, { container, tool: 't' })()).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE' }));
    expect(ran).toBe(0);
  });

  it('writes a trail that verifies, whose digests are made with the key that is kept in auditPath', async () => {
    const folder = tempFolder();
    const container = containerWith(openTrail(join(folder, 'elsewhere.jsonl')), { auditPath: folder });
    enforce(() => 1, { container, tool: 't' })();
    await container.close();

    expect(existsSync(join(folder, 'digest.key'))).toBe(true);
    expect(existsSync(join(folder, 'trail.jsonl'))).toBe(false);
    expect(readTrail(join(folder, 'elsewhere.jsonl'))[0]?.args_digest).toMatch(/^hmac-sha256:/);
    expect(await verifyTrail(join(folder, 'elsewhere.jsonl'))).toMatchObject({ valid: true, entries: 1 });
  });

  it('D-51: fails a call where one of several places, or a function, does', () => {
    const folder = tempFolder();
    const failing = new CallbackBackend(() => { throw new Error('siem is down'); });
    const container = containerWith(new MultiBackend([openTrail(join(folder, 'trail.jsonl')), failing]));

    expect(() => enforce(() => 1, { container, tool: 't' })()).toThrow(expect.objectContaining({ code: 'AUDIT' }));
  });

  it('D-51: hands every entry to a function, with its line', async () => {
    const lines: string[] = [];
    const container = containerWith(new CallbackBackend((entry, line) => { lines.push(`${entry.tool_name ?? ''} ${String(line.includes(entry.entry_hash))}`); }));
    enforce(() => 1, { container, tool: 'sync' })();
    await enforce(async () => Promise.resolve(1), { container, tool: 'async' })();
    await container.close();

    expect(lines).toEqual(['sync true', 'async true']);
  });

  it('that throws blocks before the tool, or withholds the result', () => {
    const boom = (): never => { throw new Error('gone'); };
    const ran: string[] = [];
    const call = (backend: AuditBackend, name: string): unknown => enforce(() => { ran.push(name); }, { container: containerWith(backend), tool: 't' })();

    expect(() => call(Object.assign(new NotingBackend(), { begin: boom }), 'begin')).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    expect(() => call(Object.assign(new NotingBackend(), { append: boom }), 'append')).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    expect(ran).toEqual(['append']);
  });
});
