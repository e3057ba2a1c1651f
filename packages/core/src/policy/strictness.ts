import { dirname, resolve } from 'node:path';
import { entryKind, PatternCover, type ComparisonBudget } from './pattern-cover.js';
import { canonicalJson } from './policy-digest.js';
import { quote, toPlain, type PlainValue, type PolicyNode } from './policy-node.js';
import { aPath, sensitivity, sensitivityAliases, sensitivityLevels, type Check } from './schema/checks.js';
import { ownList, type KeyInfo, type SchemaClass } from './schema/key.js';

/** A key of which two documents are compared; what is missing in one of them is undefined. */
export interface Compared {
  readonly key: KeyInfo;
  readonly check: Check;
  /** The block that the key belongs to. */
  readonly schema: SchemaClass;
  /** What holds where the key is missing. */
  readonly absent: PlainValue | typeof ownList | undefined;
  readonly locked: PolicyNode | undefined;
  readonly child: PolicyNode | undefined;
}

/** What a child may say instead of what it says, and which item of its list is the looser one. */
export interface Looseness {
  readonly expected: string;
  readonly item?: PolicyNode;
}

/** What is looser in the child than what is locked; nothing where it is as strict. */
export function loosenessOf(compared: Compared, budget: ComparisonBudget): readonly Looseness[] {
  const { key, absent, locked, child } = compared;
  const { tightens = 'same' } = key;
  const from = scalarOf(locked, absent);
  const to = scalarOf(child, absent);
  switch (tightens) {
    case 'free':
      return [];
    case 'add':
      return missingItems(compared);
    case 'narrow':
      return locked === undefined && absent !== ownList ? [] : newItems(compared, budget);
    case 'pick':
      return newItems(compared, budget);
    case 'set':
      return locked === undefined || isSame(compared) ? [] : [{ expected: 'the same value' }];
    case 'same':
      return isSame(compared) ? [] : [{ expected: locked === undefined ? 'the key left out' : 'the same value' }];
    case 'lower':
      return isWithin(from, to, (limit, number) => number <= limit) ? [] : [{ expected: `at most ${JSON.stringify(from)}` }];
    case 'raise':
      return isWithin(from, to, (limit, number) => number >= limit) ? [] : [{ expected: `at least ${JSON.stringify(from)}` }];
    case 'on':
      return from === false || to === true ? [] : [{ expected: 'true' }];
    case 'off':
      return from === true || to === false ? [] : [{ expected: 'false' }];
    default:
      // What an absent level of a tool or an argument means stands in another block.
      return from === undefined && compared.check === sensitivity ? [] : climb(tightens, from, to);
  }
}

function isWithin(limit: PlainValue | undefined, value: PlainValue | undefined, holds: (limit: number, value: number) => boolean): boolean {
  return limit === undefined || (typeof limit === 'number' && typeof value === 'number' && holds(limit, value));
}

/** Levels with two words each have one rank. */
export function levelWord(word: string): string {
  return sensitivityLevels[sensitivityAliases.indexOf(word)] ?? word;
}

function climb(ladder: readonly string[], from: PlainValue | undefined, to: PlainValue | undefined): readonly Looseness[] {
  const rank = (word: PlainValue | undefined): number => (typeof word === 'string' ? ladder.indexOf(levelWord(word)) : -1);
  const strictest = ladder.length - 1;
  // An action that is missing is the policy's, which another lock may leave free.
  if (from === undefined && to === undefined) return [];
  const least = from === undefined ? strictest : rank(from);
  const got = to === undefined ? 0 : rank(to);
  if (least >= 0 && got >= least) return [];
  const words = ladder.slice(Math.max(least, 0)).filter((word) => !sensitivityAliases.includes(word));
  return [{ expected: words.join(' or ') }];
}

/** Denials and duties of the parent that the child does not have. */
function missingItems({ check: of, schema, absent, locked, child }: Compared): readonly Looseness[] {
  const has = new PatternCover(plainItems(child, absent) ?? [], entryKind(of, schema));
  const missing = (plainItems(locked, absent) ?? []).filter((item) => !has.has(item));
  return missing.slice(0, 1).map((item) => ({ expected: `the list to hold ${typeof item === 'string' ? quote(item) : JSON.stringify(item)} too` }));
}

/** Permissions of the child that the parent does not give. */
function newItems({ check: of, schema, absent, locked, child }: Compared, budget: ComparisonBudget): readonly Looseness[] {
  const given = plainItems(locked, absent);
  const taken = plainItems(child, absent);
  if (given === undefined && taken === undefined) return [];
  if (given === undefined) return [{ expected: 'the key left out' }];
  if (taken === undefined) return [{ expected: 'a list of its entries' }];
  const cover = new PatternCover(given, entryKind(of, schema));
  if (!budget.spend(cover.cost * taken.length)) return [{ expected: 'fewer patterns: these are too many to compare' }];
  const nodes = child?.kind === 'list' ? child.items : [];
  const loose = taken.flatMap((value, index): Looseness[] => {
    if (cover.covers(value)) return [];
    const item = nodes[index];
    return [item === undefined ? { expected: 'one of its entries' } : { expected: 'one of its entries', item }];
  });
  return loose.slice(0, maxPerList);
}

/** Nobody reads more. */
const maxPerList = 100;

function isSame({ check: of, absent, locked, child }: Compared): boolean {
  const [from, to] = [locked, child].map((node) => {
    const value = node === undefined ? absent : toPlain(node);
    if (value === undefined || typeof value === 'symbol') return undefined;
    // A relative path means another folder in a file of another folder.
    return canonicalJson(of === aPath && node !== undefined ? located(value, node.place.file) : value);
  });
  return from === to;
}

function located(value: PlainValue, file: string): PlainValue {
  if (typeof value === 'string') return resolve(dirname(file), value);
  return Array.isArray(value) ? value.map((item: PlainValue) => located(item, file)) : value;
}

function plainItems(node: PolicyNode | undefined, absent: Compared['absent']): readonly PlainValue[] | undefined {
  if (node === undefined) return Array.isArray(absent) ? absent : undefined;
  return node.kind === 'list' ? node.items.map(toPlain) : [];
}

function scalarOf(node: PolicyNode | undefined, absent: Compared['absent']): PlainValue | undefined {
  if (node !== undefined) return toPlain(node);
  return typeof absent === 'symbol' ? undefined : absent;
}
