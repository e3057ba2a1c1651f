import type { JsonSchema } from '@enforcecore/core/tools';

/** A Standard Schema (v1, with the JSON Schema extension) as frameworks take one. */
export interface ShownSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: unknown };
    readonly jsonSchema: { readonly input: () => Record<string, unknown>; readonly output: () => Record<string, unknown> };
  };
}

/** Shows a schema, and leaves reading by it to the enforced tool, which says what is wrong without echoing values. */
export function shownSchema(schema: JsonSchema): ShownSchema {
  const json = (): Record<string, unknown> => ({ ...schema });
  return { '~standard': { version: 1, vendor: 'enforcecore', validate: (value) => ({ value }), jsonSchema: { input: json, output: json } } };
}
