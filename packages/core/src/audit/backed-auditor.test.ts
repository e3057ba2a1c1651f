import { describe, expect, it, jest } from '@jest/globals';
import type { EntryDraft } from '@enforcecore/audit';
import { AuditBackendPlugin, Auditor, createContainer, enforce, Logger, Policy, Settings, type EnforceContainer } from '../index.js';
import { MemoryAuditor } from '../testing/index.js';

type Backend = Partial<AuditBackendPlugin>;

function house(settings: Partial<Settings>, ...backends: readonly Backend[]): { readonly container: EnforceContainer; readonly auditor: MemoryAuditor } {
  const container = createContainer({ policy: Policy.from({ name: 'p', rules: { denied_tools: ['rm'] } }), environment: {}, settings: { devMode: true, ...settings } });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  for (const backend of backends) container.bind(AuditBackendPlugin).toConstantValue({ record: () => undefined, flush: () => undefined, ...backend });
  return { container, auditor };
}

const down = (): never => {
  throw new Error('secret-in-error');
};
const kinds = ({ entries }: MemoryAuditor): readonly unknown[] => entries.map((one) => ('outcome' in one ? one.outcome : [one.kind, one.detail]));

describe('a backend that does not take an entry', () => {
  it.each([['an asynchronous method', async () => Promise.resolve()], ['a promise', () => Promise.resolve()], ['an error', down]])('leaves a refusal what it is: %s', (_, record) => {
    const { container, auditor } = house({}, { record });
    const body = jest.fn();

    expect(() => enforce(body, { container, tool: 'rm' })()).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));
    expect(body).not.toHaveBeenCalled();
    expect(kinds(auditor)).toEqual(['blocked']);
    expect(container.house.lastResult).toMatchObject({ decision: 'blocked', auditEntryId: 'entry-1' });
  });

  it('says in the result which entry of the trail tells of the call', () => {
    const { container } = house({}, { record: down });

    expect(() => enforce(() => 1, { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    expect(container.house.lastResult).toMatchObject({ auditEntryId: 'entry-1' });
  });

  it.each<readonly [string, () => unknown]>([
    ['cannot be read', () => ({ get then(): never { throw new Error('secret-in-error'); } })],
    ['throws', () => ({ then: down })],
  ])('because its `then` %s withholds the result', async (_, record) => {
    const { container } = house({}, { name: 'siem', record });

    await expect(enforce(async () => Promise.resolve(1), { container, tool: 'tool' })()).rejects.toMatchObject({ code: 'AUDIT', message: expect.stringContaining('"siem" did not take the entry') });
  });

  it('is judged by the settings and told to the logger that are bound now', () => {
    const { container } = house({ failOpen: true }, { record: down });
    const tool = enforce(() => 1, { container, tool: 'tool' });
    expect(tool()).toBe(1);
    const log = jest.fn();

    const settings = container.get(Settings);
    container.rebind(Settings).toConstantValue({ ...settings, failOpen: false });
    container.rebind(Logger).toConstantValue({ log });

    expect(tool).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    expect(log).toHaveBeenCalledWith('error', 'audit entry not taken by a backend', expect.objectContaining({ lost: 2 }));
  });
});

describe('with failOpen, what a backend missed', () => {
  it('is counted, and stands in the trail as a gap once it takes entries again', () => {
    let isDown = true;
    const taken: EntryDraft[] = [];
    const { container, auditor } = house({ failOpen: true }, { name: 'siem', record: (entry) => (isDown ? down() : void taken.push(entry)) });
    const tool = enforce(() => 1, { container, tool: 'tool' });
    tool();
    tool();

    isDown = false;
    tool();
    tool();

    const gap = ['gap', 'the audit backend "siem" did not take 2 entries that are in this trail'];
    expect(kinds(auditor)).toEqual(['ok', 'ok', 'ok', gap, 'ok']);
    expect(taken).toMatchObject([{ outcome: 'ok' }, { kind: 'gap' }, { outcome: 'ok' }]);
    expect(container.house.lostToBackends).toBe(2);
  });

  it('stands in the trail when the container closes before that', async () => {
    const { container, auditor } = house({ failOpen: true }, { name: 'siem', record: async () => Promise.reject(new Error('x')) });
    await enforce(async () => Promise.resolve(1), { container, tool: 'tool' })();

    await container.close();

    expect(kinds(auditor)).toEqual(['ok', ['gap', 'the audit backend "siem" did not take 1 entries that are in this trail']]);
  });

  it('of calls at the same time is told once', async () => {
    let isDown = true;
    const { container, auditor } = house({ failOpen: true }, { name: 'siem', record: async () => (isDown ? Promise.reject(new Error('x')) : Promise.resolve()) });
    const tool = enforce(async () => Promise.resolve(1), { container, tool: 'tool' });
    await Promise.all(Array.from({ length: 20 }, () => tool()));

    isDown = false;
    await Promise.all(Array.from({ length: 20 }, () => tool()));
    await container.close();

    expect(kinds(auditor).filter((one) => one !== 'ok')).toEqual([['gap', 'the audit backend "siem" did not take 20 entries that are in this trail']]);
    expect(auditor.entries).toHaveLength(41);
  });
});
