/** What the strategies write, so that nothing that was hidden is found again. */
const written = /<[A-Z][A-Z0-9_]{0,63}>|\[HMAC:[0-9a-f]{16}\]|\[SHA256:[0-9a-f]{16}\]|⟦[A-Z0-9_]{1,52}(?:·[a-z0-9]{1,16})?⟧|\*{3,}(?:[-./:@ ]\*{1,64}){0,16}/g;

/** Whether [start, end) of the text holds nothing but one of our own replacements, or a part of one. */
export function isOwnToken(text: string, start: number, end: number, own: readonly string[]): boolean {
  const from = Math.max(0, start - reach);
  const around = text.slice(from, Math.min(text.length, end + reach));
  for (const match of around.matchAll(written)) if (holds(from + match.index, match[0].length, start, end)) return true;
  for (const token of own) {
    for (let at = around.indexOf(token); at >= 0; at = around.indexOf(token, at + 1)) if (holds(from + at, token.length, start, end)) return true;
  }
  return false;
}

const reach = 80;

function holds(at: number, length: number, start: number, end: number): boolean {
  return at <= start && at + length >= end;
}
