/** A library as a user calls it: a text in, the text without what it found out. */
export interface Product {
  /** As the table calls it; also the name of a folder. */
  readonly name: string;
  readonly version: string;
  /** What it looks for by its own account. */
  readonly looksFor: 'both' | 'pii' | 'secrets';
  /** How it redacts each kind of text; some have one way for all. */
  readonly ways: Readonly<Record<Purpose, Way>>;
}

/**
 * What the texts of a row hold, and so what is switched on where that can be chosen: `usual` is what a text is searched
 * for by default, and IBANs; `everything` is every detector there is.
 */
export type Purpose = 'pii' | 'secrets' | 'usual' | 'everything';

export type Way =
  | { readonly kind: 'sync'; redact(text: string): string }
  | { readonly kind: 'async'; redact(text: string): Promise<string> };

export function oneWay(way: Way): Readonly<Record<Purpose, Way>> {
  return { pii: way, secrets: way, usual: way, everything: way };
}
