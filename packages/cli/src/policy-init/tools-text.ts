import { argumentsOf } from './cases-text.js';
import type { InitPlan, PlannedTool } from './plan.js';

/** A class with one method a tool, and a call of the first of them. */
export function toolsText({ tools }: InitPlan): string {
  const taken = new Set<string>(['constructor']);
  const methods = tools.map((tool) => ({ tool, method: methodName(tool.name, taken) }));
  const [first] = methods;
  return `// An ES module: the package.json around it says "type": "module".
import { createContainer, Enforce } from '@enforcecore/core';

/** Each call of a method is checked against the policy, limited, and recorded; then the body runs. */
export class AgentTools {
${methods.map(({ tool, method }) => methodText(tool, method)).join('\n')}}

export async function main(): Promise<void> {
  const container = createContainer({ policy: new URL('./policy.yaml', import.meta.url) });
  container.bind(AgentTools).toSelf();
  const tools = container.get(AgentTools);
${first === undefined ? '' : `  console.log(tools.${first.method}(${literal(argumentsOf(first.tool))}));\n`}  await container.close();
}

void main();
`;
}

function methodText({ name, about, args }: PlannedTool, method: string): string {
  const types = args.map((arg) => `readonly ${arg.name}: ${arg.type}`).join('; ');
  return `  /** ${upperFirst(about)}. */
  @Enforce({ tool: ${text(name)} })
  ${method}(args: { ${types} }): string {
    return \`${name} got \${JSON.stringify(args)}\`;
  }
`;
}

/** `send_mail` as `sendMail`; what has no letters of ASCII is numbered. */
function methodName(tool: string, taken: Set<string>): string {
  const words = tool.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const camel = words.map((word, i) => (i === 0 ? word : upperFirst(word))).join('');
  const wanted = /^[a-z]/.test(camel) ? camel : `tool${upperFirst(camel)}`;
  let name = wanted;
  for (let i = 2; taken.has(name); i += 1) name = `${wanted}${String(i)}`;
  taken.add(name);
  return name;
}

function literal(args: Readonly<Record<string, string | number>>): string {
  return `{ ${Object.entries(args).map(([name, value]) => `${name}: ${typeof value === 'string' ? text(value) : String(value)}`).join(', ')} }`;
}

function text(value: string): string {
  return `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
}

function upperFirst(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
