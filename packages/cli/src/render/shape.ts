import { cut } from './table.js';

const longest = 40;

/** How a value is built, without a character of it: `****@*******.***`. */
export function shapeOf(value: string): string {
  // One unit too many, so that the cut shows.
  return cut(value.slice(0, longest + 1).replace(/[^@.\-+/:_ ()]/g, '*'), longest);
}
