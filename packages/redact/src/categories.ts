import { RedactError } from './errors.js';
import { categoryAliases, piiMasks, recognisedCategories } from './pii/pii-categories.js';
import { secretPlaceholders } from './secrets/secret-categories.js';

export { defaultPiiCategories, piiCategories, recognisedCategories, type PiiCategory } from './pii/pii-categories.js';
export { secretCategories, type SecretCategory } from './secrets/secret-categories.js';

const placeholders: ReadonlyMap<string, string> = new Map(Object.entries(secretPlaceholders));
const masks: ReadonlyMap<string, string> = new Map(Object.entries(piiMasks));

export function placeholderOf(category: string): string {
  return placeholders.get(category) ?? `<${category.toUpperCase()}>`;
}

/** Found by a recogniser of names alone. */
const recognised: ReadonlySet<string> = new Set(recognisedCategories);

/** Other names of a category. */
export function canonicalCategory(name: string): string {
  return categoryAliases.get(name) ?? name;
}

const longestShape = 64;

/** The category's own mask; other personal data keeps its shape (`**** **`), and a secret not even its length. */
export function maskOf(category: string, kind: 'pii' | 'secret', value: string): string {
  const usual = masks.get(category);
  if (usual !== undefined) return usual;
  return kind === 'secret' || value.length > longestShape ? '********' : value.replaceAll(/[^-./: ]/gu, '*');
}

/** Refuses a name that is not in the list and names the nearest one that is. */
export function checkCategories(names: readonly string[], known: readonly string[], what: string, alone = false): ReadonlySet<string> {
  for (const name of names) {
    if (known.includes(name)) continue;
    if (recognised.has(name)) throw new RedactError('CATEGORY', alone ? `"${name}" needs a recogniser of names: give one as recognizer` : `no recogniser given finds "${name}"`);
    throw new RedactError('CATEGORY', `unknown ${what} category ${JSON.stringify(name.slice(0, 40))}: did you mean "${nearest(name, known)}"?`);
  }
  return new Set(names);
}

function nearest(name: string, known: readonly string[]): string {
  const wanted = name.slice(0, 40).toLowerCase();
  let best = known[0] ?? '';
  let least = Infinity;
  for (const candidate of known) {
    const distance = candidate.includes(wanted) && wanted.length > 2 ? 1 : editDistance(wanted, candidate);
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
