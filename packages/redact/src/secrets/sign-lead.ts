import { beforeAccessors, beforeIndex, beforeReference } from './before-type.js';
import { leadOf, startOfName, type Lead } from './lead-name.js';
import { BETWEEN, CLOSER, isOf } from './lead-units.js';

const typeName = /^[ \t]*(?:str|string|String|char|text|any|SecretStr|secret|String\?|string\?|Optional|const)[ \t]*$/;

/** The name before a sign, which ends at `sign`. */
export function nameBefore(text: string, sign: number, kind: number, valueStart: number, quote: number, single: boolean): Lead | undefined {
  let end = sign;
  const limit = Math.max(0, sign - 6);
  while (end > limit && isOf(CLOSER, text.charCodeAt(end - 1))) end -= 1;
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
  if (start >= end || isOwnTag(text, start, end)) return undefined;
  const plain = single && !paired && !marked && text.charCodeAt(end) !== 0x5b && text.charCodeAt(end) !== 0x20 && (kind === 0x3d || kind === 0x3a);
  return leadOf(text, start, end, valueStart, quote, plain, false);
}

/** `order_id` names something that is told to anybody. */
function namesId(text: string, end: number): boolean {
  return (text.charCodeAt(end - 1) | 32) === 0x64 && (text.charCodeAt(end - 2) | 32) === 0x69;
}

/** `**API_KEY**: …` is a name in bold, three stars are what a redactor wrote. */
function isMask(text: string, end: number): boolean {
  return text.startsWith('***', end) || (text.charCodeAt(end - 1) === 0x2a && text.charCodeAt(end) === 0x2a);
}

const valueWord = /(?:^|[^A-Za-z0-9_])(?:value|val|content|default|defaultvalue|data)[ \t]*$/i;

/** `<add key="ApiKey" value="…"/>`, `{"name": "API_KEY", "value": "…"}`: the name is the value of the pair before. */
function isValueWord(text: string, start: number, end: number): boolean {
  const last = text.charCodeAt(end - 1) | 32;
  return (last === 0x65 || last === 0x6c || last === 0x74 || last === 0x61) && valueWord.test(text.slice(start, end));
}

function pairName(text: string, valueWordStart: number): number {
  let at = valueWordStart;
  const limit = Math.max(0, at - 8);
  while (at > limit && isOf(BETWEEN, text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** `<API_KEY>` before a value, whatever the sign between them, is what a redactor wrote. */
function isOwnTag(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start - 1) !== 0x3c || text.charCodeAt(end) !== 0x3e) return false;
  return !/[a-z]/.test(text.slice(start, end));
}
