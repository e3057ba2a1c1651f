/** A text with one thing to hide in it. */
export interface Sample {
  /** What it counts towards: a category or a kind of issuer. */
  readonly group: string;
  /** The issuer or template, and the way it is written: `algolia json`. */
  readonly label: string;
  readonly form: string;
  readonly text: string;
  readonly start: number;
  readonly value: string;
}

/** A text in which nothing is to be hidden. */
export interface Harmless {
  readonly group: string;
  readonly label: string;
  readonly text: string;
}

const mark = '\u{f8ff}';

/** Builds the sample from a text written with the mark `wrap` puts around nothing but the value's place. */
export function sampleOf(group: string, label: string, form: string, template: string, value: string): Sample {
  const start = template.indexOf(mark);
  if (start < 0) throw new Error(`${group} ${label}: no place for the value`);
  return { group, label, form, text: template.slice(0, start) + value + template.slice(start + mark.length), start, value };
}

/** Stands in a template where the value goes. */
export const place = mark;
