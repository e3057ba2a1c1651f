/** An object of a syntax tree that comes from a parser without types. */
export type TreeObject = Readonly<Record<string, unknown>>;

export function isTreeObject(value: unknown): value is TreeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function treeList(value: unknown): readonly unknown[] {
  // Array.isArray() widens to any[]; nothing is known of the items.
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
