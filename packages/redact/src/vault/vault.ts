/**
 * Keeps the values that `tokenize` has replaced. The same value of the same category gets the same token for as long as
 * the vault lives, so that a model can speak of `⟦EMAIL_1⟧` without knowing it.
 */
export interface Vault {
  /** The token of a value, made when it is new. */
  tokenFor(category: string, value: string): string;
  /** The value behind a token, undefined for a token of somebody else's. */
  valueOf(token: string): { readonly category: string; readonly value: string } | undefined;
}

/** A whole token, and nothing else, as written in a text. */
export const vaultToken = /⟦[A-Z][A-Z0-9_]{0,40}_[1-9][0-9]{0,9}(?:·[a-z0-9]{4,16})?⟧/;
