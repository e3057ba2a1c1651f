import type { Pin } from './pin-document.js';
import { pinParts, type PartSnapshot, type PinPart } from './snapshot.js';
import { visibleText } from './visible-text.js';

/** What differs in one part, in lines that begin with `-` for what was, `+` for what is, `~` for what changed; all of them. */
export interface PartDifference {
  readonly part: PinPart;
  readonly lines: readonly string[];
  /** Whether what is held is longer than what is kept of it: nobody can see here what its end says. */
  readonly isCut: boolean;
}

/** Beyond it the whole is shown before and after: a path that is repeated in each line can be made long. */
const mostCharacters = 262_144;

/** How a held tool differs from its pin; the whole tool where there is none. Hidden characters are made visible. */
export function differencesOf({ pinned, held }: Pin): readonly PartDifference[] {
  if (held === undefined) return [];
  return pinParts.flatMap((part) => {
    const [before, after] = [pinned?.parts[part], held.parts[part]];
    if (before?.sha256 === after?.sha256) return [];
    return [{ part, lines: linesOf(part, before, after), isCut: after !== undefined && isCut(after) }];
  });
}

function linesOf(part: PinPart, before: PartSnapshot | undefined, after: PartSnapshot | undefined): readonly string[] {
  const isText = part === 'name' || part === 'title' || part === 'description';
  const [old, now] = [valueOf(before), valueOf(after)];
  const lines = isText || old === undefined || now === undefined ? undefined : bounded(changes(old.value, now.value, ''));
  return lines ?? [...shown('-', before), ...shown('+', after), ...cutNote(before, after)];
}

function bounded(lines: Iterable<string>): readonly string[] | undefined {
  const all: string[] = [];
  let characters = 0;
  for (const line of lines) {
    all.push(line);
    characters += line.length;
    if (characters > mostCharacters) return undefined;
  }
  return all;
}

function shown(sign: '-' | '+', part: PartSnapshot | undefined): string[] {
  if (part === undefined) return [];
  const whole = valueOf(part);
  const text = typeof whole?.value === 'string' ? whole.value : part.text;
  const more = isCut(part) ? ` … (${String(part.length - part.text.length)} of ${String(part.length)} characters are not kept, SHA-256 ${part.sha256.slice(0, 16)}…)` : '';
  return [`${sign} ${visibleText(text)}${more}`];
}

function cutNote(before: PartSnapshot | undefined, after: PartSnapshot | undefined): string[] {
  return before !== undefined && before.text === after?.text ? ['  they differ behind what is kept of them'] : [];
}

function isCut({ length, text }: PartSnapshot): boolean {
  return length > text.length;
}

interface Whole {
  readonly value: unknown;
}

/** `undefined` where only the beginning was kept. */
function valueOf(part: PartSnapshot | undefined): Whole | undefined {
  if (part === undefined || isCut(part)) return undefined;
  try {
    return { value: JSON.parse(part.text) as unknown };
  } catch {
    // A file that somebody edited: the text itself is shown.
    return undefined;
  }
}

function* changes(before: unknown, after: unknown, path: string): Generator<string> {
  if (isRecord(before) && isRecord(after)) {
    yield* memberChanges(before, after, path);
    return;
  }
  const [a, b] = [JSON.stringify(before), JSON.stringify(after)];
  if (a !== b) yield `~ ${path === '' ? '' : `${path}: `}${visibleText(a)} -> ${visibleText(b)}`;
}

function* memberChanges(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, path: string): Generator<string> {
  for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const at = path === '' ? visibleText(key) : `${path}.${visibleText(key)}`;
    if (!Object.hasOwn(after, key)) yield `- ${at}: ${visibleText(JSON.stringify(before[key]))}`;
    else if (!Object.hasOwn(before, key)) yield `+ ${at}: ${visibleText(JSON.stringify(after[key]))}`;
    else yield* changes(before[key], after[key], at);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
