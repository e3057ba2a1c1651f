/** Numbers in [0, 1) that are the same for the same seed. */
export type Random = () => number;

export function seeded(seed: string): Random {
  let state = 2_166_136_261;
  for (let i = 0; i < seed.length; i += 1) state = Math.imul(state ^ seed.charCodeAt(i), 16_777_619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[below(random, list.length)] as T; // the index is within the list, and no list here is empty
}

/** `count` different members, in the order of a shuffle. */
export function some<T>(random: Random, list: readonly T[], count: number): T[] {
  const left = [...list];
  const out: T[] = [];
  while (out.length < count && left.length > 0) out.push(...left.splice(below(random, left.length), 1));
  return out;
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';

const alphabets: Readonly<Record<string, string>> = {
  h: `${digits}abcdef`, H: `${digits}ABCDEF`, a: lower + upper + digits, l: lower + digits, u: upper + digits, z: lower, L: lower + upper, d: digits,
  b: `${lower}${upper}${digits}+/`, w: `${lower}${upper}${digits}_-`, U: upper, c: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', t: `${upper}234567`,
};

const hole = /\{([a-zA-Z])(\d{0,4})(?:-(\d{1,4}))?\}/g;

/** Fills `{h32}` with 32 hexadecimal digits, `{a20-24}` with 20 to 24 letters and digits, `{g}` with a UUID. */
export function fill(template: string, random: Random): string {
  return template.replace(hole, (_, kind: string, least: string, most?: string) => {
    if (kind === 'g') return fill('{h8}-{h4}-4{h3}-a{h3}-{h12}', random);
    const length = Number(least) + (most === undefined ? 0 : below(random, Number(most) - Number(least) + 1));
    return letters(alphabets[kind] ?? '', length, random);
  });
}

/** Drawn again when a long one has no digit or no letter although its alphabet has: nobody's key looks like that. */
function letters(alphabet: string, length: number, random: Random): string {
  for (;;) {
    let out = '';
    for (let i = 0; i < length; i += 1) out += alphabet.charAt(below(random, alphabet.length));
    if (length < 12 || alphabet === lower + upper || /^\d+$|^[a-z]+$/.test(alphabet) || (/\d/.test(out) && /[A-Za-z]/.test(out))) return out;
  }
}
