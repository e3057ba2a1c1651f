/** A copy of a record without some of its keys. */
export function without(record: Readonly<Record<string, unknown>>, ...keys: readonly string[]): Record<string, unknown> {
  const left: ReadonlySet<string> = new Set(keys);
  return Object.fromEntries(Object.entries(record).filter(([key]) => !left.has(key)));
}
