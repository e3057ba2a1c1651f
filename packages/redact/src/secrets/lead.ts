import { isAlnum, isDigit, isRun, signSet } from '../char-class.js';

/** What stands before a value: its name, the sign between, and how the value is written. */
export interface Lead {
  /** Where the words before the value begin. */
  readonly start: number;
  /** The last part of them, as code would call it. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  /** The quote that has to end the value, 0 for none. */
  readonly quote: number;
  /** Just `=` or `:` between name and value, so that the sign has brought the pair up already. */
  readonly plain: boolean;
  /** Nothing but a space or a comma of prose between them: only an issuer's exact shape counts. */
  readonly loose: boolean;
}

const longestName = 56;
const longestSpace = 8;
const longestSign = 4;
const longestValueStart = 48;
const glue = signSet('/+.~');
const quotes = signSet('"\'`');
const signs = signSet('=:>,(|?+.-~^<');
const closers = signSet('"\'`\\])[ \t*');
const nameSigns = signSet(' ._-$@/#\t');
const typeName = /^[ \t]*(?:str|string|String|char|text|any|SecretStr|secret|String\?|string\?|Optional|const)[ \t]*$/;

/** Reads to the left of the run at `start`; undefined for nearly everything, after one or two looks. */
export function leadBefore(text: string, start: number): Lead | undefined {
  const valueStart = startOfValue(text, start);
  let at = valueStart;
  const c = text.charCodeAt(at - 1);
  const quote = quotes.has(c) ? c : 0;
  if (quote !== 0) at = beforeQuote(text, at - 1);
  // `["…"]`: the first of a list.
  if (quote !== 0 && text.charCodeAt(at - 1) === 0x5b) at -= 1;
  const spaceEnd = at;
  while (at > 0 && spaceEnd - at < longestSpace && isSpace(text.charCodeAt(at - 1))) at -= 1;
  const signEnd = at;
  while (at > 0 && signEnd - at < longestSign && signs.has(text.charCodeAt(at - 1))) at -= 1;
  if (at === 0) return undefined;
  if (at === signEnd) return signEnd < spaceEnd ? wordsBefore(text, at, valueStart, quote) : undefined;
  const sign = text.charCodeAt(signEnd - 1);
  const spaced = signEnd < spaceEnd;
  if (sign === 0x2c && spaced && quote === 0) return wordsBefore(text, at, valueStart, quote);
  if (!isSign(text, at, signEnd, sign, quote, spaced)) return undefined;
  return nameBefore(text, at, sign, valueStart, quote, signEnd - at === 1);
}

/** Base64 and paths hold `/`, `+` and `.`: the run may be only a piece of the value. */
function startOfValue(text: string, start: number): number {
  if (!glue.has(text.charCodeAt(start - 1))) return start;
  let at = start;
  while (at > 0 && start - at < longestValueStart && (isRun(text.charCodeAt(at - 1)) || glue.has(text.charCodeAt(at - 1)))) at -= 1;
  return at;
}

/** Before `"`, `\"` and the letter of `b"`, `r"`, `@"`. */
function beforeQuote(text: string, quote: number): number {
  let at = quote;
  // `'"…"'` and `\"`
  if (quotes.has(text.charCodeAt(at - 1)) || text.charCodeAt(at - 1) === 0x5c) at -= 1;
  if (text.charCodeAt(at) === 0x5c && quotes.has(text.charCodeAt(at - 1))) at -= 1;
  const prefix = text.charAt(at - 1);
  if (/[bfruL@$]/i.test(prefix) && !isAlnum(text.charCodeAt(at - 2)) && at > 1) at -= 1;
  return at;
}

