import { entries, given, isMap, isOn, items, member, texts, type Keys } from './document.js';
import type { Report } from './finding.js';

/** Categories that only a recogniser of names finds. */
const nerCategories = new Set(['person_name', 'person', 'location', 'organization', 'date_time', 'national_id', 'medical_id', 'driver_license']);
const levels = ['public', 'internal', 'confidential', 'restricted'];
const aliases: Readonly<Record<string, string>> = { low: 'public', medium: 'internal', high: 'confidential', critical: 'restricted' };

/** Blocks and settings that say something and change nothing. */
export function checkInert(document: unknown, report: Report): void {
  const rules = member(document, 'rules');
  const inert = (keys: Keys, message: string, advice: string): void => {
    report.add('inert-setting', keys, message, advice);
  };
  checkDisabled(rules, report);
  checkRedaction(rules, inert);
  checkNetwork(rules, inert);
  checkSandbox(member(rules, 'sandbox'), inert);
  checkSensitivity(rules, inert);
  const locked = member(document, 'locked');
  if (Array.isArray(locked) && locked.length === 0) inert(['locked'], 'an empty list locks nothing', 'name the keys that a child may only tighten, or leave it out');
  for (const [tool, block] of entries(member(rules, 'tools'))) {
    if (member(block, 'extra_args') !== 'deny' || entries(member(block, 'args')).length > 0) continue;
    inert(['rules', 'tools', tool, 'extra_args'], 'no argument is named, so every call that has one is refused', 'name the arguments under args, or leave it out');
  }
}

type Inert = (keys: Keys, message: string, advice: string) => void;

function checkDisabled(rules: unknown, report: Report): void {
  const blocks: readonly Keys[] = [
    ...['pii_redaction', 'content_rules', 'network', 'sensitivity_labels', 'rate_limits', 'concurrency', 'kill_switch', 'sandbox'].map((key) => [key]),
    ...entries(member(rules, 'tools')).map(([tool]) => ['tools', tool, 'content_rules']),
  ];
  for (const keys of blocks) {
    const block = member(rules, ...keys);
    if (!isMap(block) || isOn(block) || Object.keys(block).length < 2) continue;
    report.add('disabled-block', ['rules', ...keys, 'enabled'], `${keys.join('.')} is turned off, and nothing in it holds`, 'turn it on, or remove the block');
  }
}

function checkRedaction(rules: unknown, inert: Inert): void {
  const block = member(rules, 'pii_redaction');
  const ofTools = entries(member(rules, 'tools')).map(([, tool]) => member(tool, 'pii_redaction'));
  const nothing = !isOn(block) && !ofTools.some(isMap);
  if (nothing && given(rules, 'redact_output') === true) {
    inert(['rules', 'redact_output'], 'there is nothing to hide: the policy has no pii_redaction', 'add rules.pii_redaction, or leave it out');
  }
  if (!isOn(block)) return;
  const categories = [block, ...ofTools].flatMap((one) => texts(member(one, 'categories')));
  if (categories.some((category) => nerCategories.has(category))) return;
  for (const key of ['ner_threshold', 'ner_fallback_to_regex']) {
    if (given(block, key) !== undefined) inert(['rules', 'pii_redaction', key], 'no category here is looked for by a recogniser of names', 'name such a category, or leave it out');
  }
}

function checkNetwork(rules: unknown, inert: Inert): void {
  const network = member(rules, 'network');
  if (!isOn(network) || member(network, 'deny_all_other') !== false || items(member(network, 'denied_domains')).length > 0) return;
  inert(['rules', 'network', 'deny_all_other'], 'no host is denied, so every host is allowed', 'list denied_domains, or leave deny_all_other out');
}

function checkSandbox(sandbox: unknown, inert: Inert): void {
  if (!isOn(sandbox) || !['none', 'inline'].includes(String(member(sandbox, 'strategy')))) return;
  for (const key of ['max_memory_mb', 'max_cpu_seconds', 'max_result_bytes', 'max_output_bytes', 'allowed_env_vars', 'working_directory', 'read_paths', 'write_paths']) {
    if (given(sandbox, key) !== undefined) inert(['rules', 'sandbox', key], 'tools run inside the process, where nothing holds them to it', 'strategy: worker, process or bubblewrap, or leave it out');
  }
}

/** Levels that no argument has, or that every tool may see, decide nothing. `@Sensitivity` in code may still set some. */
function checkSensitivity(rules: unknown, inert: Inert): void {
  const block = member(rules, 'sensitivity_labels');
  const tools = entries(member(rules, 'tools'));
  const labels = tools.flatMap(([tool, one]) =>
    entries(member(one, 'args')).flatMap(([path, argument]) => (given(argument, 'sensitivity') === undefined ? [] : [{ keys: ['rules', 'tools', tool, 'args', path, 'sensitivity'], level: member(argument, 'sensitivity') }])),
  );
  if (!isOn(block)) {
    for (const { keys } of labels) inert(keys, 'without rules.sensitivity_labels no level is looked at', 'add rules.sensitivity_labels, or leave it out');
    return;
  }
  const found = [given(block, 'default_label') ?? 'public', ...entries(member(block, 'fields')).map(([, level]) => level), ...labels.map(({ level }) => level)];
  const cleared = [given(block, 'default_clearance') ?? 'internal', ...entries(member(block, 'clearances')).map(([, level]) => level), ...tools.flatMap(([, one]) => given(one, 'clearance') ?? [])];
  const highest = found.map(rank).reduce((most, one) => Math.max(most, one), 0);
  const least = cleared.map(rank).reduce((lowest, one) => Math.min(lowest, one), levels.length);
  if (highest > least) return;
  inert(['rules', 'sensitivity_labels'], `no argument that the policy labels is above ${levels[least] ?? 'public'}, which every tool may see`, 'label arguments under fields, lower a clearance, or leave the block to labels in code');
}

function rank(level: unknown): number {
  const word = typeof level === 'string' ? level : '';
  return levels.indexOf(Object.hasOwn(aliases, word) ? (aliases[word] ?? word) : word);
}
