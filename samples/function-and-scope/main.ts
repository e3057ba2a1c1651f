import { createContainer, currentCall, enforce, Enforcer, EnforceCoreError, Policy, recordCost, withResults } from '@enforcecore/core';
import { createServer } from 'node:http';

const policy = Policy.from({
  name: 'functions',
  rules: {
    allowed_tools: ['area', 'shout', 'ask_model', 'fetch_slowly', 'move_file'],
    pii_redaction: { categories: ['email'] },
    resource_limits: { max_cost_usd: 0.1 },
  },
});
const container = createContainer({ policy, settings: { auditPath: '.demo/function-and-scope' } });
const enforcer = new Enforcer(undefined, { container });

// #region function
const area = enforce((width: number, height: number) => width * height, { tool: 'area', params: ['width', 'height'], container });
// #endregion function

async function functions(): Promise<void> {
  console.log('enforce(fn):', area(6, 7));
  // #region run
  const shout = (text: string): string => text.toUpperCase();
  const loud = enforcer.runSync(shout, { args: ['it works'] }); // the tool's name is the function's
  const quiet = await enforcer.run(async (text: string) => Promise.resolve(text), { tool: 'shout', args: ['from mira@northfjord.example'] });
  // #endregion run
  console.log('runSync and run:', [loud, quiet]);
}

async function scope(): Promise<void> {
  // #region scope
  await using call = await enforcer.open({ tool: 'move_file', args: [{ from: 'inbox', owner: 'mira@northfjord.example' }] });
  const [args] = call.args; // cleaned: not the ones above
  const done = await call.complete({ moved: args });
  // #endregion scope
  console.log('await using:', JSON.stringify(done));
}

async function results(): Promise<void> {
  // #region results
  const { value, results } = await withResults(() => Promise.all([enforcer.run(() => 'a', { tool: 'area' }), enforcer.run(() => 'b@c.example', { tool: 'shout' })]));
  // #endregion results
  console.log('withResults:', value, results.map(({ tool, decision, redactionsOutput }) => ({ tool, decision, redactionsOutput })));
}

async function costs(): Promise<void> {
  // #region cost
  async function ask_model(question: string): Promise<string> {
    const answer = await Promise.resolve(`an answer to "${question}"`);
    recordCost(0.06); // known only afterwards: it counts, and the next call finds the budget smaller
    return answer;
  }
  const ask = enforce(ask_model, { cost: 0.01, container });
  // #endregion cost
  console.log('recordCost:', await ask('what does this cost?'));
  await ask('and again?');
  await ask('and again?').catch(explain);
}

async function signals(): Promise<void> {
  const server = await silentServer();
  // #region signal
  const fetchSlowly = enforce(
    async function fetch_slowly(url: string) {
      const response = await fetch(url, { signal: currentCall()?.signal ?? null }); // ended with the call
      return response.text();
    },
    { timeoutMs: 200, container },
  );
  // #endregion signal
  await fetchSlowly(server.url).catch(explain);
  console.log('the request behind it:', await server.aborted);
  server.close();
}

function explain(error: unknown): void {
  if (!EnforceCoreError.is(error)) throw error;
  console.log(`${error.code}:`, error.message);
}

/** Takes requests and never answers; tells when the client gave up. */
async function silentServer(): Promise<{ readonly url: string; readonly aborted: Promise<string>; close(): void }> {
  const server = createServer();
  const aborted = new Promise<string>((resolve) => {
    server.on('request', (request) => {
      request.socket.on('close', () => {
        resolve('aborted by the signal of the call');
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${String(address.port)}/`, aborted, close: () => server.close() };
}

async function main(): Promise<void> {
  await functions();
  await scope();
  await results();
  await signals();
  await costs();
  await container.close();
}

void main();
