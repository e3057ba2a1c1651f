import { decodeEntities, decodePercent } from './decode.js';
import { foldUnicode } from './fold-unicode.js';
import type { SpanText } from './span-text.js';

const percent = /%[0-9a-fA-F]{2}/;
const entity = /&(?:#[xX]?[0-9a-fA-F]|[a-zA-Z]+;)/;
const wide = /[^\x00-\x7f]/;

// Deeper nesting than this is left as it is; each layer costs one pass.
const layers = 4;

/** The text without its disguise, or undefined when it wears none. */
export function fold(text: string): SpanText | undefined {
  let current: SpanText = { text, starts: undefined, ends: undefined };
  for (let layer = 0; layer < layers; layer += 1) {
    if (wide.test(current.text)) current = foldUnicode(current);
    const before = current;
    if (percent.test(current.text)) current = decodePercent(current);
    if (entity.test(current.text)) current = decodeEntities(current);
    // Every decoding shortens; what stays as long was not encoded.
    if (current.text.length === before.text.length) break;
  }
  return current.starts === undefined ? undefined : current;
}
