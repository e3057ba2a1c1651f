import { cedarEngine } from '@enforcecore/adapters/cedar';
import { createContainer, Enforce, EnforceCoreError, Enforcer, Policy, PolicyEngine, withResults } from '@enforcecore/core';
import { engineLaws } from '@enforcecore/core/testing';

// What Cedar does not do stays in the policy document: rates, costs, redaction, and tool lists if there are any.
const policy = Policy.from({
  name: 'shop',
  rules: { denied_tools: ['drop_*'], rate_limits: { global: { max_calls: 100, window_seconds: 60 } } },
});

interface Refund {
  readonly account: string;
  readonly amount: number;
}

class ShopTools {
  @Enforce({ tool: 'read_order' })
  read(args: { readonly id: number }): string {
    return `order ${String(args.id)}: two chairs`;
  }

  @Enforce({ tool: 'drop_orders' })
  drop(): string {
    return 'all orders are gone';
  }
}

function refund({ account, amount }: Refund): string {
  return `${String(amount)} cents go to ${account}`;
}

async function main(): Promise<void> {
  // #region bind
  const container = createContainer({ policy, settings: { auditPath: '.demo/cedar-engine' } });
  const engine = cedarEngine({
    // Compiled to samples/dist/cedar-engine; the policies lie beside the source.
    policyFile: new URL('../../cedar-engine/policies.cedar', import.meta.url),
    entities: [{ uid: { type: 'Agent', id: 'billie' }, attrs: {}, parents: [{ type: 'Team', id: 'billing' }] }],
  });
  container.rebind(PolicyEngine).toConstantValue(engine);
  // #endregion bind
  container.bind(ShopTools).toSelf();
  const tools = container.get(ShopTools);
  const enforcer = new Enforcer(undefined, { container });
  const refundAs = (agent: string, args: Refund): string => enforcer.runSync(refund, { args: [args], agent });

  await attempt('anybody reads an order', () => tools.read({ id: 7 }));
  await attempt('billing refunds a little', () => refundAs('billie', { account: 'a-4', amount: 800 }));
  await attempt('billing refunds too much', () => refundAs('billie', { account: 'a-4', amount: 80_000 }));
  await attempt('billing refunds a frozen account', () => refundAs('billie', { account: 'a-17', amount: 800 }));
  await attempt('somebody else refunds', () => refundAs('mallory', { account: 'a-4', amount: 800 }));
  await attempt('an amount that is no number', () => refundAs('billie', JSON.parse('{"account": "a-4", "amount": "800"}') as Refund));
  await attempt('a tool that the document denies', () => tools.drop());
  await container.close();

  for (const law of engineLaws(() => cedarEngine({ policies: 'permit(principal, action, resource == Tool::"allowed");' }))) {
    await law.check();
    console.log(`Law kept: an engine ${law.title}`);
  }
}

async function attempt(what: string, call: () => string): Promise<void> {
  const { results } = await withResults(() => {
    try {
      console.log(`${what}: ${call()}`);
    } catch (error) {
      if (!EnforceCoreError.is(error)) throw error;
      console.log(`${what}: ${error.code}`);
    }
  });
  for (const { violations } of results) for (const { rule, reason } of violations) console.log(`  ${rule}: ${reason}`);
}

void main();
