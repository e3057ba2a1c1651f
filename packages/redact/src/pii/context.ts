import { isDigit } from '../char-class.js';

const reach = 40;
// One number may stand between (`call 5551234567 or 5559876543`), a column of them not.
const mostDigits = 12;

/**
 * The words before a number on its line. It ends at a second number and at anything a replacement may have
 * left (`>`, `]`, `*`), so that redacting twice sees no more context than redacting once.
 */
export function contextBefore(text: string, at: number): string {
  let from = at;
  let digits = 0;
  let speaks = false;
  const limit = Math.max(0, at - reach);
  while (from > limit) {
    const c = text.charCodeAt(from - 1);
    if (c === 0x3e) return tagBefore(text, from) + text.slice(from, at);
    if (c === 0x0a || c === 0x0d || c === 0x5d || c === 0x2a) break;
    if (isDigit(c)) {
      digits += 1;
      if (digits > mostDigits) break;
    } else speaks ||= c > 0x3a || c === 0x23;
    from -= 1;
  }
  return speaks ? text.slice(from, at) : '';
}

/** `<phone>` says what follows; `<PHONE>` may be our own placeholder and says nothing. */
function tagBefore(text: string, end: number): string {
  const open = text.slice(Math.max(0, end - reach), end).lastIndexOf('<');
  if (open < 0) return '';
  const tag = text.slice(Math.max(0, end - reach) + open, end);
  return /^<[A-Za-z][\w:.-]*>$/.test(tag) && /[a-z]/.test(tag) ? `${tag.slice(1, -1)} ` : '';
}

const ssnWords = /(?:^|[^A-Za-z])ssn(?![a-z])|[a-z]Ssn(?![a-z])|SSN|social.?sec|soc\.? ?sec|taxpayer|(?:^|[^A-Za-z])(?:tin|ss ?#|ss ?no)(?![a-z])/;
const ssnWordsAnyCase = /(?:^|[^a-z])ssn(?![a-z])|social.?sec|soc\.? ?sec|taxpayer|(?:^|[^a-z])(?:tin|ss ?#|ss ?no)(?![a-z])/i;
const phoneWords = /phone|(?:^|[^a-z])(?:mobile|tel|cell|cellular|fax|sms|whatsapp|telefon|handy|dial|call|text|ring|msisdn)(?:[^a-z]|$)|(?:contact|mobile|cell|callback|dial) ?(?:no|num|number|#)/i;
const cardWords = /card|(?:^|[^a-z])(?:visa|mastercard|amex|discover|cc|pan|debit|credit)(?![a-z])/i;
const passportWords = /passport/i;
const otherNumber = /(?:^|[^a-z])(?:order|invoice|ticket|ref|reference|sku|part|serial|tracking|case|issue|isbn|ean|upc|item|model|batch|lot|id)[\s#:.=-]{0,3}(?:(?:no|num|number|id)?[\s#:.=-]{0,3})$/i;
const versionWords = /(?:^|[^a-z])v\.?$|(?:^|[^a-z])(?:ver|version|release|rev|build|firmware|section|chapter|clause|oid)[\s:=.#"']{0,3}$|[=~^<>]=\s?$|[a-z]@$/i;

export function saysSsn(context: string): boolean {
  return ssnWords.test(context) || ssnWordsAnyCase.test(context);
}

export function saysPhone(context: string): boolean {
  return phoneWords.test(context);
}

export function saysCard(context: string): boolean {
  return cardWords.test(context);
}

export function saysPassport(context: string): boolean {
  return passportWords.test(context);
}

/** The word right before the number names something else: an order, a ticket, a part. */
export function saysOtherNumber(context: string): boolean {
  return otherNumber.test(context);
}

export function saysVersion(context: string): boolean {
  return versionWords.test(context);
}
