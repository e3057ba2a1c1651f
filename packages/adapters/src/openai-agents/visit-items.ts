import type { Visit } from '../shared/clean-parts.js';

/**
 * What an item is, and not what it says: ids, kinds, states. Pictures, sound, files and what a provider attached are left
 * alone as well: they are no text, or are signed.
 */
const structure: ReadonlySet<string> = new Set([
  'type', 'id', 'callId', 'role', 'status', 'name', 'namespace', 'phase', 'providerData', 'image', 'audio', 'file', 'detail', 'format', 'mediaType', 'encrypted_content', 'caller', 'agent',
]);

const deepest = 64;

/** Every text of items to or from a model, whatever their kind. A call's `arguments` are JSON in a text, and read as such. */
export function visitItems<T>(value: T, visit: Visit, visitArguments: (text: string) => string, depth = 0): T {
  if (depth > deepest) return visit(value); // the cleaner refuses what is too deep
  if (typeof value === 'string') return visit(value);
  if (Array.isArray(value)) return value.map((item: unknown) => visitItems(item, visit, visitArguments, depth + 1)) as T; // as many, of the same kinds
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]: [string, unknown]): [string, unknown] => {
    if (structure.has(key)) return [key, part];
    if (key === 'arguments' && typeof part === 'string') return [key, visitArguments(part)];
    return [key, visitItems(part, visit, visitArguments, depth + 1)];
  });
  return Object.fromEntries(entries) as T; // the same keys
}
