import type { PinnedParts } from '../pins/pin-store.js';

/** What nobody sees and a model reads all the same: zero width, direction marks, tags, variation selectors, control characters. */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}]|(?![\t\n\r])\p{Cc}/gu;
/** Where a schema holds prose; anywhere else a character more or less is another name or value. */
const prose: ReadonlySet<string> = new Set(['description', 'title', '$comment']);

export type Shown = Readonly<Record<string, unknown>>;

/** A tool as clients get to see it: what is pinned and nothing else, without characters that nobody sees; `undefined` when names or values have such. */
export function shownTool(parts: PinnedParts): Shown | undefined {
  try {
    return cleaned(parts, '') as Shown; // an object stays one
  } catch (error) {
    if (error === unshowable) return undefined;
    throw error;
  }
}

/** Prose without the characters that nobody sees. */
export function withoutHidden(text: string): string {
  return text.replace(hidden, '');
}

const unshowable = new Error('hidden characters outside of prose');

function cleaned(value: unknown, key: string): unknown {
  if (typeof value === 'string') return cleanedText(value, key);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, ''));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) => {
      if (withoutHidden(name) !== name) throw unshowable;
      return held === undefined ? [] : [[name, cleaned(held, name)]];
    }),
  );
}

function cleanedText(text: string, key: string): string {
  const plain = withoutHidden(text);
  if (plain !== text && !prose.has(key)) throw unshowable;
  return plain;
}
