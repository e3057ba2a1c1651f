// One of several processes that share a server. Started with the path of its socket; told by messages what to do.
import { KillSwitch } from '@enforcecore/core';
import { RedisKillSwitchLink, RedisLimitStore } from '../dist/index.js';

const [url] = process.argv.slice(2);
const say = (message) => process.send?.(message);

const request = (wants) => ({ id: 'x', now: performance.now(), wallMs: Date.now(), rates: [], budgets: [], costMicros: 0, slots: [], leaseMs: 60_000, shared: undefined, ...wants });

async function hammer(store) {
  let granted = 0;
  let spent = 0;
  for (let refusals = 0; refusals < 20; ) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        store.take(
          request({
            rates: [{ key: 'calls', rule: { maxCalls: 900, windowMs: 3_600_000 } }],
            budgets: [{ account: 'money', limitMicros: 5_000, period: 'ever' }],
            costMicros: 10,
            slots: [{ key: 'seats', maxCalls: 6 }],
            // What the killed one holds comes free in time for the others.
            leaseMs: 1_000,
          }),
        ),
      ),
    );
    for (const answer of answers) {
      if (answer.refused !== undefined) {
        if (answer.refused !== 'slot') refusals += 1;
        continue;
      }
      granted += 1;
      // Every third call costs less than was set aside, every tenth does not run.
      if (granted % 10 === 0) {
        answer.release();
        continue;
      }
      const cost = granted % 3 === 0 ? 4 : 10;
      spent += cost;
      answer.settle(cost);
    }
    if (granted % 16 < 8) say({ granted, spent });
  }
  return { granted, spent };
}

const jobs = {
  async hammer() {
    const store = new RedisLimitStore({ url, timeoutMs: 10_000 });
    const done = await hammer(store);
    await store.close();
    say({ done });
  },
  /** Holds a slot and money, and never gives them back. */
  async hold() {
    const store = new RedisLimitStore({ url, timeoutMs: 10_000 });
    const answer = await store.take(request({ budgets: [{ account: 'held', limitMicros: 100, period: 'ever' }], costMicros: 60, slots: [{ key: 'chair', maxCalls: 1 }], leaseMs: 300 }));
    say({ held: answer.refused === undefined });
    setInterval(() => undefined, 1_000);
  },
  switch() {
    const killSwitch = new KillSwitch();
    const link = new RedisKillSwitchLink(killSwitch, { url, timeoutMs: 10_000 }).start();
    killSwitch.onChange((event, isOwn) => say({ event, isOwn }));
    process.on('message', async (message) => {
      if (message.trip) killSwitch.trip(message.trip, { by: 'rule:test' });
      if (message.reset) killSwitch.reset({ by: 'hand', reason: 'over' });
      if (!message.end) return;
      await link.close();
      process.disconnect();
    });
  },
};


process.on('message', ({ job }) => void jobs[job]?.());
say({ ready: true });
