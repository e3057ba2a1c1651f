import { vaultToken } from './vault.js';

const longestLabel = 41;
/** `⟦`, a label, `_`, ten digits, `·`, sixteen signs and `⟧`. */
export const longestToken = longestLabel + 30;

/** Whether the text is one token from end to end, of this vault or of another. */
export function isToken(text: string): boolean {
  return text.charCodeAt(0) === 0x27e6 && text.length <= longestToken && vaultToken.exec(text)?.[0].length === text.length;
}

/** The category as it may stand in a token; two categories may share a label, so counters belong to labels. */
export function labelOf(category: string): string {
  const label = category.slice(0, longestLabel).toUpperCase().replace(/[^A-Z0-9_]/g, '_').slice(0, longestLabel);
  return /^[A-Z]/.test(label) ? label : `X${label}`.slice(0, longestLabel);
}

export function tokenOf(label: string, turn: number, suffix: string): string {
  return suffix === '' ? `⟦${label}_${turn}⟧` : `⟦${label}_${turn}·${suffix}⟧`;
}
