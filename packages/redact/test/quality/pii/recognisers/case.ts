import type { Category } from '../sample.js';

/** A short text and how many values of the category it holds. */
export interface RecogniserCase {
  readonly category: Category;
  readonly text: string;
  readonly count: number;
}

export function cases(category: Category, count: number, ...texts: readonly string[]): RecogniserCase[] {
  return texts.map((text) => ({ category, text, count }));
}
