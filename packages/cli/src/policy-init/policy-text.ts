import type { InitPlan, PlannedTool } from './plan.js';
import { yamlText } from './yaml-text.js';

/** The policy, with comments for whoever reads it first. */
export function policyText({ name, profile, tools, denied, pii }: InitPlan): string {
  const { categories, callsAMinute, seconds, bytes, hosts } = profile;
  const ruled = tools.filter(({ args }) => args.some(({ rules }) => rules !== undefined));
  return `# yaml-language-server: $schema=./node_modules/@enforcecore/core/policy.schema.json
# What the agent may do. Try a change before it holds:
#   enforcecore lint policy.yaml
#   enforcecore test policy.yaml policy.cases.yaml
name: ${yamlText(name)}
version: "1.0"

rules:
  # Only these tools may be called: what is not listed is refused.
  allowed_tools:
${tools.map((tool) => `    - ${yamlText(tool.name)}\n`).join('')}${deniedText(denied)}${ruled.length === 0 ? '' : `
  # What the arguments of a tool must be. A sink says where a text ends up: it is read as that, and refused otherwise.
  tools:
${ruled.map(toolText).join('')}`}${hosts === undefined ? '' : `
  # Hosts that may be named anywhere in the arguments. Put yours here.
  network:
    allowed_domains: [${hosts.map((host) => JSON.stringify(host)).join(', ')}]
`}${pii ? `
  # Hidden from the tools, and in what they return: these, and secrets such as API keys.
  pii_redaction:
    categories: [${categories.join(', ')}]
` : `
  # Nothing is hidden yet. To hide personal data and secrets:
  # pii_redaction:
  #   categories: [${categories.join(', ')}]
`}
  # How often, how long, how much.
  rate_limits:
    global: { max_calls: ${String(callsAMinute)}, window_seconds: 60 }
  resource_limits:
    max_call_duration_seconds: ${String(seconds)}
  max_output_size_bytes: ${String(bytes)}
`;
}

function deniedText(denied: readonly string[]): string {
  if (denied.length === 0) return '';
  return `
  # Denied whatever else allows them, also when somebody widens the list above.
  denied_tools: [${denied.map(yamlText).join(', ')}]
`;
}

function toolText({ name, about, args }: PlannedTool): string {
  const lines = args.flatMap(({ name: argument, rules }) => (rules === undefined ? [] : [`        ${yamlText(argument)}: ${rules}\n`]));
  return `    ${yamlText(name)}:
      description: ${about}
      extra_args: deny
      args:
${lines.join('')}`;
}
