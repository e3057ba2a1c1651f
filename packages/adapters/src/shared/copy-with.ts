/** A copy with other properties that keeps the prototype, getters too: a tool may be an instance of a class. */
export function copyWith<T extends object>(value: T, changes: Partial<T>): T {
  const changed = Object.fromEntries(Reflect.ownKeys(changes).map((key) => [key, { value: changes[key as keyof T], enumerable: true, configurable: true, writable: true }]));
  return Object.create(Object.getPrototypeOf(value) as object | null, { ...Object.getOwnPropertyDescriptors(value), ...changed }) as T; // of the same prototype, with the same keys
}
