import { planOfNumber, type NumberingPlan } from './calling-codes.js';
import { DOT, HYPHEN, SPACE, type DigitChain } from './digit-chain.js';
import { phoneEndsAt } from './phone-span.js';

/** Written without a grouping, the digits alone must be a number of that country. */
const mostDigits = 15;

/** `+`, `00` or `011`, a calling code, and as many groups as that country's numbers have digits. */
export function internationalAt(text: string, chain: DigitChain, g: number, prefix: number, certain: boolean): number {
  if (g === 0 && chain.gluedLeft) return 0;
  let last = g;
  let digits = chain.digitsOf(text, g, g).slice(prefix);
  while (digits.length < 3 && last + 1 < chain.count) digits += chain.digitsOf(text, (last += 1), last);
  const plan = planOfNumber(digits);
  if (plan === undefined) return 0;
  // `+315.49` adds.
  const decimal = prefix === 0 && chain.sign(g + 1) === DOT && chain.sign(g + 2) !== DOT && chain.sign(g + 2) !== HYPHEN;
  let best = 0;
  for (;;) {
    if (!(decimal && last === g + 1) && ends(text, chain, g, last) && fits(plan, digits, last > g, certain)) best = last - g + 1;
    last += 1;
    if (last >= chain.count || chain.used[last] === 1) return best;
    // `+1 555 123 4567 - 2024`: a joint of another kind after a whole number ends it.
    if (best > 0 && chain.sign(last) === SPACE && chain.sign(last - 1) === HYPHEN && chain.size(last) > 2) return best;
    if (!isTrunk(text, chain, last)) digits += text.slice(chain.start(last), chain.end(last));
    if (digits.length > mostDigits + 1) return best;
  }
}

/** `+44 (0)20 …`: the bracketed trunk digit is written but not dialled from abroad. */
function isTrunk(text: string, chain: DigitChain, group: number): boolean {
  return chain.size(group) === 1 && text.charCodeAt(chain.start(group)) === 0x30 && text.charCodeAt(chain.start(group) - 1) === 0x28;
}

function ends(text: string, chain: DigitChain, from: number, last: number): boolean {
  return chain.isFree(from, last) || (last === chain.count - 1 && phoneEndsAt(text, chain.end(last)));
}

/** Grouped digits only need the right length: people and generators invent area codes. */
function fits(plan: NumberingPlan, digits: string, grouped: boolean, certain: boolean): boolean {
  let national = digits.slice(plan.width);
  if (national.charCodeAt(0) === 0x30 && !plan.keepsZero) national = national.slice(1);
  if ((plan.lengths & (1 << national.length)) === 0 || national.length < 5) return false;
  if (national.length < 7 && !grouped) return false;
  return (grouped && certain) || plan.pattern.test(national);
}
