import type { PinnedParts } from '../pins/pin-store.js';
import { without } from './without.js';

/** What nobody sees and a model reads all the same: zero width, direction marks, tags, variation selectors, control characters. */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}]|(?![\t\n\r])\p{Cc}/gu;
/** Where a schema holds prose; anywhere else a character more or less is another name or value. */
const prose: ReadonlySet<string> = new Set(['description', 'title', '$comment']);
const proseAndNames: ReadonlySet<string> = new Set([...prose, 'name']);

export type Shown = Readonly<Record<string, unknown>>;

/** A tool as clients get to see it: what is pinned and nothing else, without characters that nobody sees; `undefined` when names or values have such. */
export function shownTool(parts: PinnedParts): Shown | undefined {
  return shown(parts, prose);
}

interface ItemSchema {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: Shown };
}

/** A resource, a template or a prompt by the same rules, without pictures from elsewhere. A resource is named by its URI: its name is prose. */
export function shownItem(item: unknown, schema: ItemSchema, isNamedByUri: boolean): Shown | undefined {
  const { data } = schema.safeParse(item);
  return data === undefined ? undefined : shown(without(data, 'icons', '_meta'), isNamedByUri ? proseAndNames : prose);
}

function shown(value: object, kept: ReadonlySet<string>): Shown | undefined {
  try {
    return cleaned(value, '', kept) as Shown; // an object stays one
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

function cleaned(value: unknown, key: string, kept: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return cleanedText(value, kept.has(key));
  if (Array.isArray(value)) return value.map((item) => cleaned(item, '', kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) => {
      if (withoutHidden(name) !== name) throw unshowable;
      return held === undefined ? [] : [[name, cleaned(held, name, kept)]];
    }),
  );
}

function cleanedText(text: string, isProse: boolean): string {
  const plain = withoutHidden(text);
  if (plain !== text && !isProse) throw unshowable;
  return plain;
}
