/** One token format: the literal it starts with, and what follows it. */
export interface TokenRule {
  readonly category: string;
  readonly literal: string;
  /**
   * Sticky pattern after the literal. It never nests repetition, and is either of fixed size or open-ended: a long
   * upper bound would be walked and given back at every start (`ghp_ghp_ghp_…`).
   */
  readonly rest: string;
  /** The literal is so short that words begin with it: what follows holds letters and digits. */
  readonly mixed: boolean;
}

export const word = '[A-Za-z0-9_-]';
export const alnum = '[A-Za-z0-9]';
export const lower = '[a-z0-9]';
export const upper = '[A-Z0-9]';
export const hex = '[0-9a-f]';
export const base64 = '[A-Za-z0-9+/]';
export const base58 = '[1-9A-HJ-NP-Za-km-z]';
export const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';

export function rule(category: string, rest: string, ...literals: readonly string[]): readonly TokenRule[] {
  return literals.map((literal) => ({ category, literal, rest, mixed: false }));
}

export function mixed(category: string, rest: string, ...literals: readonly string[]): readonly TokenRule[] {
  return literals.map((literal) => ({ category, literal, rest, mixed: true }));
}
