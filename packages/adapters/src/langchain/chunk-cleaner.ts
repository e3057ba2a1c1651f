import type { TextPipe } from '@enforcecore/core';
import type { MessageContent } from '@langchain/core/messages';

/** What a model wrote in a message, or in a piece of one. */
export interface Written {
  readonly content: MessageContent;
  readonly additional_kwargs: Readonly<Record<string, unknown>>;
}

/** Fields that people read. */
const readable: ReadonlySet<string> = new Set(['text', 'reasoning', 'thinking', 'refusal', 'reasoning_content', 'summary', 'content']);
/** Fields by which programs tell one thing from another: they come whole. */
const fixed: ReadonlySet<string> = new Set(['type', 'id', 'index', 'name', 'role', 'status', 'phase', 'format', 'mime_type', 'mimeType', 'media_type', 'source_type', 'model', 'model_provider', 'output_version', 'object', 'detail']);
/** By which LangChain finds what a piece belongs to. */
const marks = ['type', 'id', 'index'] as const;
/** More levels than any message has. */
const maxDepth = 32;

type Around = (rest: unknown) => unknown;

interface Leaf {
  readonly pipe: TextPipe | undefined;
  /** Held back text with everything around it. */
  readonly around: Around;
}

/** How the texts of one streamed message are cleaned. */
export interface ChunkPipes {
  /** For a text that people read; `undefined` where nothing is to be hidden. */
  readonly open: () => TextPipe | undefined;
  /** For every other text. */
  readonly aside: () => TextPipe | undefined;
  /** Fields of `additional_kwargs` to leave as they are. */
  readonly leave?: ReadonlySet<string>;
}

/** Cleans one streamed message: each text in it, wherever it stands, is one text however it is cut. */
export class ChunkCleaner {
  readonly #pipes: ChunkPipes;
  readonly #content = new Map<string, Leaf>();
  readonly #kwargs = new Map<string, Leaf>();

  constructor(pipes: ChunkPipes) {
    this.#pipes = pipes;
  }

  async push({ content, additional_kwargs: kwargs }: Written): Promise<Written> {
    const { leave } = this.#pipes;
    const left = Object.entries(kwargs).filter(([key]) => leave?.has(key) === true);
    const rest = Object.fromEntries(Object.entries(kwargs).filter(([key]) => leave?.has(key) !== true));
    return {
      content: (await this.#clean(this.#content, content, '', 'text', (text) => text, 0)) as MessageContent, // of the same shape
      additional_kwargs: { ...((await this.#clean(this.#kwargs, rest, '', '', (text) => text, 0)) as object), ...Object.fromEntries(left) }, // as above
    };
  }

  /** What was held back, to be told as one more chunk. */
  async end(): Promise<Written | undefined> {
    const content = await restOf(this.#content);
    const kwargs = await restOf(this.#kwargs);
    if (content.length === 0 && kwargs.length === 0) return undefined;
    const text = content.filter((piece) => typeof piece === 'string').join('');
    const blocks = content.filter((piece) => Array.isArray(piece)).flat() as object[]; // what is around a text is one or the other
    if (blocks.length === 0) return { content: text, additional_kwargs: merged(kwargs) };
    return { content: (text === '' ? blocks : [{ type: 'text', text }, ...blocks]) as MessageContent, additional_kwargs: merged(kwargs) }; // blocks that came, with the rest of their texts
  }

  async #clean(leaves: Map<string, Leaf>, value: unknown, path: string, field: string, around: Around, depth: number): Promise<unknown> {
    if (typeof value === 'string') return fixed.has(field) && path !== '' ? value : this.#text(leaves, value, path, field, around);
    if (depth > maxDepth || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const [i, item] of value.entries()) items.push(await this.#clean(leaves, item, `${path}/${nameOf(item, i)}`, field, (rest) => around([rest]), depth + 1));
      return items;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return value; // judged as a whole
    const given = value as Readonly<Record<string, unknown>>; // a plain object
    const known = Object.fromEntries(marks.filter((mark) => given[mark] !== undefined).map((mark) => [mark, given[mark]]));
    const cleaned: (readonly [string, unknown])[] = [];
    for (const [key, item] of Object.entries(given)) {
      cleaned.push([key, await this.#clean(leaves, item, `${path}/${nameOf(given, '')}.${key}`, key, (rest) => around({ ...known, [key]: rest }), depth + 1)]);
    }
    return Object.fromEntries(cleaned);
  }

  async #text(leaves: Map<string, Leaf>, text: string, path: string, field: string, around: Around): Promise<string> {
    let leaf = leaves.get(path);
    if (leaf === undefined) {
      // Messages that only call tools have an empty text, which is nothing to enforce.
      if (text === '') return '';
      leaf = { pipe: readable.has(field) ? this.#pipes.open() : this.#pipes.aside(), around };
      leaves.set(path, leaf);
    }
    return leaf.pipe === undefined ? text : leaf.pipe.push(text);
  }
}

/** Every text in a whole message that people read. */
export function readableTexts(value: unknown, field = 'text', depth = 0): readonly string[] {
  if (typeof value === 'string') return readable.has(field) && value !== '' ? [value] : [];
  if (depth > maxDepth || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => readableTexts(item, field, depth + 1));
  return Object.entries(value).flatMap(([key, item]) => readableTexts(item, key, depth + 1));
}

/** Pieces of one thing have its type and index, or the same place. */
function nameOf(item: unknown, place: number | string): string {
  const { type, index = place } = (typeof item === 'object' && item !== null ? item : {}) as { readonly type?: unknown; readonly index?: unknown }; // either is asked for
  return JSON.stringify([type, index]);
}

async function restOf(leaves: Map<string, Leaf>): Promise<unknown[]> {
  const rests: unknown[] = [];
  for (const { pipe, around } of leaves.values()) {
    const rest = await pipe?.flush();
    if (rest !== undefined && rest !== '') rests.push(around(rest));
  }
  leaves.clear();
  return rests;
}

function merged(parts: readonly unknown[]): Readonly<Record<string, unknown>> {
  return parts.reduce<Record<string, unknown>>((whole, part) => mergedWith(whole, part as Record<string, unknown>), {}); // what is around them is a record
}

function mergedWith(into: Record<string, unknown>, part: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result = { ...into };
  for (const [key, value] of Object.entries(part)) {
    const before = result[key];
    if (Array.isArray(before) && Array.isArray(value)) result[key] = [...(before as unknown[]), ...(value as unknown[])];
    else if (isRecord(before) && isRecord(value)) result[key] = mergedWith(before, value);
    else result[key] = value;
  }
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
