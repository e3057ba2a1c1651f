import type { Finding } from '../finding.js';

/**
 * Rules look at most this far behind a value, so what stands further from the end is decided
 * (a value that runs into the end keeps its start open and is asked about apart).
 */
const lookAhead = 160;
/** A date may begin with words: `Wednesday, 12 September`, `September 12`. */
const longestLead = 32;
/** Between two parts of one value stand at most this many units of plain words (`12 de septiembre de 1980`). */
const widestGap = 40;

/** What the rules of a redactor ask of a cut. */
export interface CutRules {
  /** Whether whole lines must be seen before anything of them is let go. */
  readonly lineWise: boolean;
  /** Whether a value may begin with plain words. */
  readonly leads: boolean;
}

/**
 * Up to where a text may be let go whatever follows: no value that is found or may still come can cross that place, and
 * nothing that follows can change what was found before it. Answers an offset of at least `from`.
 *
 * @param openFrom where a value begins that the end of the text may have cut off, or -1
 */
export function safeCut(text: string, from: number, findings: readonly Finding[], openFrom: number, { lineWise, leads }: CutRules): number {
  const line = text.lastIndexOf('\n') + 1;
  const most = openFrom < 0 ? text.length : openFrom;
  let cut = Math.min(line, most);
  if (!lineWise && most > line) cut = Math.max(cut, withinLine(text, Math.max(line, from), most, leads ? longestLead : 0));
  // An open key block holds its whole line back: what stands before it may explain it.
  if (openFrom >= 0 && openFrom < line) cut = Math.min(cut, text.lastIndexOf('\n', Math.max(0, openFrom - 1)) + 1);
  return Math.max(from, outsideOf(findings, cut, text));
}

/** The last place in an unfinished line that stands far enough from its end, or behind plain words only. */
function withinLine(text: string, lineStart: number, most: number, lead: number): number {
  const far = Math.min(most, text.length - lookAhead);
  const behind = behindWords(text, lineStart, most);
  const words = lead === 0 ? behind : tokenStart(text, lineStart, Math.max(lineStart, behind - lead));
  return Math.max(far > lineStart ? betweenTokens(text, lineStart, far) : lineStart, words);
}

/** The start of the last token at or before `at` that is no part of a row of numbers. */
function betweenTokens(text: string, lineStart: number, at: number): number {
  let start = tokenStart(text, lineStart, at);
  while (start > lineStart) {
    const before = previousToken(text, lineStart, start);
    if (before === undefined || !isTelling(text, start, tokenEnd(text, start)) || !isTelling(text, before.start, before.end)) return start;
    start = before.start;
  }
  return lineStart;
}

/** Walks back over plain words; a token that may be part of a value holds back everything from it on. */
function behindWords(text: string, lineStart: number, most: number): number {
  let cut = tokenStart(text, lineStart, most);
  let held = cut;
  // The white space before the last token may still get a mark, and belongs to what follows.
  for (let token = previousToken(text, lineStart, cut); token !== undefined; token = previousToken(text, lineStart, token.start)) {
    if (isTelling(text, token.start, token.end)) held = cut = token.start;
    if (held - token.start > widestGap) break;
    if (text.length - token.start > lookAhead * 4) return lineStart;
  }
  return cut;
}

function tokenStart(text: string, lineStart: number, at: number): number {
  let start = at;
  while (start > lineStart && !isSpace(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

function tokenEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !isSpace(text.charCodeAt(end))) end += 1;
  return end;
}

function previousToken(text: string, lineStart: number, at: number): { readonly start: number; readonly end: number } | undefined {
  let end = at;
  while (end > lineStart && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end === lineStart ? undefined : { start: tokenStart(text, lineStart, end), end };
}

/** Anything but a word of ASCII letters with the marks of prose around it. */
function isTelling(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) {
    const c = text.charCodeAt(i);
    const letter = (c | 32) >= 97 && (c | 32) <= 122;
    if (!letter && !(c === 0x2c || c === 0x2e || c === 0x21 || c === 0x3f || c === 0x3b)) return true;
  }
  return false;
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x09;
}

/** A cut inside a finding moves before it, to the start of its line when the finding crosses lines. */
function outsideOf(findings: readonly Finding[], at: number, text: string): number {
  let cut = at;
  for (let k = findings.length - 1; k >= 0; k -= 1) {
    const finding = findings[k];
    if (finding === undefined || finding.end <= cut || finding.start >= cut) continue;
    cut = text.slice(finding.start, finding.end).includes('\n') ? text.lastIndexOf('\n', finding.start) + 1 : finding.start;
  }
  return cut;
}
