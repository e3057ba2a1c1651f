import { Random } from '../random.js';
import { foreign } from './foreign.js';
import { prose } from './prose.js';
import { technical } from './technical.js';
import { say } from './vocabulary.js';

/** `rounds` texts of every pattern, without anything personal in them. */
export function benignTexts(rounds = 10, seed = 1): string[] {
  return Object.values({ ...prose, ...technical, ...foreign }).flatMap((patterns, kind) =>
    patterns.flatMap((pattern, at) => {
      const random = new Random(seed * 104_729 + kind * 1009 + at * 31);
      return Array.from({ length: rounds }, () => say(pattern, random));
    }),
  );
}
