/** A text and the one value in it that is to be found, '' for none. */
export interface Sample {
  readonly category: string;
  readonly text: string;
  readonly value: string;
}

/** Writes a value into a template at `{}`. */
export function sampleOf(category: string, template: string, value: string): Sample {
  return { category, text: template.replace('{}', () => value), value };
}
