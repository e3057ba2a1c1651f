import { describe, expect, it } from '@jest/globals';
import { ChildPool } from './child-pool.js';
import type { Child, ChildEnd, Launcher, LaunchSpec } from './launcher.js';

const spec = {} as LaunchSpec; // never looked at by this launcher

class Still implements Launcher {
  readonly level = 'worker';
  readonly isReused: boolean;
  readonly made: Child[] = [];
  kills = 0;

  constructor(isReused = true) {
    this.isReused = isReused;
  }
  probe(): never {
    throw new TypeError('not asked here');
  }
  launch(): Promise<Child> {
    let onEnd: (end: ChildEnd) => void = () => undefined;
    const child: Child = {
      output: { stdout: '', stderr: '', isCut: false },
      post: () => undefined,
      onMessage: () => undefined,
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
    const other = pool.takeIdle('b');
    const same = pool.takeIdle('a');

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
    expect(pool.takeIdle('a')).toBeUndefined();
    expect(pool.takeIdle('b')).toBe(b);
  });

  it('gives no child that ended while it was idle', async () => {
    const pool = new ChildPool(new Still(), { maxBusy: 1, maxIdle: 1 });
    const line = await started(pool);

    pool.giveBack('a', line);
    await line.kill();

    expect(pool.takeIdle('a')).toBeUndefined();
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
});
