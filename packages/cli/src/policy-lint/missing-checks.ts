import type { Policy } from '@enforcecore/core';
import { entries, given, isMap, member, texts, type Keys } from './document.js';
import type { Report } from './finding.js';

/** Names of arguments that somebody interprets, and the sink that reads them as that. */
const sinkNames: ReadonlyMap<string, string> = new Map([
  ...pairs('url', 'url', 'uri', 'href', 'link', 'endpoint', 'webhook', 'callback_url', 'base_url', 'image_url'),
  ...pairs('path', 'path', 'file', 'filename', 'filepath', 'dir', 'directory', 'folder'),
  ...pairs('sql', 'sql', 'sql_query', 'statement', 'where'),
  ...pairs('shell', 'command', 'cmd', 'shell', 'script'),
  ...pairs('html', 'html', 'body_html', 'markup'),
  ...pairs('code', 'code', 'snippet', 'expression'),
]);

const nouns: Readonly<Record<string, string>> = { url: 'a URL', path: 'a path', sql: 'SQL', shell: 'a command', html: 'HTML', code: 'code' };

function pairs(sink: string, ...names: readonly string[]): readonly (readonly [string, string])[] {
  return names.map((name) => [name, sink]);
}

/** Limits and lists that a policy does not have. */
export function checkMissing(policy: Policy, rules: unknown, report: Report): void {
  const tools = entries(member(rules, 'tools')).map(([, block]) => block);
  const nowhere = (...keys: Keys): boolean => given(rules, ...keys) === undefined && !tools.some((block) => given(block, ...keys) !== undefined);
  if (!Array.isArray(member(rules, 'allowed_tools'))) {
    report.add('missing-allow-list', ['rules', 'allowed_tools'], 'every tool that is not denied may be called, also one that is added tomorrow', 'list the tools that may be called under rules.allowed_tools');
  }
  if (nowhere('resource_limits', 'max_call_duration_seconds')) {
    report.add('missing-deadline', ['rules', 'resource_limits'], 'no call has a deadline', 'set rules.resource_limits.max_call_duration_seconds');
  }
  if (!hasRates(policy) && !tools.some((block) => given(block, 'rate_limit') !== undefined)) {
    report.add('missing-rate-limit', ['rules', 'rate_limits'], 'tools may be called as often as an agent likes', 'set rules.rate_limits.global, or per_tool');
  }
  if (nowhere('max_output_size_bytes')) {
    report.add('missing-output-limit', ['rules', 'max_output_size_bytes'], 'a result may have any size', 'set rules.max_output_size_bytes');
  }
  if (!isMap(member(rules, 'pii_redaction')) && nowhere('pii_redaction')) {
    report.add('missing-redaction', ['rules', 'pii_redaction'], 'no personal data and no secret is hidden', 'set rules.pii_redaction');
  }
  for (const [tool, block] of entries(member(rules, 'tools'))) checkSinks(block, ['rules', 'tools', tool], report);
}

function hasRates({ rates }: Policy): boolean {
  return rates !== undefined && (rates.global !== undefined || rates.perTool.size > 0);
}

function checkSinks(block: unknown, keys: Keys, report: Report): void {
  for (const [path, argument] of entries(member(block, 'args'))) {
    const name = lastName(path);
    const sink = sinkNames.get(name) ?? sinkNames.get(name.slice(name.lastIndexOf('_') + 1));
    if (sink === undefined || !isFreeText(argument)) continue;
    report.add('missing-sink', [...keys, 'args', path], `by its name the argument holds ${nouns[sink] ?? sink}, and no rule says what that may be`, `set sink: ${sink}, or allowed, or pattern`);
  }
}

/** `filters[*].file_path` ends in `file_path`. */
function lastName(path: string): string {
  return (/([A-Za-z_]\w*)\W*$/.exec(path.slice(-256))?.[1] ?? '').replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}

/** Text that no other rule on the argument restricts. */
function isFreeText(argument: unknown): boolean {
  const types = member(argument, 'type');
  const mayBeText = types === undefined || texts(types).includes('string') || types === 'string';
  return mayBeText && ['sink', 'allowed', 'pattern', 'when'].every((key) => given(argument, key) === undefined);
}
