import { types } from 'node:util';
import { mapKey } from './call-values.js';
import type { FieldRedaction } from '../verdict.js';

type Span = readonly [start: number, end: number];

/** What is to be done at one place of the arguments, or below it. */
interface Branch {
  readonly below: Map<string | number, Branch>;
  /** Written instead of the whole value. */
  whole: string | undefined;
  readonly parts: { readonly span: Span; readonly placeholder: string }[];
}

/** The arguments without what rules hide; what is not touched stays the same object. */
export function hideFields(args: readonly unknown[], redactions: readonly FieldRedaction[]): readonly unknown[] {
  const root = branch();
  for (const { keys, placeholder, spans } of redactions) {
    let at = root;
    for (const key of keys) {
      const next = at.below.get(key) ?? branch();
      at.below.set(key, next);
      at = next;
    }
    if (spans === undefined) at.whole ??= placeholder;
    else at.parts.push(...spans.map((span) => ({ span, placeholder })));
  }
  return hidden(args, root) as readonly unknown[]; // a list stays a list
}

function branch(): Branch {
  return { below: new Map(), whole: undefined, parts: [] };
}

function hidden(value: unknown, here: Branch): unknown {
  if (here.whole !== undefined) return here.whole;
  if (typeof value === 'string') return here.parts.length === 0 ? value : withoutParts(value, here.parts);
  // What is no text is hidden as a whole, and so is what cannot be taken apart.
  const [part] = here.parts;
  if (part !== undefined) return part.placeholder;
  if (typeof value !== 'object' || value === null || here.below.size === 0) return value;
  if (isOnePiece(value)) return placeholderOf(here) ?? value;
  return Object.freeze(copyWith(value, (key, inner) => {
    const below = here.below.get(key);
    return below === undefined ? inner : hidden(inner, below);
  }));
}

function isOnePiece(value: object): boolean {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) || types.isDate(value) || types.isRegExp(value) || value instanceof URL;
}

function placeholderOf({ whole, parts, below }: Branch): string | undefined {
  return whole ?? parts[0]?.placeholder ?? [...below.values()].map(placeholderOf).find((one) => one !== undefined);
}

function copyWith(value: object, replace: (key: string | number, inner: unknown) => unknown): object {
  if (Array.isArray(value)) return value.map((inner: unknown, i) => replace(i, inner));
  if (value instanceof Map) return new Map([...value].map(([key, inner]: [unknown, unknown], i) => [key, replace(mapKey(key, i), inner)]));
  if (value instanceof Set) return new Set([...value].map((inner: unknown, i) => replace(i, inner)));
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as object;
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const { enumerable = false, configurable = false } = descriptor;
    const inner: unknown = 'value' in descriptor ? replace(key, descriptor.value) : undefined;
    Object.defineProperty(copy, key, { enumerable, configurable, writable: true, value: inner });
  }
  return copy;
}

/** Replaces parts of a text; what overlaps is united under the name of what begins first. */
export function withoutParts(text: string, parts: readonly { readonly span: Span; readonly placeholder: string }[]): string {
  const inOrder = [...parts].sort((a, b) => a.span[0] - b.span[0] || b.span[1] - a.span[1]);
  let out = '';
  let end = 0;
  for (const { span: [start, stop], placeholder } of inOrder) {
    if (start >= end) out += text.slice(end, start) + placeholder;
    end = Math.max(end, stop);
  }
  return out + text.slice(end);
}
