import { isAlnum, signSet } from '../char-class.js';
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
const filler = /^(?:x{3,}|\*+|\.{2,}|-+|_+|0{3,}|[•·]+|#+|\?+|\[HMAC:[0-9a-f]{16}\])$/i;
const sample = /^(?:your|my|insert|enter|put|add|replace|example|sample|dummy|fake|placeholder|change[-_]?me|todo|redacted|some)[-_ ]|[-_ ](?:here|example|placeholder|goes[-_]here)$|^(?:example|changeme|placeholder)/i;
const reference = /^(?:\$\{|\$\(|\$[A-Za-z_]+$|%[A-Za-z_]+%$|\{\{|\{%|<|process\.env|import\.meta|os\.|env[.[(]|ENV[.[]|getenv|config[.[]|settings[.[]|secrets[.[]|vars[.[]|vault:|ssm:|arn:|ref\+|!ref|@@)/i;
const code = /^(?:new|await|async|function|typeof|return|null|lambda)$|^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*[([]|^[A-Za-z_$][\w$]*(?:(?:\.|\?\.|::|->)[A-Za-z_$][\w$]*)+$|^[([{|]/;
const pathOrUrl = /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|\.{0,2}\/[A-Za-z0-9_.-]*(?:\/|$)|~\/|[A-Za-z]:\\)/;
const tokenSigns = signSet('_-./+=~:!@#$%^*|?');
const constant = /^[A-Z]+(?:[_-][A-Z]+)*$/;

/** Something a document writes where a secret goes: an example, a reference, a type. */
export function isStandIn(value: string): boolean {
  return words.has(value.toLowerCase()) || filler.test(value) || sample.test(value) || reference.test(value);
}

/** How a value was written: in quotes, or followed by nothing more on its line. */
export interface Writing {
  readonly quoted: boolean;
  readonly last?: boolean;
}

/** A password may be anything: only stand-ins, code and the words of a sentence are let through. */
export function isPassword(value: string, writing: Writing): boolean {
  if (value.length < 3 || isStandIn(value)) return false;
  if (writing.quoted) return !/^[A-Z][a-z]+ [a-z]+ /.test(value) && !reference.test(value);
  if (code.test(value)) return false;
  return writing.last === true || !/^[A-Za-z]+$/.test(value);
}

/** Where the units a key can be made of end: what follows them (`key, then …`) is not judged. */
export function tokenEnd(text: string, start: number, end: number): number {
  let at = start;
  for (; at < end; at += 1) {
    const c = text.charCodeAt(at);
    if (!isAlnum(c) && !tokenSigns.has(c)) break;
  }
  return at;
}

/** A key or token: long, not words, and random enough. */
export function isKey(value: string, writing: Writing): boolean {
  if (value.length < 8 || isStandIn(value) || pathOrUrl.test(value)) return false;
  if (!writing.quoted && (code.test(value) || isIdentifier(value))) return false;
  const digits = /[0-9]/.test(value);
  if (/^[\d.,:/+-]+$/.test(value)) return false;
  if (!digits) return value.length >= 20 && !wordsOnlyLike(value) && entropy(value) >= 3.5;
  if (!/[A-Za-z]/.test(value)) return false;
  if (value.length < 12) return writing.quoted && entropy(value) >= 2.5;
  return entropy(value) >= (value.length < 16 ? 2.8 : 3);
}

/** Identifiers and kebab words: few, longish pieces, cased as code is. */
function wordsOnlyLike(value: string): boolean {
  if (constant.test(value)) return true;
  const pieces = value.split(/[-_.:/ ]|(?<=[a-z])(?=[A-Z])/);
  return pieces.every((piece) => /^[A-Za-z]?[a-z]*$/.test(piece)) && value.length / pieces.length >= 4;
}

/** `generateApiKeyV2ForUser`: words and hardly a digit. */
function isIdentifier(value: string): boolean {
  const letters = value.replace(/[0-9]/g, '');
  return value.length - letters.length <= 2 && /^[A-Za-z_$]/.test(value) && wordsOnlyLike(letters);
}

/** After `Bearer`: a digit in it, or long and mixed. */
export function isBearerToken(token: string): boolean {
  if (isStandIn(token) || filler.test(token)) return false;
  if (/[0-9]/.test(token) && /[A-Za-z]/.test(token)) return token.length >= 8;
  return token.length >= 20 && !wordsOnlyLike(token) && entropy(token) >= 3.5;
}
