import { decisions } from './decisions.js';
import { firstDisguise } from './first-disguise.js';
import { ambiguous, kept } from './look-alikes.js';
import { meaning } from './meaning.js';
import type { SpanText } from './span-text.js';
import { reveal, step } from './step.js';
import { stretches } from './stretches.js';
import { Tape } from './tape.js';
import { closeReference } from './write.js';

/**
 * The text without its disguise: encodings undone, look-alikes and letters of all styles as ASCII, the invisible left
 * out. Undefined when it wears none, or none that could change what a scan of the text itself finds.
 */
export function fold(text: string): SpanText | undefined {
  const first = firstDisguise(text);
  return first < 0 ? undefined : foldFrom(text, first);
}

/** A folded part of a text; its spans count from `offset` on. */
export interface FoldedStretch extends SpanText {
  readonly offset: number;
}

/** The parts of a text in which more, or something else, may be found without their disguise. */
export function foldedStretches(text: string): readonly FoldedStretch[] {
  const parts = stretches(text);
  if (parts.length === 0) return none;
  // Key blocks are the only values of more than one line.
  if (text.includes(keyBlock)) return wholly(text);
  const folded: FoldedStretch[] = [];
  for (const { from, to } of parts) {
    const part = foldFrom(text.slice(from, to), 0, true);
    if (part === undefined) continue;
    if (part.text.includes(keyBlock)) return wholly(text);
    folded.push({ text: part.text, starts: part.starts, ends: part.ends, offset: from });
  }
  return folded;
}

const none: readonly FoldedStretch[] = Object.freeze([]);
const keyBlock = '-----BEGIN';

function wholly(text: string): readonly FoldedStretch[] {
  const folded = foldFrom(text, 0, true);
  return folded === undefined ? none : [{ text: folded.text, starts: folded.starts, ends: folded.ends, offset: 0 }];
}

/** The folded form of a text that is unchanged before `first`; undefined when nothing is different after all, unless it is to be read `wide`. */
export function foldFrom(text: string, first: number, wide = text.charCodeAt(first) >= 0x80): SpanText | undefined {
  const tape = new Tape(text, pieceStart(text, first));
  tape.changed = wide;
  const table = decisions();
  let i = tape.from;
  while (i < text.length) {
    const code = table[text.charCodeAt(i)] ?? 0;
    i = code === 0 || code > kept || tape.length < tape.armed ? step(tape, i) : copy(tape, i);
  }
  if (tape.ampersand >= 0) closeReference(tape, 0x20);
  reveal(tape);
  return tape.build();
}

/** Escapes and forms may have begun before the first difference, but not before white space. */
function pieceStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && text.charCodeAt(start - 1) > 0x20) start -= 1;
  return start;
}

/** Copies what a look into the table decides, up to what needs more. */
function copy(tape: Tape, from: number): number {
  const { source, units, armed } = tape;
  const table = decisions();
  let at = tape.length;
  let diff = 0;
  let i = from;
  for (const end = source.length; i < end && at >= armed; i += 1) {
    const c = source.charCodeAt(i);
    let to = table[c] ?? 0;
    if (to >= ambiguous) {
      if (to < kept) to = meaning(to, at > tape.from ? (units[at - 1] ?? 0) : tape.before(1), source, i + 1);
      else if (to > kept) break;
      if (to === kept) to = c;
    } else if (to === 0) break;
    diff |= to ^ c;
    units[at] = to;
    at += 1;
  }
  tape.copied(from, at);
  if (diff !== 0) tape.changed = true;
  return i;
}
