import type { Policy } from '@enforcecore/core';

/** A rule of a policy that a call can break, or an entry that can let one pass. */
export interface PolicyRule {
  /** As violations name it. */
  readonly id: string;
  /** `file:line:column`, where the document has lines. */
  readonly at: string | undefined;
}

type Keys = readonly (string | number)[];

/** What of an argument can be broken. */
const argumentKeys = ['type', 'required', 'allowed', 'denied', 'min', 'max', 'min_length', 'max_length', 'pattern', 'sink', 'when', 'unless'];

/**
 * Every rule of the merged document that one call can set off. Limits on numbers of calls, on money and on time are not
 * among them: a single call does not reach them.
 */
export function rulesOf(policy: Policy): readonly PolicyRule[] {
  const rules = member(policy.toJSON(), 'rules');
  const at = (keys: Keys): string | undefined => {
    const { file, line, column } = policy.placeOf(keys.map(String));
    return line === 0 ? undefined : `${file}:${String(line)}:${String(column)}`;
  };
  const rule = (keys: Keys, id?: string): PolicyRule => ({ id: id ?? pathText(keys), at: at(keys) });
  const general: Keys = ['rules'];
  return [
    ...items(member(rules, 'denied_tools')).map((_, i) => rule([...general, 'denied_tools', i])),
    ...allowed(member(rules, 'allowed_tools'), [...general, 'allowed_tools'], rule),
    ...names(member(rules, 'context')).map((name) => rule([...general, 'context', name])),
    ...names(member(rules, 'tools')).flatMap((tool) => toolRules(member(member(rules, 'tools'), tool), [...general, 'tools', tool], rule)),
    ...items(member(rules, 'conditions')).flatMap((condition, i) => conditionRules(condition, [...general, 'conditions', i], rule)),
    ...contentRules(member(rules, 'content_rules'), [...general, 'content_rules'], rule),
    ...block(member(rules, 'network'), [...general, 'network'], rule),
    ...block(member(rules, 'sensitivity_labels'), [...general, 'sensitivity_labels'], rule),
    ...given(rules, ['max_output_size_bytes'], general, rule),
  ];
}

type MakeRule = (keys: Keys, id?: string) => PolicyRule;

/** Each entry lets calls pass, and the list as a whole refuses the others. */
function allowed(list: unknown, keys: Keys, rule: MakeRule): PolicyRule[] {
  return Array.isArray(list) ? [...list.map((_, i) => rule([...keys, i])), rule(keys)] : [];
}

function toolRules(tool: unknown, keys: Keys, rule: MakeRule): PolicyRule[] {
  const args = member(tool, 'args');
  return [
    ...names(args).flatMap((path) => given(member(args, path), argumentKeys, [...keys, 'args', path], rule)),
    ...given(tool, ['when', 'unless'], keys, rule),
    ...(member(tool, 'extra_args') === 'deny' ? [rule([...keys, 'extra_args'])] : []),
    ...contentRules(member(tool, 'content_rules'), [...keys, 'content_rules'], rule),
    ...block(member(tool, 'network'), [...keys, 'network'], rule),
    ...given(tool, ['max_output_size_bytes'], keys, rule),
  ];
}

function conditionRules(condition: unknown, keys: Keys, rule: MakeRule): PolicyRule[] {
  const name = member(condition, 'name');
  const id = typeof name === 'string' ? `rules.conditions.${name}` : undefined;
  return ['when', 'unless'].filter((key) => isGiven(condition, key)).map((key) => rule([...keys, key], id));
}

function contentRules(content: unknown, keys: Keys, rule: MakeRule): PolicyRule[] {
  if (member(content, 'enabled') === false) return [];
  return items(member(content, 'block_patterns')).map((pattern, i) => {
    const name = typeof pattern === 'string' ? pattern : member(pattern, 'name');
    return rule([...keys, 'block_patterns', i], typeof name === 'string' ? `rules.content_rules.${name}` : undefined);
  });
}

/** A block that is one rule, unless it is turned off. */
function block(value: unknown, keys: Keys, rule: MakeRule): PolicyRule[] {
  return value === undefined || value === null || member(value, 'enabled') === false ? [] : [rule(keys)];
}

function given(holder: unknown, keys: readonly string[], above: Keys, rule: MakeRule): PolicyRule[] {
  return keys.filter((key) => isGiven(holder, key)).map((key) => rule([...above, key]));
}

/** `required: false` and an empty limit say nothing that could be broken. */
function isGiven(holder: unknown, key: string): boolean {
  const value = member(holder, key);
  return value !== undefined && value !== null && !(key === 'required' && value === false);
}

function member(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder) || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Readonly<Record<string, unknown>>)[key]; // an object that has the key
}

function items(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

function names(table: unknown): readonly string[] {
  return typeof table === 'object' && table !== null && !Array.isArray(table) ? Object.keys(table) : [];
}

function pathText(keys: Keys): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${String(key)}]`;
    if (!/^[A-Za-z_][\w-]{0,59}$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === '' ? key : `${path}.${key}`;
  }, '');
}
