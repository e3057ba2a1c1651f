import { isDigit } from '../char-class.js';
import { isSpace } from './lead-units.js';

/** `char key[33]`: the size is no part of the name. */
export function beforeIndex(text: string, end: number): number {
  let at = end;
  while (at > 0 && end - at < 5 && isDigit(text.charCodeAt(at - 1))) at -= 1;
  return text.charCodeAt(at - 1) === 0x5b ? at - 1 : end;
}

/** The `&` and `&'static` of a Rust type. */
export function beforeReference(text: string, start: number): number {
  let at = start;
  if (text.charCodeAt(at - 1) === 0x27 && text.startsWith('static ', at)) at -= 1;
  if (text.charCodeAt(at - 1) !== 0x26) return start;
  at -= 1;
  while (at > 0 && start - at < 4 && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

const accessors = /[ \t]*\{ ?get; ?(?:(?:private |protected |internal )?(?:set|init); ?)?\}$/;

/** C#: `string ApiKey { get; set; } = "…"`. */
export function beforeAccessors(text: string, end: number): number {
  const from = Math.max(0, end - 40);
  const at = text.slice(from, end).search(accessors);
  return at < 0 ? end : from + at;
}
