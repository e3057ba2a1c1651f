import type { Effect } from './change.js';
import { valueText } from './change.js';
import type { Direction } from './directions.js';

/** What a change of one value is, in words. */
export interface ValueChange {
  readonly effect: Effect;
  readonly what: string;
}

/** Compares a number, flag, word or expression; `undefined` is a key that is missing and has no default. */
export function compareValue(direction: Direction, before: unknown, after: unknown): ValueChange | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  return { effect: effectOf(direction, before, after), what: `${valueText(before)} became ${valueText(after)}` };
}

function effectOf(direction: Direction, before: unknown, after: unknown): Effect {
  switch (direction) {
    case 'lower':
      return byNumber(before, after, Infinity, -1);
    case 'raise':
      return byNumber(before, after, -Infinity, 1);
    case 'on':
      return after === true ? 'tighter' : 'looser';
    case 'off':
      return after === false ? 'tighter' : 'looser';
    case 'same':
      return 'different';
    case 'set':
      if (before !== undefined && after !== undefined) return 'different';
      return before === undefined ? 'tighter' : 'looser';
    default:
      return byRank(direction.indexOf(levelWord(before)), direction.indexOf(levelWord(after)));
  }
}

const aliases: Readonly<Record<string, string>> = { low: 'public', medium: 'internal', high: 'confidential', critical: 'restricted' };

/** Levels have two words each. */
export function levelWord(word: unknown): string {
  const text = typeof word === 'string' ? word : '';
  return Object.hasOwn(aliases, text) ? (aliases[text] ?? text) : text;
}

function byNumber(before: unknown, after: unknown, none: number, sign: number): Effect {
  const [from, to] = [before, after].map((value) => (typeof value === 'number' ? value : none));
  if (from === undefined || to === undefined || from === to) return 'different';
  return (to - from) * sign > 0 ? 'tighter' : 'looser';
}

function byRank(from: number, to: number): Effect {
  if (from < 0 || to < 0 || from === to) return 'different';
  return to > from ? 'tighter' : 'looser';
}

/** Compares a list; `undefined` is a list that is missing and then allows, or denies, as its kind says. */
export function compareList(
  kind: 'add' | 'narrow' | 'pick',
  hosts: boolean,
  before: readonly unknown[] | undefined,
  after: readonly unknown[] | undefined,
): readonly ValueChange[] {
  if (kind !== 'add' && (before === undefined || after === undefined)) {
    if (before === after) return [];
    if (kind === 'pick') return [{ effect: 'different', what: `${before === undefined ? 'the default' : listText(before)} became ${after === undefined ? 'the default' : listText(after)}` }];
    return [before === undefined ? { effect: 'tighter', what: `only ${listText(after ?? [])} now, before anything` } : { effect: 'looser', what: `anything now, before only ${listText(before)}` }];
  }
  const [gained, lost]: readonly [Effect, Effect] = kind === 'add' ? ['tighter', 'looser'] : ['looser', 'tighter'];
  const added = without(after ?? [], before ?? [], hosts);
  const removed = without(before ?? [], after ?? [], hosts);
  return [
    ...(removed.length === 0 ? [] : [{ effect: lost, what: `no longer lists ${listText(removed)}` }]),
    ...(added.length === 0 ? [] : [{ effect: gained, what: `now lists ${listText(added)}` }]),
  ];
}

/** The entries that the other list does not have, nor a pattern of hosts that covers them. */
function without(list: readonly unknown[], other: readonly unknown[], hosts: boolean): readonly unknown[] {
  const known = new Set(other.map((entry) => fold(entry, hosts)));
  return list.filter((entry) => {
    const name = fold(entry, hosts);
    return !known.has(name) && !(hosts && typeof name === 'string' && covered(name, known));
  });
}

/** `*.example.com` covers every name below it. Addresses are below nothing. */
function covered(name: string, known: ReadonlySet<unknown>): boolean {
  const bare = name.replace(/^\*\./, '');
  if (bare.includes('*') || bare.includes(':') || /^[\d.]+$/.test(bare)) return false;
  for (let dot = bare.indexOf('.'); dot >= 0; dot = bare.indexOf('.', dot + 1)) if (known.has(`*${bare.slice(dot)}`)) return true;
  return false;
}

function fold(entry: unknown, hosts: boolean): unknown {
  return hosts && typeof entry === 'string' ? entry.trim().toLowerCase().replace(/\.$/, '') : entry;
}

const mostNamed = 5;

function listText(entries: readonly unknown[]): string {
  if (entries.length === 0) return 'nothing';
  const rest = entries.length > mostNamed ? ` and ${String(entries.length - mostNamed)} more` : '';
  return `${entries.slice(0, mostNamed).map(valueText).join(', ')}${rest}`;
}
