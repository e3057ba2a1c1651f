import { pathText } from '../policy-lint/document.js';
import type { InitPlan, PlannedTool } from './plan.js';
import { yamlText } from './yaml-text.js';

interface Case {
  readonly name: string;
  readonly tool: string;
  readonly args?: Readonly<Record<string, string | number>>;
  readonly expect: string;
}

/** Cases for `enforcecore test` that the written policy passes. */
export function casesText({ tools, denied, pii }: InitPlan): string {
  const names = new Set(tools.map(({ name }) => name));
  const cases: readonly Case[] = [
    ...tools.flatMap(casesOf),
    ...(pii ? hidden(tools) : []),
    { name: 'refuses a tool that nobody listed', tool: freeName('some_other_tool', names), expect: '{ decision: blocked, rule: rules.allowed_tools }' },
    ...denied.slice(0, 1).map((pattern): Case => ({ name: `refuses ${pattern}`, tool: pattern.replaceAll('*', 'everything'), expect: '{ decision: blocked, rule: rules.denied_tools }' })),
  ];
  return `# Calls, and what the policy does with them. Run with: enforcecore test policy.yaml policy.cases.yaml
policy: policy.yaml
cases:
${cases.map(caseText).join('\n')}`;
}

function casesOf(tool: PlannedTool): readonly Case[] {
  const good = argumentsOf(tool);
  const refusals = tool.args.flatMap(({ name, bad }): Case[] => {
    if (bad === undefined) return [];
    const rule = pathText(['rules', 'tools', tool.name, 'args', name]);
    return [{ name: `refuses ${tool.name} with ${bad.why} (${name})`, tool: tool.name, args: { ...good, [name]: bad.value }, expect: `{ decision: blocked, rule: ${JSON.stringify(rule)} }` }];
  });
  return [{ name: `lets ${tool.name} pass`, tool: tool.name, args: good, expect: 'allowed' }, ...refusals];
}

/** One case in which an address is hidden, for the first tool that takes a text which may be anything. */
function hidden(tools: readonly PlannedTool[]): readonly Case[] {
  for (const tool of tools) {
    const free = tool.args.find(({ name, type }) => type === 'string' && ['text', 'body', 'words'].includes(name));
    if (free === undefined) continue;
    const good = argumentsOf(tool);
    const seen = { ...good, [free.name]: 'write to <EMAIL>' };
    const args = { ...good, [free.name]: 'write to ann@example.com' };
    return [{ name: `hides an address from ${tool.name}`, tool: tool.name, args, expect: `{ decision: redacted, args: ${flow(seen)} }` }];
  }
  return [];
}

export function argumentsOf({ args }: Pick<PlannedTool, 'args'>): Readonly<Record<string, string | number>> {
  return Object.fromEntries(args.map(({ name, good }) => [name, good]));
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  return taken.has(wanted) ? freeName(`${wanted}_2`, taken) : wanted;
}

function caseText({ name, tool, args, expect }: Case): string {
  const given = args === undefined ? '' : `    args: ${flow(args)}\n`;
  return `  - name: ${JSON.stringify(name)}\n    tool: ${yamlText(tool)}\n${given}    expect: ${expect}\n`;
}

function flow(args: Readonly<Record<string, string | number>>): string {
  return `{ ${Object.entries(args).map(([name, value]) => `${yamlText(name)}: ${JSON.stringify(value)}`).join(', ')} }`;
}
