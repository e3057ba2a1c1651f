import { toPlain, type ListNode, type MapEntry, type MapNode, type PolicyNode } from './policy-node.js';
import { keysOf, type KeyInfo, type SchemaClass } from './schema/key.js';
import { PolicySchema } from './schema/policy.schema.js';

/**
 * Lays a child document over its parent, key by key. Only keys that the child really has count: what it does not
 * mention stays as the parent said it. Denials and named rules add up and never go away.
 */
export function mergeDocuments(parent: MapNode, child: MapNode): MapNode {
  return mergeBlocks(parent, child, PolicySchema);
}

/** A block that stands after a `null`: whatever was said before that is not inherited. */
interface FreshBlock extends MapNode {
  readonly fresh: true;
}

function mergeBlocks(parent: MapNode, child: MapNode, schema: SchemaClass): MapNode {
  // Two ways to one parent bring the same nodes.
  if (parent === child || isFresh(child)) return child;
  const keys = keysOf(schema);
  const entries = new Map<string, MapEntry>(parent.entries);
  if (keys.has('enabled')) enable(entries, child);
  for (const [name, entry] of child.entries) {
    const inherited = parent.entries.get(name);
    entries.set(name, inherited === undefined ? entry : { ...entry, node: mergeNodes(keys.get(name), inherited.node, entry.node) });
  }
  const merged: MapNode = { ...child, entries };
  return isFresh(parent) ? freshen(merged) : merged;
}

/** A block that is present is enabled: a child that fills one in does not inherit that it was off. */
function enable(entries: Map<string, MapEntry>, child: MapNode): void {
  const inherited = entries.get('enabled')?.node;
  if (inherited?.kind !== 'scalar' || inherited.value !== false) return;
  // Written out and not left out, so that a grandparent's `enabled` cannot come in its place.
  entries.set('enabled', { keyPlace: child.place, node: { kind: 'scalar', place: child.place, value: true } });
}

function mergeNodes(key: KeyInfo | undefined, parent: PolicyNode, child: PolicyNode): PolicyNode {
  if (key === undefined) return child;
  if ('block' in key && child.kind === 'map') return parent.kind === 'map' ? mergeBlocks(parent, child, key.block()) : freshen(child);
  if (parent.kind === 'map' && child.kind === 'map') return mergeTables(parent, child, 'table' in key ? key.table() : undefined);
  if (parent.kind !== 'list' || child.kind !== 'list') return child;
  if ('blocks' in key) return mergeRules(parent, child);
  // `add` is for locks: without one, a child replaces the categories to redact, and only denials add up.
  return key.merges === 'union' ? union(parent, child) : child;
}

function mergeTables(parent: MapNode, child: MapNode, schema: SchemaClass | undefined): MapNode {
  const entries = new Map<string, MapEntry>(parent.entries);
  for (const [name, entry] of child.entries) {
    const inherited = parent.entries.get(name)?.node;
    const merges = schema !== undefined && inherited?.kind === 'map' && entry.node.kind === 'map';
    entries.set(name, merges ? { ...entry, node: mergeBlocks(inherited, entry.node, schema) } : entry);
  }
  return { ...child, entries };
}

/** A child's rule takes the place of the one of its name; all others stay, and so do all that have no name. */
function mergeRules(parent: ListNode, child: ListNode): ListNode {
  const replacements = new Map(child.items.filter((rule) => !isStandard(rule)).map((rule) => [ruleName(rule), rule]));
  replacements.delete(undefined);
  const kept = parent.items.map((rule) => replacements.get(ruleName(rule)) ?? rule);
  const names = new Set(kept.map(ruleName));
  const same = new Set<PolicyNode>(kept);
  const added = child.items.filter((rule) => {
    const name = ruleName(rule);
    return name === undefined ? !same.has(rule) : !names.has(name);
  });
  return { ...child, items: [...kept, ...added] };
}

/** The name of a rule in a list of rules, if it has one. */
export function ruleName(rule: PolicyNode): string | undefined {
  const name = rule.kind === 'map' ? rule.entries.get('name')?.node : undefined;
  return name?.kind === 'scalar' && typeof name.value === 'string' ? name.value.trim() : undefined;
}

/**
 * A built-in rule that stands in a document because its block has no list: the block's place is its place, while what an
 * author wrote has the place of an item. It fills a gap and replaces nothing that a parent wrote.
 */
function isStandard(rule: PolicyNode): boolean {
  return !rule.place.path.endsWith(']');
}

function union(parent: ListNode, child: ListNode): ListNode {
  const byValue = new Map<unknown, PolicyNode>();
  for (const item of [...parent.items, ...child.items]) {
    const value = toPlain(item);
    if (!byValue.has(value)) byValue.set(value, item);
  }
  return { ...child, items: [...byValue.values()] };
}

function isFresh(node: MapNode): node is FreshBlock {
  return 'fresh' in node;
}

function freshen(node: MapNode): FreshBlock {
  return { ...node, fresh: true };
}
