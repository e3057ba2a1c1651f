/** The known key that a mistyped one most likely meant, or nothing when none is close. */
export function nearestKey(key: string, known: Iterable<string>): string | undefined {
  // A key longer than any known one by this much is no typing error, and would make the search slow.
  if (key.length > 64) return undefined;
  const typed = fold(key);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const name = fold(candidate);
    const cut = Math.min(typed.length, name.length) >= 4 && (name.startsWith(typed) || typed.startsWith(name));
    const distance = cut ? 1 : editDistance(typed, name);
    if (distance < bestDistance && distance <= Math.max(1, Math.floor(name.length / 3))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function fold(key: string): string {
  return key.toLowerCase().replaceAll(/[-\s]/g, '_');
}

/** Optimal string alignment: insertions, deletions, replacements, and two neighbours swapped. */
export function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (older[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
