/** The same text without what it was cut out of: a part of a longer text keeps all of that in memory. */
export function copied(text: string): string {
  return Array.from(text).join('');
}
