import { lastPart, leadOf, longestName, startOfName, type Lead } from './lead-name.js';
import { isSpace } from './lead-units.js';

const command = /(?:^|[^A-Za-z0-9_])(?:env|arg|define|defn?|defparameter|set|setx|setenv|export|add|put|config)(?: -[A-Za-z]{1,4})?[ \t]$/i;
const longestCommand = 14;

/** `ENV API_KEY …`, `#define API_KEY "…"`, `the api key is …`, and the loose `algolia api key …`. */
export function wordsBefore(text: string, nameEnd: number, valueStart: number, quote: number): Lead | undefined {
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
