import type { JsonSchema } from './checks.js';
import { keysOf, type KeyInfo, type SchemaClass } from './key.js';
import { PolicySchema, RulesSchema } from './policy.schema.js';

/** Where editors find the schema of an installed package; for the first line of a policy file. */
export const modeline = '# yaml-language-server: $schema=./node_modules/@enforcecore/core/policy.schema.json';

/** The JSON Schema (draft 7, which editors know best) of policy files, from the same classes that check them. */
export function policyJsonSchema(): JsonSchema {
  const definitions = new Definitions();
  const root = definitions.block(PolicySchema);
  // Rules may stand at the top level too, as older files have them.
  const hoisted = definitions.block(RulesSchema)['properties'] as Readonly<Record<string, JsonSchema>>; // made by block()
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'EnforceCore policy',
    ...root,
    properties: { ...hoisted, ...(root['properties'] as Readonly<Record<string, JsonSchema>>) }, // made by block()
    definitions: definitions.all(),
  };
}

class Definitions {
  readonly #made = new Map<string, JsonSchema>();

  all(): JsonSchema {
    return Object.fromEntries([...this.#made].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  block(schema: SchemaClass): JsonSchema {
    const keys = [...keysOf(schema).values()];
    const properties = keys.flatMap((key) => {
      const value = this.#value(key);
      const aliases = (key.aliases ?? []).map((alias) => [alias, { ...value, deprecationMessage: `written ${key.name}` }] as const);
      return [[key.name, value] as const, ...aliases];
    });
    return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
  }

  #value(key: KeyInfo): JsonSchema {
    const description = key.absent === undefined ? key.doc : `${key.doc} (without it: ${key.absent})`;
    const shape = this.#shape(key);
    if (key.nullable !== true) return { description, ...shape };
    return { description, anyOf: [shape, { type: 'null' }] };
  }

  #shape(key: KeyInfo): JsonSchema {
    if ('value' in key) return key.value.schema;
    if ('list' in key) return { type: 'array', items: key.list.schema };
    if ('some' in key) return { anyOf: [key.some.schema, { type: 'array', items: key.some.schema }] };
    if ('values' in key) return { type: 'object', additionalProperties: key.values.schema };
    if ('lists' in key) return { type: 'object', additionalProperties: { anyOf: [key.lists.schema, { type: 'array', items: key.lists.schema }] } };
    if ('table' in key) return { type: 'object', additionalProperties: this.#reference(key.table()) };
    if ('block' in key) return this.#reference(key.block());
    const item = this.#reference(key.blocks());
    return { type: 'array', items: key.short === undefined ? item : { anyOf: [{ type: 'string', minLength: 1 }, item] } };
  }

  #reference(schema: SchemaClass): JsonSchema {
    const name = schema.name.replace(/Schema$/, '');
    if (!this.#made.has(name)) {
      this.#made.set(name, {}); // a block may hold itself
      this.#made.set(name, this.block(schema));
    }
    // Beside a reference draft 7 ignores every other key.
    return { allOf: [{ $ref: `#/definitions/${name}` }] };
  }
}
