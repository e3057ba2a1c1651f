/** Shannon entropy in bits per character of the first 128 characters. */
export function entropy(text: string): number {
  const length = Math.min(text.length, 128);
  const counts = new Uint8Array(128);
  let sum = 0;
  for (let i = 0; i < length; i += 1) {
    const slot = text.charCodeAt(i) & 127;
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  for (const count of counts) if (count > 1) sum += count * Math.log2(count);
  return length === 0 ? 0 : Math.log2(length) - sum / length;
}
