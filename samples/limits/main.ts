import { createContainer, Enforce, Enforcer, EnforceCoreError, KillSwitch, RateLimitError, recordTokens, withResults } from '@enforcecore/core';
import { fileURLToPath } from 'node:url';

const beside = (file: string): string => fileURLToPath(new URL(`../../limits/${file}`, import.meta.url));

// #region costs
interface Answer {
  readonly text: string;
  readonly usage: { readonly input: number; readonly output: number };
}

class ResearchTools {
  /** 10,000 tokens are set aside; what the answer used is what counts. */
  @Enforce({
    tool: 'ask_model',
    cost: {
      reserve: { model: 'small-model', input: 6_000, output: 4_000 },
      settle: (answer: Answer) => ({ model: 'small-model', ...answer.usage }),
    },
  })
  async ask(args: { readonly question: string }): Promise<Answer> {
    return Promise.resolve({ text: `about ${args.question}: …`, usage: { input: 1_200, output: 300 } });
  }

  /** A cent for each row, known beforehand. */
  @Enforce({ tool: 'export_rows', cost: (args: { readonly rows: number }) => args.rows * 0.01 })
  async exportRows(args: { readonly rows: number }): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return `${String(args.rows)} rows`;
  }

  @Enforce({ tool: 'look_up' })
  async lookUp(args: { readonly customer: string }): Promise<string> {
    recordTokens({ model: 'large-model', input: 100, output: 20 });
    return Promise.resolve(`${args.customer} is a customer`);
  }
}
// #endregion costs

const container = createContainer({ policy: beside('policy.yaml'), settings: { auditPath: '.demo/limits', priceFile: beside('prices.yaml') } });
container.bind(ResearchTools).toSelf();
const tools = container.get(ResearchTools);
const enforcer = new Enforcer(undefined, { container });
const outcome = async (call: () => Promise<unknown>): Promise<string> => {
  try {
    await call();
    return 'ran';
  } catch (error) {
    return EnforceCoreError.is(error) ? error.message : String(error);
  }
};

console.log('rates, for each customer by itself');
for (const customer of ['acme', 'acme', 'acme', 'globex']) console.log(`  look_up ${customer}: ${await outcome(() => tools.lookUp({ customer }))}`);

// #region retry
async function patiently<T>(call: () => Promise<T>, attempts = 3): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RateLimitError) || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
    }
  }
}
// #endregion retry
console.log(`  with patience: ${await patiently(() => tools.ask({ question: 'limits' })).then(({ text }) => text)}`);

console.log('budgets: reserved before, settled after');
const { results } = await withResults(() => tools.ask({ question: 'prices' }));
console.log(`  ask_model: ${results.map(({ outcome: ended }) => ended).join()}`);
console.log(`  60 rows: ${await outcome(() => tools.exportRows({ rows: 60 }))}`);
console.log(`  6 rows: ${await outcome(() => tools.exportRows({ rows: 6 }))}`);

console.log('one export at a time, one more may wait');
const rush = await Promise.all([1, 1, 1].map((rows) => outcome(() => tools.exportRows({ rows }))));
for (const line of rush) console.log(`  ${line}`);

console.log('three forbidden calls of one agent trip the switch for it, and for nobody else');
const remove = (agent: string): Promise<string> => outcome(() => enforcer.run(async () => Promise.resolve(1), { tool: 'delete_all', agent }));
for (let i = 0; i < 3; i += 1) await remove('probe');
const search = (agent: string): Promise<string> => outcome(() => enforcer.run(async () => Promise.resolve(1), { tool: 'search_web', agent }));
console.log(`  probe: ${await search('probe')}`);
console.log(`  other: ${await search('other')}`);

// #region by-hand
const killSwitch = container.get(KillSwitch);
killSwitch.trip('the model was replaced overnight', { by: 'ann', scope: { of: 'tool', name: 'search_web' } });
// #endregion by-hand
console.log(`  by hand: ${await search('other')}`);
await container.close();
