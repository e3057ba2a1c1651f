const longest = 128;
const counts = new Uint8Array(128);

/** What the next of equal characters adds to the sum of n·log2(n). */
const growth = Float64Array.from({ length: longest }, (_, n) => (n === 0 ? 0 : (n + 1) * Math.log2(n + 1) - n * Math.log2(n)));

/** Shannon entropy in bits per character of the first 128 characters. */
export function entropy(text: string): number {
  const length = Math.min(text.length, longest);
  if (length === 0) return 0;
  counts.fill(0);
  let sum = 0;
  for (let i = 0; i < length; i += 1) {
    const slot = text.charCodeAt(i) & 127;
    const seen = counts[slot] ?? 0;
    sum += growth[seen] ?? 0;
    counts[slot] = seen + 1;
  }
  return Math.log2(length) - sum / length;
}
