/** A tool that a child cannot have; the message is for whoever wrote the option. */
export class NoSuchTool extends Error {
  override name = 'NoSuchTool';
}

/** What went wrong, by names that hold no values of anybody. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = error as { readonly code?: unknown };
  const word = typeof code === 'string' ? code : error.name;
  return /^\w{1,60}$/.test(word) ? ` (${word})` : '';
}
