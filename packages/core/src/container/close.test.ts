import { describe, expect, it, jest } from '@jest/globals';
import { AuditBackendPlugin, Auditor, createContainer, enforce, HookRegistry, LimitStore, ObserverQueue, Policy, type EnforceContainer } from '../index.js';
import { MemoryAuditor } from '../testing/index.js';

interface House {
  readonly container: EnforceContainer;
  readonly held: string[];
  readonly written: string[];
}

/** A backend that holds entries until it is told to write them. */
function house(): House {
  const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {} });
  const [held, written] = [new Array<string>(), new Array<string>()];
  container.rebind(Auditor).toConstantValue(new MemoryAuditor());
  container.bind(AuditBackendPlugin).toConstantValue({ record: (entry) => void held.push(entry.tool_name ?? ''), flush: () => void written.push(...held.splice(0)) });
  return { container, held, written };
}

describe('close', () => {
  it('waits for calls that run, and writes their entries out', async () => {
    const { container, held, written } = house();
    let finish: (value: string) => void = () => undefined;
    const running = enforce(async () => new Promise<string>((resolve) => (finish = resolve)), { container, tool: 'slow' })();

    const closing = container.close();
    setImmediate(() => finish('done'));

    expect(await running).toBe('done');
    await closing;
    expect([held, written]).toEqual([[], ['slow']]);
  });

  it('withholds the result of a call that outlives it, and its entry is written out all the same', async () => {
    const { container, held, written } = house();
    let finish: (value: string) => void = () => undefined;
    const running = enforce(async () => new Promise<string>((resolve) => (finish = resolve)), { container, tool: 'slow' })();
    jest.spyOn(container.house.running, 'settled').mockResolvedValue(undefined);
    await container.close();

    finish('done');

    await expect(running).rejects.toMatchObject({ code: 'GUARD', message: expect.stringContaining('the container is closed') });
    await new Promise((resolve) => setImmediate(resolve));
    expect([held, written]).toEqual([[], ['slow']]);
  });

  it('does not wait for the call that it is made in', async () => {
    const { container } = house();
    const settled = jest.spyOn(container.house.running, 'settled');

    await enforce(async () => container.close(), { container, tool: 'ends' })().catch(() => undefined);

    expect(settled).not.toHaveBeenCalled();
  });

  it('closes every part, whatever became of the others, and tells what failed', async () => {
    const { container, written } = house();
    const store = container.get(LimitStore);
    store.close = async () => Promise.reject(new Error('server gone'));
    enforce(() => 1, { container, tool: 'tool' })();

    await expect(container.close()).rejects.toThrow('server gone');
    expect(written).toEqual(['tool']);
  });

  it('tells of several failures at once', async () => {
    const { container } = house();
    container.get(LimitStore).close = async () => Promise.reject(new Error('server gone'));
    container.bind(AuditBackendPlugin).toConstantValue({ name: 'siem', record: () => undefined, flush: () => { throw new Error('x'); } });
    enforce(() => 1, { container, tool: 'tool' })();

    await expect(container.close()).rejects.toMatchObject({ errors: [{ message: 'server gone' }, { message: 'the audit backend "siem" did not write out its entries' }] });
  });

  it('asked again gives the same answer, and calls made afterwards are told why they are blocked', async () => {
    const { container } = house();
    const body = jest.fn(() => 1);
    const tool = enforce(body, { container, tool: 'tool' });
    tool();

    await container.close();
    await container.close();

    expect(() => tool()).toThrow(expect.objectContaining({ code: 'GUARD', message: expect.stringContaining('the container is closed') }));
    expect(body).toHaveBeenCalledTimes(1);
  });

  it('of a container that nobody used closes it', async () => {
    const { container } = house();

    await expect(container.close()).resolves.toBeUndefined();
  });

  it('drops what observers have not heard in time, and counts it', async () => {
    const { container } = house();
    const queue = container.get(ObserverQueue);
    container.get(HookRegistry).on('post_call', () => new Promise(() => undefined));
    for (let i = 0; i < 5; i += 1) enforce(() => 1, { container, tool: 'tool' })();

    await queue.close(1);

    // One is under way, and its own time ends it.
    expect(queue.dropped).toBeGreaterThanOrEqual(4);
  });
});
