import { isAlnum, isDigit, isLetter } from '../char-class.js';
import { entropy } from './entropy.js';

const words = new Set(
  (
    'null none nil undefined true false yes no on off string str text number int integer float bool boolean bytes any object unknown never void ' +
    'optional required empty secret secrets password passwd pwd passphrase token tokens key keys value default hidden masked redacted removed ' +
    'changeme change_me change-me replaceme replace_me todo tbd n/a na example sample placeholder dummy foo bar baz test testing your-password ' +
    'here there please must should this that what when your the and for enter invalid incorrect wrong missing expired reset forgot forgotten ' +
    'input field type basic bearer digest oauth oauth2 jwt apikey api_key header cookie env environment prompt auto generated random'
  ).split(' '),
);
const longestWord = 13;
const filler = /^(?:x{3,}|\*+|\.{2,}|-+|_+|0{3,}|[•·]+|#+|\?+|\[(?:HMAC|SHA256):[0-9a-f]{16}\])$/i;
const sample = /^my[-_ ][a-z_ -]{1,40}$|^(?:your|insert|enter|put|add|replace|example|sample|dummy|fake|placeholder|change[-_]?me|todo|redacted|some)[-_ ]|[-_ ](?:here|example|placeholder|goes[-_]here)$|^(?:example|changeme|placeholder)/i;
const reference = /^(?:\$\{|\$\(|\$[A-Za-z_]+$|%[A-Za-z_]+%$|\{\{|\{%|<|process\.env|import\.meta|os\.|env[.[(]|ENV[.[]|getenv|config[.[]|settings[.[]|secrets[.[]|vars[.[]|vault:|ssm:|arn:|ref\+|![a-z]+$|@@|\{[\w.$]+\}?|%\(?\w+\)?s$|%s:|(?:required|nullable|string|min:\d+)\|)/i;
const code = /^!{1,2}[A-Za-z_$][\w$]*[.(]|^[A-Za-z_$][\w$]{0,40}(?:\.[A-Za-z_$][\w$]{0,40}){1,6}[,;)]|^[A-Za-z_$]{1,40}(?:\.[A-Za-z_$]{1,40}){1,6}[=|&?]|^[A-Z][a-z]{1,20}(?:[A-Z][a-z]{1,20}){1,5}$|^[a-z_]{0,40}(?:password|passwd|passphrase|pwd|secret|token|credentials)$|^(?:new|await|async|function|typeof|return|null|lambda)$|^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*[([]|^[A-Za-z_$][\w$]*(?:(?:\.|\?\.|::|->)[A-Za-z_$][\w$]*)+$|^[([{|]/;
const pathOrUrl = /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|\.{0,2}\/[A-Za-z0-9_.-]*(?:\/|$)|~\/|[A-Za-z]:\\)/;
const tokenUnits = unitTable('_-./+=~:!@#$%^*|?');
const constant = /^[A-Z0-9]+(?:[_-][A-Z0-9]+)*$/;

/** Something a document writes where a secret goes: an example, a reference, a type. */
export function isStandIn(value: string): boolean {
  return (value.length <= longestWord && words.has(value.toLowerCase())) || filler.test(value) || sample.test(value) || reference.test(value);
}

/** In a URL even `user:password` is taken for real; what refers to a value or hides it is not. */
export function isUrlStandIn(password: string): boolean {
  return password === '' || password === 'PASSWORD' || filler.test(password) || reference.test(password) || ownText.test(password);
}

const ownText = /^(?:<[^>]{0,60}>?|\{[^}]{0,60}\}?|\[[^\]]{0,60}\]?|%[A-Za-z_]{2,40}%|your[-_ ]?\w{0,20}|%s|%\([a-z_]{1,20}\)s|redacted|hidden|masked)$/i;

/** How a value was written: in quotes, or followed by nothing more on its line. */
export interface Writing {
  readonly quoted: boolean;
  readonly last?: boolean;
}

/** `isStrongPassword`, `forgotPassword`: the name of a message or a rule. */
const namesItself = /^(?:[a-z]{2,12}(?:[A-Z][a-z]{1,12}){0,4}(?:Password|Passwd|Passphrase)s?|[a-z]{2,12}[-_](?:password|passwd|passphrase))$/;

/** A password may be anything: only stand-ins, code and the words of a sentence are let through. */
export function isPassword(value: string, writing: Writing): boolean {
  if (value.length < 3 || isStandIn(value)) return false;
  if (writing.quoted) return !namesItself.test(value) && !/^[A-Z][a-z]+ [a-z]+ /.test(value) && !reference.test(value);
  if (code.test(value) || /^\d{1,3}$/.test(value)) return false;
  return writing.last === true || !/^[A-Za-z]+$/.test(value);
}

/** Where the units a key can be made of end: what follows them (`key, then …`) is not judged. */
export function tokenEnd(text: string, start: number, end: number): number {
  let at = start;
  for (; at < end; at += 1) {
    const c = text.charCodeAt(at);
    if (tokenUnits[c] !== 1 || (c === 0x2a && text.startsWith('***', at))) break;
  }
  return at;
}

/** Letters, digits and these signs. */
function unitTable(signs: string): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, c) => (isAlnum(c) || signs.includes(String.fromCharCode(c)) ? 1 : 0));
}

/** A key or token: long, not words, and random enough. */
export function isKey(value: string, writing: Writing): boolean {
  if (value.length < 8 || isStandIn(value) || pathOrUrl.test(value) || isWritten(value) || placeholder.test(value)) return false;
  if (!writing.quoted && (code.test(value) || isIdentifier(value))) return false;
  const digits = /[0-9]/.test(value);
  if (/^[\d.,:/+-]+$/.test(value)) return false;
  if (!digits) return value.length >= 20 && !wordsOnlyLike(value) && entropy(value) >= 3.5;
  if (!/[A-Za-z]/.test(value)) return false;
  if (value.length < 12) return writing.quoted && entropy(value) >= 2.5;
  return entropy(value) >= (value.length < 16 ? 2.8 : 3);
}

const placeholder = /xxxx|\*{4}|(?:^|[-_])example|example(?:$|[-_]|key$)|placeholder|redacted|your[-_]|[-_]here$|change[-_]?me|replace[-_]?me|0123456789abcdef0123|1234567890(?:1234567890|abcdef)?$|abcdefghij(?:klmnop)?$/i;
const writtenPiece = /^(?:[A-Za-z]?[a-z]{0,30}|[A-Z]{1,30}|\d{1,4}|[a-z]{1,12}\d{1,3}|[A-Z][a-z]{1,10}\d{1,5}[A-Z][A-Za-z]{1,30}|[A-Za-z0-9]{1,2})$/;

/** `gpt-4o-mini-2024-07-18`, `us-east-1`, `RS256_HMAC`: words and short numbers between signs. */
function isWritten(value: string): boolean {
  const pieces = value.split(/[-_.:/| ]/, 24);
  return pieces.length > 1 && pieces.length < 24 && pieces.every((piece) => writtenPiece.test(piece));
}

/** Nothing a person would write: for values whose name alone is no proof. */
export function isRandomValue(value: string, least: number): boolean {
  if (isStandIn(value) || placeholder.test(value) || pathOrUrl.test(value) || isWritten(value) || isIdentifier(value)) return false;
  return entropy(value) >= least;
}

const leastShaped = 2.4;

/** For a value that has its issuer's exact shape: a digit amid lower-case letters makes no identifier of it. */
export function isShaped(value: string): boolean {
  if (/^[a-z]{2,}\d[a-z0-9]{2,}$/.test(value)) return !isStandIn(value) && !placeholder.test(value) && entropy(value) >= leastShaped;
  return isRandomValue(value, leastShaped) || (/^[A-Za-z]{14,}$/.test(value) && /[a-z][A-Z]{2}|[A-Z][a-z][A-Z]/.test(value) && entropy(value) >= 3.2);
}

const leastPiece = 4;
const mostCapitals = 4;

/** Identifiers and kebab words: few, longish pieces of at most four capitals and then small letters, cased as code is. Digits are passed over. */
function wordsOnlyLike(value: string): boolean {
  if (constant.test(value)) return true;
  let pieces = 1;
  let capitals = 0;
  let small = false;
  let units = 0;
  for (let i = 0; i < value.length; i += 1) {
    const c = value.charCodeAt(i);
    if (isDigit(c)) continue;
    units += 1;
    if (!isLetter(c)) {
      if (!isPieceSign(c)) return false;
      pieces += 1;
      [capitals, small] = [0, false];
    } else if (c >= 97) small = true;
    else {
      if (small) {
        pieces += 1;
        [capitals, small] = [0, false];
      }
      capitals += 1;
      if (capitals > mostCapitals) return false;
    }
  }
  return units >= pieces * leastPiece;
}

/** One of `-_.:/` and the space. */
function isPieceSign(c: number): boolean {
  return c === 0x2d || c === 0x5f || c === 0x2e || c === 0x3a || c === 0x2f || c === 0x20;
}

const mostDigits = 2;

/** `generateApiKeyV2ForUser`: words and hardly a digit. */
function isIdentifier(value: string): boolean {
  const first = value.charCodeAt(0);
  if (!isLetter(first) && first !== 0x5f && first !== 0x24) return false;
  let digits = 0;
  for (let i = 0; i < value.length; i += 1) if (isDigit(value.charCodeAt(i))) digits += 1;
  if (digits > mostDigits || /(?:^|[-_.])\d[A-Za-z]{2}/.test(value)) return false;
  return wordsOnlyLike(value);
}

/** After `Bearer`: a digit in it, or long and mixed. */
export function isBearerToken(token: string): boolean {
  if (isStandIn(token) || code.test(token) || filler.test(token) || isWritten(token) || placeholder.test(token)) return false;
  if (/[0-9]/.test(token) && /[A-Za-z]/.test(token)) return token.length >= 8;
  return token.length >= 20 && !wordsOnlyLike(token) && entropy(token) >= 3.5;
}
