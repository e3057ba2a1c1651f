/** Colours on a terminal, plain text anywhere else. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly hint: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

export function paintFor(out: { readonly isTTY?: boolean }, environment: Readonly<Record<string, string | undefined>> = process.env): Paint {
  // https://no-color.org: any value but the empty one means no.
  const coloured = out.isTTY === true && (environment.NO_COLOR ?? '') === '';
  const sgr = (code: string) => (text: string): string => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { good: sgr('32'), bad: sgr('31'), hint: sgr('33'), dim: sgr('2'), bold: sgr('1') };
}
