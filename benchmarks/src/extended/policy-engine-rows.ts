import { Policy, YamlPolicyEngine, type Call } from '@enforcecore/core';
import { sampleCall } from '@enforcecore/core/testing';
import { setFlagsFromString } from 'node:v8';
import { mustHold, type Bench, type Row } from '../row.js';
import { rotate } from '../texts.js';

/** One question to every engine: may this tool be called with this amount? */
interface Question {
  readonly tool: string;
  readonly amount: number;
}

const allowedTools = Array.from({ length: 100 }, (_, i) => `tool_${String(i)}.run`);
const deniedTools = ['execute_shell', 'drop_table', 'delete_*'];
const maxAmount = 1000;

/** The first of these rows is what the others are divided by. */
const own = 'policy_engine_enforcecore';
const rules = 'allow list of 100 names, deny list of 3 with a glob, amount <= 1000';

/**
 * The same rules in four engines, each loaded once and asked in the quickest way found. The other engines are imported when
 * their row is prepared, so that a run without them is a process without them.
 */
export const policyEngineRows: readonly Row[] = [
  {
    name: own,
    about: `YamlPolicyEngine.decide(): ${rules}${conditionIsAsked() ? '' : ' (the last is not asked yet)'}; names seen before`,
    batch: 100,
    prepare: enforceCore,
  },
  {
    name: 'policy_engine_json_rules_engine',
    about: `json-rules-engine 7, run() of one rule with three conditions: ${rules}`,
    batch: 1,
    slower: { than: own, target: 40 },
    prepare: jsonRulesEngine,
  },
  {
    name: 'policy_engine_casbin',
    about: `casbin 5, enforceSync() over 103 policy lines: ${rules}`,
    batch: 1,
    slower: { than: own, target: 100 },
    prepare: casbin,
  },
  {
    name: 'policy_engine_cedar',
    about: `Cedar 4 (wasm), statefulIsAuthorized() with a preparsed set of 4 policies: ${rules}`,
    batch: 1,
    slower: { than: own, target: 100 },
    prepare: cedarWasm,
  },
];

/** The policy of the first row. The condition belongs in here, for every tool, once a policy document can say it. */
function document(): Record<string, unknown> {
  return { name: 'bench', rules: { allowed_tools: allowedTools, denied_tools: deniedTools, tools: { '*': { when: `args.amount <= ${String(maxAmount)}` } } } };
}

/** Whether the policy document asks for the amount: then the first row is held to it like the others. */
function conditionIsAsked(): boolean {
  return JSON.stringify(document()).includes('args.amount');
}

function enforceCore(): Bench {
  const policy = Policy.from(document());
  const engine = new YamlPolicyEngine();
  const callOf = ({ tool, amount }: Question): Call => ({ ...sampleCall(tool, [{ amount }]), input: { amount } });
  const asks = (question: Question): boolean => engine.decide(callOf(question), policy).decision === 'allowed';
  for (const [question, answer] of questions()) {
    if (question.amount <= maxAmount || conditionIsAsked()) mustHold(asks(question) === answer, `EnforceCore answers ${JSON.stringify(question)}`);
  }
  const call = rotate((n) => callOf(common(n)));
  return { kind: 'sync', run: (i) => engine.decide(call(i), policy) };
}

async function jsonRulesEngine(): Promise<Bench> {
  const { Engine } = await import('json-rules-engine');
  const engine = new Engine();
  const globs = deniedTools.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const names = deniedTools.filter((name) => !name.endsWith('*'));
  engine.addOperator('startsWithNone', (tool: string, starts: string[]) => !starts.some((start) => tool.startsWith(start)));
  engine.addRule({
    conditions: {
      all: [
        { fact: 'tool', operator: 'in', value: allowedTools },
        { fact: 'tool', operator: 'notIn', value: names },
        { fact: 'tool', operator: 'startsWithNone', value: globs },
        { fact: 'amount', operator: 'lessThanInclusive', value: maxAmount },
      ],
    },
    event: { type: 'allowed' },
  });
  const ask = async (question: Question): Promise<boolean> => (await engine.run({ ...question })).events.length === 1;
  for (const [question, answer] of questions()) mustHold((await ask(question)) === answer, `json-rules-engine answers ${JSON.stringify(question)}`);
  const question = rotate(common);
  return { kind: 'async', run: (i) => ask(question(i)) };
}

