import type { Policy } from '@enforcecore/core';
import { entries, given, isMap, isOn, items, member, pathText, type Keys } from '../policy-lint/document.js';
import { placeText, type Change, type Effect } from './change.js';
import { compareList, compareValue, levelWord } from './compare-values.js';
import { policyBlock, sinkKinds, type Block, type KeyRule } from './directions.js';

/** What two merged documents say otherwise, the lists of tools and the rates by tool left out. */
export function comparePolicies(before: Policy, after: Policy): readonly Change[] {
  const walk = new DocumentWalk(before, after);
  walk.block(policyBlock, side(before.toJSON(), []), side(after.toJSON(), []));
  return walk.changes;
}

/** A value of one of the documents, and the way to it. */
interface Side {
  readonly value: unknown;
  readonly keys: Keys;
}

type RuleOf<K extends string> = Extract<KeyRule, Readonly<Record<K, unknown>>>;

function side(value: unknown, keys: Keys): Side {
  return { value, keys };
}

function below({ value, keys }: Side, key: string | number): Side {
  return { value: given(value, key), keys: [...keys, key] };
}

class DocumentWalk {
  readonly changes: Change[] = [];
  readonly #before: Policy;
  readonly #after: Policy;
  readonly #levelled: boolean;

  constructor(before: Policy, after: Policy) {
    this.#before = before;
    this.#after = after;
    this.#levelled = [before, after].every((policy) => isOn(member(policy.toJSON(), 'rules', 'sensitivity_labels')));
  }

  block(block: Block, before: Side, after: Side): void {
    const sameSink = member(before.value, 'sink') === member(after.value, 'sink');
    for (const [key, rule] of Object.entries(block)) {
      // Options of a sink that was not there, or is no more, are part of that.
      if (!sameSink && sinkKinds.includes(key)) continue;
      this.#key(rule, below(before, key), below(after, key), [before, after]);
    }
  }

  #key(rule: KeyRule, before: Side, after: Side, around: readonly [Side, Side]): void {
    if (before.value === undefined && after.value === undefined) return;
    if ('value' in rule) this.#value(rule, before, after);
    else if ('list' in rule) this.#list(rule, before, after);
    else if ('block' in rule) this.#inner(rule, before, after);
    else if ('rules' in rule) this.#rules(rule.rules, before, after);
    else if ('table' in rule) this.#names(before, after, (from, to) => { this.block(rule.table, from, to); });
    else if ('levels' in rule) this.#levels(rule, before, after, around);
    else this.#names(before, after, (from, to) => { this.#list({ list: rule.lists }, from, to); });
  }

  #value({ value, absent }: RuleOf<'value'>, before: Side, after: Side): void {
    const name = after.keys.at(-1);
    // Without the block of levels nobody looks at them.
    if (name === 'sensitivity' && !this.#levelled) return;
    const [from, to] = [this.#standing(before, absent, this.#before), this.#standing(after, absent, this.#after)].map((word) => (name === 'strategy' ? wall(word) : word));
    const change = compareValue(value, from, to);
    if (change !== undefined) this.#add(change.effect, change.what, before, after);
  }

  /** A value, or what holds where the key is missing: a default of its own, or one that stands elsewhere in the policy. */
  #standing({ value, keys }: Side, absent: unknown, policy: Policy): unknown {
    if (value !== undefined) return value;
    const document = policy.toJSON();
    const labels = member(document, 'rules', 'sensitivity_labels');
    switch (keys.at(-1)) {
      case 'sensitivity':
        return given(labels, 'default_label') ?? 'public';
      case 'action':
        return given(document, ...keys.slice(0, 3), 'on_violation') ?? policy.onViolation;
      case 'on_violation':
        return policy.onViolation;
      default:
        return absent;
    }
  }

  #list({ list, absent, hosts = false }: RuleOf<'list'>, before: Side, after: Side): void {
    const [from, to] = [before, after].map(({ value }) => (Array.isArray(value) ? items(value) : absent));
    for (const { effect, what } of compareList(list, hosts, from, to)) this.#add(effect, what, before, after);
  }

  #inner({ block, missing }: RuleOf<'block'>, before: Side, after: Side): void {
    const [from, to] = [before, after].map((one) => ({ ...one, value: isThere(one.value) ? one.value : undefined }));
    if (from === undefined || to === undefined || (from.value === undefined && to.value === undefined)) return;
    if (missing === 'empty' || (from.value !== undefined && to.value !== undefined)) this.block(block, from, to);
    else if (from.value === undefined) this.#add(missing === 'strict' ? 'looser' : 'tighter', before.value === undefined ? 'is new' : 'was off', before, after);
    else this.#add(missing === 'strict' ? 'tighter' : 'looser', after.value === undefined ? 'is gone' : 'is off now', before, after);
  }

  /** Lists of rules: a rule is known by its name, or by all that it says. */
  #rules(block: Block, before: Side, after: Side): void {
    const from = rulesOf(before);
    const to = rulesOf(after);
    for (const [name, rule] of from) {
      const twin = to.get(name);
      if (twin === undefined) this.#add('looser', `${shortened(name)} is gone`, rule, after);
      else this.block(block, rule, twin);
    }
    for (const [name, rule] of to) if (!from.has(name)) this.#add('tighter', `${shortened(name)} is new`, before, rule);
  }

  #names(before: Side, after: Side, compare: (before: Side, after: Side) => void): void {
    const names = new Set([...entries(before.value), ...entries(after.value)].map(([name]) => name));
    for (const name of names) compare(below(before, name), below(after, name));
  }

  #levels({ levels, fallback, absent }: RuleOf<'levels'>, before: Side, after: Side, [from, to]: readonly [Side, Side]): void {
    this.#names(before, after, (one, other) => {
      const was = levelWord(one.value ?? given(from.value, fallback) ?? absent);
      const is = levelWord(other.value ?? given(to.value, fallback) ?? absent);
      const change = compareValue(levels, was, is);
      if (change !== undefined) this.#add(change.effect, change.what, one, other);
    });
  }

  #add(effect: Effect, what: string, before: Side, after: Side): void {
    const isGone = after.keys.length < before.keys.length;
    this.changes.push({
      effect,
      what,
      path: pathText(isGone ? before.keys : after.keys),
      before: placeText(this.#before, before.keys),
      after: placeText(this.#after, after.keys),
    });
  }
}

/** The reference's names of walls. */
function wall(word: unknown): unknown {
  return word === 'none' ? 'inline' : word === 'subprocess' ? 'process' : word;
}

/** A block that is there, on, and not a sandbox without a process. */
function isThere(value: unknown): boolean {
  return isMap(value) && isOn(value) && !['none', 'inline'].includes(String(member(value, 'strategy')));
}

function rulesOf({ value, keys }: Side): ReadonlyMap<string, Side> {
  const rules = items(value).map((rule, i): readonly [string, Side] => {
    const name = typeof rule === 'string' ? rule : member(rule, 'name');
    return [typeof name === 'string' ? `the rule "${name}"` : `the rule ${JSON.stringify(rule)}`, { value: typeof rule === 'string' ? { name: rule } : rule, keys: [...keys, i] }];
  });
  return new Map(rules);
}

function shortened(name: string): string {
  return name.length <= 100 ? name : `${name.slice(0, 99)}…`;
}
