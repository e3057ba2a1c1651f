import type * as Parser from '@typescript-eslint/typescript-estree';

/** Reads TypeScript or JavaScript. The parser, and TypeScript with it, is loaded at the first call. @throws what the parser throws for text that is neither. */
export async function parseSource(text: string, options: { readonly jsx?: boolean } = {}): Promise<object> {
  const parser: typeof Parser = await import('@typescript-eslint/typescript-estree');
  return parser.parse(text, { loc: true, range: true, jsx: options.jsx ?? false });
}