/** A comma and a bracket need a quoted value, or a name glued to it; a comparison and a lone `.`, `-` are none. */
function isSign(text: string, start: number, end: number, last: number, quote: number, spaced: boolean): boolean {
  switch (last) {
    case 0x3d: // =
    case 0x3a: // :
      // A comparison with a value in quotes gives the value away too.
      return quote !== 0 || !(end - start >= 2 && text.charCodeAt(end - 2) === 0x3d);
    case 0x2d: // `<-`
      return end - start >= 2 && text.charCodeAt(end - 2) === 0x3c;
    case 0x3e: // `=>`, `->`, or the end of a tag
      return !spaced || end - start > 1;
    case 0x2c: // ,
      return quote !== 0 || !spaced;
    case 0x28: // (
      return quote !== 0;
    case 0x7c: // |
      return quote !== 0 || spaced;
    default:
      return false;
  }
}

function nameBefore(text: string, sign: number, kind: number, valueStart: number, quote: number, single: boolean): Lead | undefined {
  let end = sign;
  const limit = Math.max(0, sign - 6);
  while (end > limit && closers.has(text.charCodeAt(end - 1))) end -= 1;
  if (isMask(text, end)) return undefined;
  const marked = text.charCodeAt(end) === 0x2a;
  if (text.charCodeAt(end) === 0x5d) end = beforeIndex(text, end);
  if (text.charCodeAt(end - 1) === 0x7d) end = beforeAccessors(text, end);
  let paired = false;
  if (kind === 0x2c && quote !== 0 && end === sign && text.charCodeAt(end - 1) === 0x20) return undefined;
  let start = startOfName(text, end);
  if (start === end || namesId(text, end)) return undefined;
  start = beforeReference(text, start);
  // `apiKey: string = "…"`: what stands before the sign is a type.
  if (text.charCodeAt(start - 1) === 0x3a && typeName.test(text.slice(start, end).replace(/^[ \t]*&(?:'static )?/, ''))) {
    end = start - 1;
    start = startOfName(text, end);
  } else if (isValueWord(text, start, end)) {
    paired = true;
    end = pairName(text, start);
    start = startOfName(text, end);
  }
  if (start >= end || isOwnTag(text, start, end, valueStart)) return undefined;
  const plain = single && !paired && !marked && text.charCodeAt(end) !== 0x5b && text.charCodeAt(end) !== 0x20 && (kind === 0x3d || kind === 0x3a);
  return leadOf(text, start, end, valueStart, quote, plain, false);
}

/** `order_id` names something that is told to anybody. */
function namesId(text: string, end: number): boolean {
  return (text.charCodeAt(end - 1) | 32) === 0x64 && (text.charCodeAt(end - 2) | 32) === 0x69;
}

/** The words before a value in lower case, with `_` between them. */
export function nameOf(text: string, { start, nameEnd }: Lead): string {
  return text.slice(start, nameEnd).toLowerCase().replaceAll(/[- \t.]/g, '_');
}

function leadOf(text: string, start: number, end: number, valueStart: number, quote: number, plain: boolean, loose: boolean): Lead {
  return { start, nameStart: lastPart(text, start, end), nameEnd: end, valueStart, quote, plain, loose };
}

const command = /(?:^|[^A-Za-z0-9_])(?:env|arg|define|defn?|defparameter|set|setx|setenv|export|add|put|config)(?: -[A-Za-z]{1,4})?[ \t]$/i;
const longestCommand = 14;

/** `ENV API_KEY …`, `#define API_KEY "…"`, `the api key is …`, and the loose `algolia api key …`. */
function wordsBefore(text: string, nameEnd: number, valueStart: number, quote: number): Lead | undefined {
  let end = nameEnd;
  const last = text.charCodeAt(end - 1);
  const told = last !== 0x73 && last !== 0x6f && last !== 0x65 ? null : copula.exec(text.slice(Math.max(0, end - longestCopula), end));
  if (told !== null) end -= told[0].length;
  // Most words before a space are no key, no token and no secret.
  if (!endsAsSecret(text, end)) return undefined;
  const part = lastPart(text, Math.max(0, end - longestName), end);
  const commanded = command.test(text.slice(Math.max(0, part - longestCommand), part)) || (quote !== 0 && startsLine(text, part));
  const start = commanded ? part : startOfName(text, end);
  return leadOf(text, start, end, valueStart, quote, false, told === null && !commanded);
}

/** Clojure's `:api-key "…"`, and Groovy's `apiKey "…"` at the start of a line. */
function startsLine(text: string, part: number): boolean {
  let at = part;
  while (at > 0 && part - at < 24 && isSpace(text.charCodeAt(at - 1))) at -= 1;
  const c = text.charCodeAt(at - 1);
  return at === 0 || c === 0x0a || c === 0x3a || c === 0x7b;
}

const copula = / (?:is|was|are|equals|becomes|(?:is |was )?(?:now |set )?to)$/;
const longestCopula = 12;

const lastWord = /(?:key|token|secret|password|passwd|passphrase|pass|pwd|credential|auth|pat)s?$/i;

// The last two letters of those words and of their plurals.
const lastTwo = new Set(Array.from('ey en et rd wd se ss al th at ys ns ts ds es ls hs'.split(' '), (end) => end.charCodeAt(0) * 256 + end.charCodeAt(1)));

function endsAsSecret(text: string, end: number): boolean {
  if (!lastTwo.has((text.charCodeAt(end - 2) | 32) * 256 + (text.charCodeAt(end - 1) | 32))) return false;
  return lastWord.test(text.slice(Math.max(0, end - 11), end));
}

/** `**API_KEY**: …` is a name in bold, three stars are what a redactor wrote. */
function isMask(text: string, end: number): boolean {
  return text.startsWith('***', end) || (text.charCodeAt(end - 1) === 0x2a && text.charCodeAt(end) === 0x2a);
}

/** `char key[33]`: the size is no part of the name. */
function beforeIndex(text: string, end: number): number {
  let at = end;
  while (at > 0 && end - at < 5 && isDigit(text.charCodeAt(at - 1))) at -= 1;
  return text.charCodeAt(at - 1) === 0x5b ? at - 1 : end;
}

/** The `&` and `&'static` of a Rust type. */
function beforeReference(text: string, start: number): number {
  let at = start;
  if (text.charCodeAt(at - 1) === 0x27 && text.startsWith('static ', at)) at -= 1;
  if (text.charCodeAt(at - 1) !== 0x26) return start;
  at -= 1;
  while (at > 0 && start - at < 4 && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

const accessors = /[ \t]*\{ ?get; ?(?:(?:private |protected |internal )?(?:set|init); ?)?\}$/;

/** C#: `string ApiKey { get; set; } = "…"`. */
function beforeAccessors(text: string, end: number): number {
  const from = Math.max(0, end - 40);
  const at = text.slice(from, end).search(accessors);
  return at < 0 ? end : from + at;
}

function startOfName(text: string, end: number): number {
  let start = end;
  const limit = Math.max(0, end - longestName);
  while (start > limit && (isRun(text.charCodeAt(start - 1)) || nameSigns.has(text.charCodeAt(start - 1)))) start -= 1;
  return start;
}

function lastPart(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isRun(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

const valueWord = /(?:^|[^A-Za-z0-9_])(?:value|val|content|default|defaultvalue|data)[ \t]*$/i;

/** `<add key="ApiKey" value="…"/>`, `{"name": "API_KEY", "value": "…"}`: the name is the value of the pair before. */
function isValueWord(text: string, start: number, end: number): boolean {
  const last = text.charCodeAt(end - 1) | 32;
  return (last === 0x65 || last === 0x6c || last === 0x74 || last === 0x61) && valueWord.test(text.slice(start, end));
}

const between = signSet(' ,"\'`\\{\t');

function pairName(text: string, valueWordStart: number): number {
  let at = valueWordStart;
  const limit = Math.max(0, at - 8);
  while (at > limit && between.has(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** `<API_KEY>` before a value is what a redactor wrote, unless the element is closed right behind the value. */
function isOwnTag(text: string, start: number, end: number, valueStart: number): boolean {
  if (text.charCodeAt(start - 1) !== 0x3c || text.charCodeAt(end) !== 0x3e) return false;
  return valueStart === end + 1 && !/[a-z]/.test(text.slice(start, end));
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x09;
}
