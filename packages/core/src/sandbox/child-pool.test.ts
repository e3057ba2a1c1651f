import { describe, expect, it } from '@jest/globals';
import { ChildPool } from './child-pool.js';
import type { Child, ChildEnd, Launcher, LaunchSpec } from './launcher.js';

const spec = {} as LaunchSpec; // never looked at by this launcher

class Still implements Launcher {
  readonly level = 'worker';
  readonly isReused: boolean;
  readonly made: Child[] = [];
  kills = 0;
  busyMs = 0;
  doesAnswer = true;

  constructor(isReused = true) {
    this.isReused = isReused;
  }
  probe(): never {
    throw new TypeError('not asked here');
  }
  launch(): Promise<Child> {
    let onEnd: (end: ChildEnd) => void = () => undefined;
    let tell: (message: unknown) => void = () => undefined;
    const child: Child = {
      output: { stdout: '', stderr: '', isCut: false },
      post: (message) => {
        const { t, id } = JSON.parse(String(message)) as { readonly t: string; readonly id: string };
        if (t === 'ping') queueMicrotask(() => this.doesAnswer && tell(JSON.stringify({ t: 'pong', id })));
      },
      onMessage: (listener) => {
        tell = listener;
      },
      busyMs: () => this.busyMs,
      onEnd: (listener) => {
        onEnd = listener;
      },
      kill: () => {
        this.kills += 1;
        onEnd({ reason: 'killed', exitCode: null, signal: null, detail: 'it was ended' });
        return Promise.resolve();
      },
    };
    this.made.push(child);
    return Promise.resolve(child);
  }
}

async function started(pool: ChildPool): ReturnType<ChildPool['start']> {
  if (!pool.takePlace()) throw new TypeError('no place');
  return await pool.start(spec);
}

describe('a pool of children', () => {
  it('gives a child back to the same key, and to no other', async () => {
    const pool = new ChildPool(new Still(), { maxBusy: 2, maxIdle: 2 });
    const line = await started(pool);

    pool.giveBack('a', line);
    const other = await pool.takeIdle('b');
    const same = await pool.takeIdle('a');

    expect(other).toBeUndefined();
    expect(same).toBe(line);
  });

  it('has no place above its limit, and gives the next one to who waited first', async () => {
    const pool = new ChildPool(new Still(), { maxBusy: 1, maxIdle: 1 });
    const line = await started(pool);
    const order: string[] = [];

    const first = pool.waitForPlace();
    const gone = pool.waitForPlace();
    const second = pool.waitForPlace();
    void first.taken.then(() => order.push('first'));
    void second.taken.then(() => order.push('second'));
    gone.giveUp();
    pool.giveBack('a', line);
    await first.taken;
    pool.leavePlace();
    await second.taken;
    second.giveUp();

    expect(order).toEqual(['first', 'second']);
    expect(pool.size).toEqual({ busy: 0, idle: 1, waiting: 0 });
  });

  it('ends the oldest when more are idle than it keeps', async () => {
    const launcher = new Still();
    const pool = new ChildPool(launcher, { maxBusy: 3, maxIdle: 1 });
    const [a, b] = [await started(pool), await started(pool)];

    pool.giveBack('a', a);
    pool.giveBack('b', b);

    expect(launcher.kills).toBe(1);
    expect(await pool.takeIdle('a')).toBeUndefined();
    expect(await pool.takeIdle('b')).toBe(b);
  });

  it('gives no child that ended while it was idle', async () => {
    const pool = new ChildPool(new Still(), { maxBusy: 1, maxIdle: 1 });
    const line = await started(pool);

    pool.giveBack('a', line);
    await line.kill();

    expect(await pool.takeIdle('a')).toBeUndefined();
    expect(pool.size).toEqual({ busy: 0, idle: 0, waiting: 0 });
  });

  it('ends a child that serves one call, and frees its place when it is gone', async () => {
    const launcher = new Still(false);
    const pool = new ChildPool(launcher, { maxBusy: 1, maxIdle: 1 });
    const line = await started(pool);

    pool.giveBack('a', line);
    await pool.close();

    expect(launcher.kills).toBe(1);
    expect(pool.size).toEqual({ busy: 0, idle: 0, waiting: 0 });
  });

  it('has another ready in place of one that was ended, unless it is closed', async () => {
    const launcher = new Still();
    const pool = new ChildPool(launcher, { maxBusy: 1, maxIdle: 1 });
    const line = await started(pool);

    pool.drop(line);
    pool.refill('a', spec);
    await pool.close();
    pool.refill('a', spec);

    expect(launcher.made).toHaveLength(2);
    expect(launcher.kills).toBe(2);
    expect(pool.size).toEqual({ busy: 0, idle: 0, waiting: 0 });
  });

  it('gives no child again that was busy without a call, or does not answer', async () => {
    const launcher = new Still();
    const pool = new ChildPool(launcher, { maxBusy: 2, maxIdle: 2 });
    const [busy, deaf] = [await started(pool), await started(pool)];

    pool.giveBack('busy', busy);
    await new Promise((resolve) => setImmediate(resolve));
    launcher.busyMs = 100;
    launcher.doesAnswer = false;
    pool.giveBack('deaf', deaf);

    expect([await pool.takeIdle('busy'), await pool.takeIdle('deaf')]).toEqual([undefined, undefined]);
    expect(launcher.kills).toBe(2);
  });

  it('lends the place of an open stream that nobody reads, for so many streams', async () => {
    const pool = new ChildPool(new Still(), { maxBusy: 1, maxIdle: 1, maxOpen: 1 });
    pool.takePlace();

    const isParked = pool.park();
    const isFree = pool.takePlace();
    const isSecond = pool.park();
    pool.unpark();
    const both = pool.size.busy;
    pool.leavePlace();

    expect([isParked, isFree, isSecond, both, pool.takePlace()]).toEqual([true, true, false, 2, false]);
  });
});
