import { isAlnum, isDigit } from '../../char-class.js';

/** Length by country: the ISO 13616 registry, and the countries that use its form without being in it. */
const lengths: ReadonlyMap<string, number> = new Map(
  Object.entries({
    AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24,
    DE: 22, DJ: 27, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27,
    GT: 28, HN: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20,
    LU: 20, LV: 21, LY: 25, MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27, MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24,
    PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22, RU: 33, SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25,
    SV: 28, TL: 23, TN: 24, TR: 26, UA: 29, VA: 22, VG: 24, XK: 20, YE: 30,
    AO: 25, BF: 28, BJ: 28, CF: 27, CG: 27, CI: 28, CM: 27, CV: 25, DZ: 26, GA: 27, GQ: 27, GW: 25, IR: 26, KM: 27, MA: 28, MG: 27,
    ML: 28, MZ: 25, NE: 28, SN: 28, TD: 27, TG: 28,
  }),
);

const label = /\biban(?:[ _-]?(?:no|nr|num|number|code|is|account))?\b["']?(?:\.|\s?is)?[ \t:=#"'(>]{0,4}$/i;
const reach = 24;

/** End of the IBAN that starts with these two letters, written solid or in groups, -1 for none. */
export function ibanEnd(text: string, start: number): number {
  const length = lengths.get(text.slice(start, start + 2).toUpperCase());
  if (length === undefined) return -1;
  // A word of prose before a number (`is 3637 km`) is no country.
  if (text.charCodeAt(start) > 0x5a && text.charCodeAt(start + 2) === 0x20) return -1;
  if (!mayGoOn(text, start + 2) || !mayGoOn(text, start + 3)) return -1;
  let units = 0;
  let digits = 0;
  let i = start;
  for (; units < length && i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (isAlnum(c)) units += 1;
    else if (!joins(text, i)) return -1;
    if (isDigit(c)) digits += 1;
  }
  if (units < length || isAlnum(text.charCodeAt(i))) return -1;
  const sum = checkSum(text, start, i);
  if (sum < 0) return -1;
  if (sum === 1) return i;
  // Mistyped, but called an IBAN: it is still somebody's. Words in it would mean that it ended earlier.
  return digits * 3 >= length * 2 && label.test(text.slice(Math.max(0, start - reach), start)) ? i : -1;
}

/** A check digit stands there, or a sign before it. */
function mayGoOn(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return isDigit(c) || !isAlnum(c);
}

/** One space, hyphen or dot between two characters of the number. */
function joins(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return (c === 0x20 || c === 0x2d || c === 0x2e) && isAlnum(text.charCodeAt(at + 1));
}

/** ISO 7064 MOD 97-10 with the first four characters moved to the end; -1 when the third or fourth is no digit. */
function checkSum(text: string, start: number, end: number): number {
  let rest = 0;
  let head = 0;
  let units = 0;
  for (let i = start; i < end; i += 1) {
    const c = text.charCodeAt(i);
    if (!isAlnum(c)) continue;
    units += 1;
    const value = isDigit(c) ? c - 48 : (c | 32) - 87;
    if ((units === 3 || units === 4) && value > 9) return -1;
    if (units < 5) head = value > 9 ? head * 100 + value : head * 10 + value;
    else rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return (rest * 1_000_000 + head) % 97;
}
