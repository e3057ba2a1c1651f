import { toPlain, type ListNode, type MapEntry, type MapNode, type PolicyNode } from './policy-node.js';

/**
 * Lays a child document over its parent, key by key. Only keys that the child really has count: what it does not
 * mention stays as the parent said it. Denials add up and never go away.
 */
export function mergeDocuments(parent: MapNode, child: MapNode): MapNode {
  return mergeMaps(parent, child);
}

function mergeMaps(parent: MapNode, child: MapNode): MapNode {
  const entries = new Map<string, MapEntry>(parent.entries);
  // A block that is present is enabled: a child that fills one in does not inherit that it was off.
  if (!child.entries.has('enabled')) {
    const enabled = parent.entries.get('enabled')?.node;
    if (enabled?.kind === 'scalar' && enabled.value === false) entries.delete('enabled');
  }
  for (const [key, entry] of child.entries) {
    const inherited = parent.entries.get(key);
    entries.set(key, inherited === undefined ? entry : { ...entry, node: mergeNodes(key, inherited.node, entry.node) });
  }
  return { ...child, entries };
}

function mergeNodes(key: string, parent: PolicyNode, child: PolicyNode): PolicyNode {
  if (parent.kind === 'map' && child.kind === 'map') return mergeMaps(parent, child);
  if (key === 'denied_tools' && parent.kind === 'list' && child.kind === 'list') return union(parent, child);
  return child;
}

function union(parent: ListNode, child: ListNode): ListNode {
  const seen = new Set(parent.items.map(toPlain));
  return { ...child, items: [...parent.items, ...child.items.filter((item) => !seen.has(toPlain(item)))] };
}