async function casbin(): Promise<Bench> {
  const { newEnforcer, newModelFromString, StringAdapter } = await import('casbin');
  const model = newModelFromString(`
    [request_definition]
    r = tool, amount
    [policy_definition]
    p = tool, eft
    [policy_effect]
    e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
    [matchers]
    m = keyMatch(r.tool, p.tool) && (p.eft == "deny" || r.amount <= ${String(maxAmount)})
  `);
  const lines = [...deniedTools.map((tool) => `p, ${tool}, deny`), ...allowedTools.map((tool) => `p, ${tool}, allow`)];
  const enforcer = await newEnforcer(model, new StringAdapter(lines.join('\n')));
  const ask = ({ tool, amount }: Question): boolean => enforcer.enforceSync(tool, amount);
  for (const [question, answer] of questions()) mustHold(ask(question) === answer, `casbin answers ${JSON.stringify(question)}`);
  const question = rotate(common);
  return { kind: 'sync', run: (i) => ask(question(i)) };
}

async function cedarWasm(): Promise<Bench> {
  // V8 before 13 can abort on an inlined call to Cedar; @enforcecore/adapters/cedar says more.
  if (Number.parseInt(process.versions.v8, 10) < 13) setFlagsFromString('--no-turbo-inline-js-wasm-calls');
  const cedar = await import('@cedar-policy/cedar-wasm/nodejs');
  // A set of texts is quicker than a set of entities, and one permit with a set than a hundred permits.
  const tools = allowedTools.map((tool) => `"${tool}"`).join(', ');
  const forbids = deniedTools.map((tool) =>
    tool.endsWith('*') ? `forbid(principal, action, resource) when { context.tool like "${tool}" };` : `forbid(principal, action, resource == Tool::"${tool}");`,
  );
  const permit = `permit(principal, action, resource) when { context.amount <= ${String(maxAmount)} && [${tools}].contains(context.tool) };`;
  const parsed = cedar.preparsePolicySet('bench', { staticPolicies: [permit, ...forbids].join('\n') });
  mustHold(parsed.type === 'success', 'Cedar reads the policies');
  const principal = { type: 'Agent', id: 'bench' };
  const action = { type: 'Action', id: 'call' };
  const ask = ({ tool, amount }: Question): boolean => {
    const resource = { type: 'Tool', id: tool };
    const answer = cedar.statefulIsAuthorized({ principal, action, resource, context: { tool, amount }, preparsedPolicySetId: 'bench', entities: [] });
    return answer.type === 'success' && answer.response.decision === 'allow' && answer.response.diagnostics.errors.length === 0;
  };
  for (const [question, answer] of questions()) mustHold(ask(question) === answer, `Cedar answers ${JSON.stringify(question)}`);
  const question = rotate(common);
  return { kind: 'sync', run: (i) => ask(question(i)) };
}

/** What is measured: 16 tools spread over the list, allowed. */
function common(n: number): Question {
  return { tool: allowedTools[(n - 10) * 6] ?? '', amount: 100 + n };
}

/** What every engine must answer before it is measured. */
function questions(): readonly (readonly [Question, boolean])[] {
  return [
    ...allowedTools.map((tool) => [{ tool, amount: maxAmount }, true] as const),
    ...Array.from({ length: 16 }, (_, i) => [common(10 + i), true] as const),
    ...['execute_shell', 'drop_table', 'delete_', 'delete_all', 'never_heard_of', ''].map((tool) => [{ tool, amount: 1 }, false] as const),
    [{ tool: 'tool_0.run', amount: maxAmount + 1 }, false],
  ];
}
