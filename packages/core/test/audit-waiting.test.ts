import type { EntryDraft, Intent } from '@enforcecore/audit';
import { describe, expect, it } from '@jest/globals';
import { Auditor, enforce, Enforcer, Logger, type AuditReceipt, type EnforceContainer } from '../src/index.js';
import { errorOf, houseWith } from './kit.js';

interface Ask {
  readonly what: string;
  readonly tool: string;
  readonly canWait: boolean | undefined;
}

/** Notes who could have waited, and answers as it is told to. */
class AskingAuditor implements Auditor {
  readonly asks: Ask[] = [];
  readonly entries: EntryDraft[] = [];
  readonly #answer: <T>(value: T) => T | Promise<T>;

  constructor(answer: <T>(value: T) => T | Promise<T> = (value) => value) {
    this.#answer = answer;
  }

  begin(intent: Intent, canWait?: boolean): void | Promise<void> {
    this.asks.push({ what: 'begin', tool: intent.tool_name, canWait });
    return this.#answer(undefined);
  }

  record(entry: EntryDraft, canWait?: boolean): AuditReceipt | Promise<AuditReceipt> {
    this.asks.push({ what: entry.kind ?? 'call', tool: entry.tool_name ?? '', canWait });
    return this.#answer({ entryId: `entry-${String(this.entries.push(entry))}` });
  }
}

function houseAsking(auditor: Auditor, settings: object = {}): EnforceContainer {
  const { container } = houseWith({ denied_tools: ['denied'] }, settings);
  container.rebind(Auditor).toConstantValue(auditor);
  return container;
}

/** What the notes of gaps say, in order. */
function gapsIn({ entries }: AskingAuditor): readonly string[] {
  return entries.flatMap((entry) => (entry.kind === 'gap' ? [entry.detail] : []));
}

const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 1, value));

describe('an auditor is told whether its caller can wait', () => {
  type Call = (container: EnforceContainer) => unknown;
  const calls: readonly (readonly [string, boolean, boolean, Call])[] = [
    ['a synchronous tool', false, false, (container) => enforce(() => 1, { container, tool: 't' })()],
    ['an asynchronous tool', true, true, (container) => enforce(async () => Promise.resolve(1), { container, tool: 't' })()],
    ['a plain function that gives a promise', false, true, (container) => enforce(() => Promise.resolve(1), { container, tool: 't' })()],
    ['a generator', false, false, (container) => [...enforce(function* () { yield 1; }, { container, tool: 't' })()]],
    ['an asynchronous generator', true, true, async (container) => { for await (const _ of enforce(async function* () { yield await Promise.resolve(1); }, { container, tool: 't' })()); }],
    ['Enforcer.runSync', false, false, (container) => new Enforcer(undefined, { container }).runSync(() => 1, { tool: 't' })],
    ['Enforcer.run with a synchronous function', true, true, (container) => new Enforcer(undefined, { container }).run(() => 1, { tool: 't' })],
  ];

  it.each(calls)('of %s', async (_name, atBegin, atRecord, call) => {
    const auditor = new AskingAuditor();

    await call(houseAsking(auditor));

    expect(auditor.asks).toEqual([{ what: 'begin', tool: 't', canWait: atBegin }, { what: 'call', tool: 't', canWait: atRecord }]);
  });

  it('also where the call was refused before its intent', async () => {
    const auditor = new AskingAuditor();
    const container = houseAsking(auditor);

    await errorOf(() => enforce(() => 1, { container, tool: 'denied' })());
    await errorOf(() => enforce(async () => Promise.resolve(1), { container, tool: 'denied' })());

    expect(auditor.asks.map(({ canWait }) => canWait)).toEqual([false, true]);
  });
});

describe('L6: an auditor that answers later', () => {
  it('is waited for in front of an asynchronous tool, and behind it', async () => {
    const auditor = new AskingAuditor(later);

    expect(await enforce(async () => Promise.resolve(1), { container: houseAsking(auditor), tool: 't' })()).toBe(1);
    expect(auditor.entries).toHaveLength(1);
  });

  it('blocks a synchronous tool with an error that names it', () => {
    const auditor = Object.assign(new AskingAuditor(later), { name: 'Auditor (elsewhere)' });
    let ran = 0;

    expect(() => enforce(() => { ran += 1; }, { container: houseAsking(auditor), tool: 't' })()).toThrow(
      expect.objectContaining({ code: 'ASYNC_SERVICE', message: expect.stringContaining('Auditor (elsewhere) answers with a promise, and "t" is a synchronous tool') }),
    );
    expect(ran).toBe(0);
  });

  it('blocks it with failOpen too: nothing failed, it was never possible', () => {
    const container = houseAsking(new AskingAuditor(later), { failOpen: true, devMode: true });
    container.rebind(Logger).toConstantValue({ log: () => undefined });
    let ran = 0;

    expect(() => enforce(() => { ran += 1; }, { container, tool: 't' })()).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE' }));
    expect(ran).toBe(0);
  });
});

describe('with failOpen, calls that go unrecorded at the same time', () => {
  it('are told of once each, by one gap entry', async () => {
    let isBroken = true;
    const auditor = new AskingAuditor((value) => (isBroken ? Promise.reject(new Error('disk')) : later(value)));
    const container = houseAsking(auditor, { failOpen: true, devMode: true });
    container.rebind(Logger).toConstantValue({ log: () => undefined });
    const tool = enforce(async () => Promise.resolve(1), { container, tool: 't' });
    await Promise.all([tool(), tool(), tool()]);
    auditor.entries.length = 0;
    isBroken = false;

    await Promise.all([tool(), tool(), tool()]);
    await tool();

    expect(gapsIn(auditor).map((detail) => detail.slice(0, 25))).toEqual(['3 calls went unrecorded w']);
    expect(auditor.entries.filter(({ kind }) => kind === undefined)).toHaveLength(4);
  });

  it('are counted once where the note of the gap fails as well', async () => {
    let isBroken = true;
    const auditor = new AskingAuditor((value) => (isBroken ? Promise.reject(new Error('disk')) : later(value)));
    const container = houseAsking(auditor, { failOpen: true, devMode: true });
    container.rebind(Logger).toConstantValue({ log: () => undefined });
    const tool = enforce(async () => Promise.resolve(1), { container, tool: 't' });
    for (let i = 0; i < 3; i += 1) await tool();
    isBroken = false;

    await tool();

    expect(gapsIn(auditor).at(-1)).toMatch(/^3 calls went unrecorded/);
  });
});
