import type { Pin } from './pin-document.js';
import { pinParts, type PartSnapshot, type PinPart } from './snapshot.js';
import { visibleText } from './visible-text.js';

/** What differs in one part, in lines that begin with `-` for what was, `+` for what is, `~` for what changed. */
export interface PartDifference {
  readonly part: PinPart;
  readonly lines: readonly string[];
}

const mostLines = 60;
const mostWidth = 4_000;

/** How a held tool differs from its pin; the whole tool where there is none. Hidden characters are made visible. */
export function differencesOf({ pinned, held }: Pin): readonly PartDifference[] {
  if (held === undefined) return [];
  return pinParts.flatMap((part) => {
    const [before, after] = [pinned?.parts[part], held.parts[part]];
    if (before?.sha256 === after?.sha256) return [];
    return [{ part, lines: linesOf(part, before, after) }];
  });
}

function linesOf(part: PinPart, before: PartSnapshot | undefined, after: PartSnapshot | undefined): readonly string[] {
  const isText = part === 'name' || part === 'title' || part === 'description';
  const [old, now] = [valueOf(before), valueOf(after)];
  if (isText || old === undefined || now === undefined || before === undefined || after === undefined) return [...shown('-', before), ...shown('+', after), ...cutNote(before, after)];
  const lines = [...changes(old.value, now.value, '')];
  return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), `  and ${String(lines.length - mostLines)} more`];
}

function shown(sign: '-' | '+', part: PartSnapshot | undefined): string[] {
  if (part === undefined) return [];
  const whole = valueOf(part);
  const text = typeof whole?.value === 'string' ? whole.value : part.text;
  const more = part.length > part.text.length ? ` … (${String(part.length)} characters in all, SHA-256 ${part.sha256.slice(0, 16)}…)` : '';
  return [`${sign} ${visibleText(text)}${more}`];
}

function cutNote(before: PartSnapshot | undefined, after: PartSnapshot | undefined): string[] {
  return before !== undefined && before.text === after?.text ? ['  they differ behind what is kept of them'] : [];
}

interface Whole {
  readonly value: unknown;
}

/** `undefined` where only the beginning was kept. */
function valueOf(part: PartSnapshot | undefined): Whole | undefined {
  if (part === undefined || part.length > part.text.length) return undefined;
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
  if (a !== b) yield `~ ${path === '' ? '' : `${path}: `}${brief(a)} -> ${brief(b)}`;
}

function* memberChanges(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, path: string): Generator<string> {
  for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const at = path === '' ? visibleText(key) : `${path}.${visibleText(key)}`;
    if (!Object.hasOwn(after, key)) yield `- ${at}: ${brief(JSON.stringify(before[key]))}`;
    else if (!Object.hasOwn(before, key)) yield `+ ${at}: ${brief(JSON.stringify(after[key]))}`;
    else yield* changes(before[key], after[key], at);
  }
}

function brief(json: string): string {
  const text = visibleText(json);
  return text.length <= mostWidth ? text : `${text.slice(0, mostWidth)}… (${String(text.length)} characters)`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
