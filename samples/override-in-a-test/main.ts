import {
  Auditor,
  Clock,
  createContainer,
  Enforce,
  Policy,
  PolicyEngine,
  RateLimitError,
  ToolDeniedError,
  type EnforceContainer,
} from '@enforcecore/core';
import { denyAll, FakeClock, MemoryAuditor } from '@enforcecore/core/testing';
import assert from 'node:assert/strict';

// This file is a test without a test runner. In Jest, Vitest, Mocha or node:test: `cases` are the `it(…)`s, `before` is
// `beforeEach`, `after` is `afterEach`, and assert works in all of them.

// #region subject
/** What is tested: an application's own tools, with the policy that they have in production. */
class CourierTools {
  booked = 0;

  @Enforce({ tool: 'book_courier' })
  async book(args: { readonly to: string }): Promise<string> {
    await Promise.resolve();
    this.booked += 1;
    return `courier ${String(this.booked)} goes to ${args.to}`;
  }
}

function openApplication(): EnforceContainer {
  const container = createContainer({
    policy: Policy.from({
      name: 'courier',
      rules: {
        allowed_tools: ['book_courier'],
        pii_redaction: { categories: ['phone'] },
        rate_limits: { per_tool: { book_courier: { max_calls: 2, window_seconds: 60 } } },
      },
    }),
    settings: { auditPath: '.demo/override-in-a-test' },
  });
  container.bind(CourierTools).toSelf();
  return container;
}
// #endregion subject

// #region setup
const container = openApplication();
let auditor = new MemoryAuditor();
let clock = new FakeClock();

function before(): void {
  container.snapshot();
  auditor = new MemoryAuditor();
  clock = new FakeClock();
  container.rebind(Auditor).toConstantValue(auditor); // nothing is written to disk
  container.rebind(Clock).toConstantValue(clock); // time stands still until a test turns it
  container.rebind(CourierTools).toSelf(); // a fresh instance
}

function after(): void {
  container.restore();
}

function recorded(): readonly object[] {
  return auditor.calls.map((entry) => ({ tool: entry.tool_name, decision: entry.decision, outcome: entry.outcome }));
}
// #endregion setup

// #region cases
const cases: Readonly<Record<string, () => Promise<void>>> = {
  'books a courier and records the call': async () => {
    const answer = await container.get(CourierTools).book({ to: 'Quayside, phone 212-555-0143' });

    assert.equal(answer, 'courier 1 goes to Quayside, phone <PHONE>');
    assert.deepEqual(recorded(), [{ tool: 'book_courier', decision: 'redacted', outcome: 'ok' }]);
  },

  'refuses a third courier within a minute': async () => {
    const courier = container.get(CourierTools);
    await courier.book({ to: 'A' });
    await courier.book({ to: 'B' });

    await assert.rejects(courier.book({ to: 'C' }), RateLimitError);

    clock.advance(60_000);
    assert.equal(await courier.book({ to: 'C' }), 'courier 3 goes to C');
  },

  'does nothing when the policy says no': async () => {
    container.rebind(PolicyEngine).toConstantValue(denyAll('not in this test'));
    const courier = container.get(CourierTools);

    await assert.rejects(courier.book({ to: 'A' }), ToolDeniedError);

    assert.equal(courier.booked, 0);
    assert.deepEqual(recorded(), [{ tool: 'book_courier', decision: 'blocked', outcome: 'blocked' }]);
  },
};
// #endregion cases

async function main(): Promise<void> {
  for (const [title, run] of Object.entries(cases)) {
    before();
    try {
      await run();
      console.log(`ok: ${title}`);
    } finally {
      after();
    }
  }
  assert.ok(!(container.get<Auditor>(Auditor) instanceof MemoryAuditor), 'restore() brings the application\'s own services back');
  console.log('ok: the container is as it was before the tests');
  await container.close();
}

void main();
