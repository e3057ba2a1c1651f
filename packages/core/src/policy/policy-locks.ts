import type { PolicyIssue } from '../errors.js';
import { interplay } from './lock-interplay.js';
import { lockOn, type LockTree } from './lock-paths.js';
import { LockReport, member } from './lock-report.js';
import { ComparisonBudget } from './pattern-cover.js';
import { ruleName } from './policy-merge.js';
import { canonicalJson } from './policy-digest.js';
import { itemPath, memberPath, toPlain, type ListNode, type MapNode, type PlainValue, type PolicyNode } from './policy-node.js';
import { keysOf, ownList, type KeyInfo, type SchemaClass } from './schema/key.js';
import { PolicySchema } from './schema/policy.schema.js';
import { loosenessOf, type Compared } from './strictness.js';

export { ComparisonBudget } from './pattern-cover.js';

/**
 * What a merged document allows that one of its ancestors, merged with its own parents, locked. Both are canonical; an
 * issue stands at the looser value, or at the start of the document where something is missing.
 */
export function loosenings(parent: MapNode, child: MapNode, locked: LockTree, budget = new ComparisonBudget()): readonly PolicyIssue[] {
  const report = new LockReport(child);
  new LockWalk(report, budget).block(PolicySchema, parent, child, locked, '', undefined);
  interplay(parent, child, locked, report, budget);
  return report.issues;
}

/** A value that is compared, where it stands, and how much of it is locked. */
interface Spot {
  readonly key: KeyInfo;
  readonly schema: SchemaClass;
  readonly lock: LockTree;
  readonly path: string;
  /** What the block around it says of defaults. */
  readonly inside: Compared['absent'];
}

class LockWalk {
  readonly #report: LockReport;
  readonly #budget: ComparisonBudget;

  constructor(report: LockReport, budget: ComparisonBudget) {
    this.#report = report;
    this.#budget = budget;
  }

  block(schema: SchemaClass, parent: MapNode, child: MapNode, locked: LockTree, path: string, inside: Compared['absent']): void {
    for (const key of keysOf(schema).values()) {
      const lock = lockOn(locked, key.name);
      if (lock === undefined || key.folds !== undefined) continue;
      this.#key({ key, schema, lock, path: memberPath(path, key.name), inside }, member(parent, key.name), member(child, key.name));
    }
  }

  #key(spot: Spot, parent: PolicyNode | undefined, child: PolicyNode | undefined): void {
    const { key } = spot;
    if ('block' in key) this.#block(spot, key.block(), parent, child);
    else if ('blocks' in key) this.#rules(spot, key.blocks(), key.standard, parent, child);
    else if ('table' in key || 'values' in key || 'lists' in key) this.#table(spot, parent, child);
    else this.#value(spot, 'value' in key ? key.value : 'list' in key ? key.list : key.some, parent, child);
  }

  #block({ key, lock, path }: Spot, schema: SchemaClass, parent: PolicyNode | undefined, child: PolicyNode | undefined): void {
    const { default: absent } = key;
    if (present(parent) === undefined && absent === ownList && present(child) !== undefined) {
      this.#report.loose(path, child, parent, lock, 'the key left out');
      return;
    }
    // Missing or empty, it is the same for these; the others allow everything where they are missing.
    const missing: MapNode | undefined = isEmpty(absent) ? { kind: 'map', place: lock.place, entries: new Map() } : undefined;
    const from = present(parent) ?? missing;
    const to = present(child) ?? missing;
    if (from?.kind !== 'map' || isOff(from)) return;
    if (to?.kind !== 'map') this.#report.loose(path, child, parent, lock, 'the block kept');
    else if (isOff(to)) this.#report.loose(memberPath(path, 'enabled'), member(to, 'enabled'), member(from, 'enabled') ?? from, lock, 'true');
    else this.block(schema, from, to, lock, path, absent);
  }

  /** Every rule of the parent, by its name, or as a whole where it has none. */
  #rules(spot: Spot, schema: SchemaClass, standard: readonly string[] | undefined, parent: PolicyNode | undefined, child: PolicyNode | undefined): void {
    const { lock, path } = spot;
    const from = rulesOf(parent, standard, lock);
    const to = rulesOf(child, standard, lock);
    const named = new Map(to.map((rule, index) => [ruleName(rule), { rule, index }]));
    const all = new Set(to.map((rule) => canonicalJson(toPlain(rule))));
    from.forEach((rule, index) => {
      const name = ruleName(rule);
      const twin = name === undefined ? undefined : named.get(name);
      if (all.has(canonicalJson(toPlain(rule)))) return;
      if (rule.kind === 'map' && twin?.rule.kind === 'map') this.block(schema, rule, twin.rule, { ...lock, whole: true }, itemPath(path, twin.index), undefined);
      else this.#report.loose(path, child, rule, lock, `the rule ${name === undefined ? `at position ${String(index + 1)}` : `"${name}"`} kept`);
    });
  }

  #table(spot: Spot, parent: PolicyNode | undefined, child: PolicyNode | undefined): void {
    if (parent?.kind !== 'map') return;
    const { key } = spot;
    for (const [name, { node }] of parent.entries) {
      const lock = lockOn(spot.lock, name);
      if (lock === undefined) continue;
      const path = memberPath(spot.path, name);
      const twin = member(child, name);
      const below: Spot = { ...spot, lock, path, inside: undefined };
      if ('values' in key) this.#value(below, key.values, node, twin);
      else if ('lists' in key) this.#value(below, key.lists, node, twin);
      else if (!('table' in key) || node.kind !== 'map') continue;
      else if (twin?.kind === 'map') this.block(key.table(), node, twin, lock, path, undefined);
      else this.#report.loose(path, twin, node, lock, 'the entry kept');
    }
  }

  #value({ key, schema, lock, path, inside }: Spot, check: Compared['check'], parent: PolicyNode | undefined, child: PolicyNode | undefined): void {
    // Where a block has a list of its own, a list that is not written does not allow everything.
    const absent = inside === ownList && key.tightens === 'narrow' ? ownList : absentOf(key, inside);
    const compared: Compared = { key, check, schema, absent, locked: present(parent), child: present(child) };
    for (const { expected, item } of loosenessOf(compared, this.#budget)) this.#report.loose(path, item ?? child, parent, lock, expected);
  }
}

function absentOf(key: KeyInfo, inside: Compared['absent']): Compared['absent'] {
  return isPlainMap(inside) && Object.hasOwn(inside, key.name) ? inside[key.name] : key.default;
}

function isPlainMap(value: Compared['absent']): value is Readonly<Record<string, PlainValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: Compared['absent']): boolean {
  return isPlainMap(value) && Object.keys(value).length === 0;
}

/** `null` says "no limit" or "no list", which is what a missing key says. */
function present(node: PolicyNode | undefined): PolicyNode | undefined {
  return node?.kind === 'scalar' && node.value === null ? undefined : node;
}

function isOff(block: MapNode): boolean {
  const enabled = member(block, 'enabled');
  return enabled?.kind === 'scalar' && enabled.value === false;
}

function rulesOf(list: PolicyNode | undefined, standard: readonly string[] | undefined, { place }: LockTree): ListNode['items'] {
  if (list?.kind === 'list') return list.items;
  return (standard ?? []).map((value) => ({ kind: 'map', place, entries: new Map([['name', { keyPlace: place, node: { kind: 'scalar', place, value } }]]) }));
}
