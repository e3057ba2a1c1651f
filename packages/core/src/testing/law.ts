/** One promise that every service of a kind keeps: a title, and a check that throws when it is broken. */
export interface Law {
  readonly title: string;
  check(): void | Promise<void>;
}

export function must(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
