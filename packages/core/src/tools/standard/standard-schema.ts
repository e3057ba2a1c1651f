/** What https://standardschema.dev asks of a schema, as far as it is used here. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | PromiseLike<StandardResult>;
    readonly jsonSchema?: { readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown> } | undefined;
  };
  /** zod's, before it knew the above. */
  readonly toJSONSchema?: ((options: { readonly target: 'draft-2020-12'; readonly io: 'input' }) => unknown) | undefined;
}

export type StandardResult = { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export function isStandardSchema(source: unknown): source is StandardSchema {
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null || !('~standard' in source)) return false;
  const standard: unknown = source['~standard'];
  return typeof standard === 'object' && standard !== null && 'version' in standard && standard.version === 1 && 'validate' in standard && typeof standard.validate === 'function';
}
