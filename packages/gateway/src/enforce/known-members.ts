import { without } from './without.js';

type Box = Readonly<Record<string, unknown>>;

/** What the results of a method hold that the gateway vouches for. */
const known = {
  'tools/call': ['content', 'structuredContent', 'isError', '_meta'],
  'prompts/get': ['description', 'messages', '_meta'],
  'resources/read': ['contents', '_meta'],
  'completion/complete': ['completion', '_meta'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Keys of `_meta` that no server writes here: ours, and what could be read as ours. */
const ownKeys = /^enforcecore(?:\.dev)?\//i;

/** A result without what its method does not know: a client could take it for a task of the gateway's, or for its question. */
export function knownMembers(method: keyof typeof known, result: Box): Record<string, unknown> {
  return Object.fromEntries(known[method].flatMap((key) => (Object.hasOwn(result, key) ? [[key, result[key]]] : [])));
}

/** A result in whose `_meta` nothing passes for the gateway's own words. */
export function withoutOwnMeta(result: Box): Record<string, unknown> {
  const { _meta } = result;
  if (typeof _meta !== 'object' || _meta === null) return { ...result };
  return { ...result, _meta: without(_meta as Box, ...Object.keys(_meta).filter((key) => ownKeys.test(key))) }; // an object, just looked at
}
