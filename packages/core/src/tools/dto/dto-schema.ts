import { createRequire } from 'node:module';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import type * as Converter from 'class-validator-jsonschema';
import { SettingsError } from '../../errors.js';
import { deepFreeze } from '../deep-freeze.js';
import { isRecord } from '../is-record.js';
import type { JsonSchema } from '../tool-input.js';
import type { DtoClass } from './dto-class.js';
import { descriptionOf } from './describe.js';
import { shapeOf, type Discriminator, type DtoField } from './dto-shape.js';
import { ruleSchemas } from './rule-schemas.js';

const require = createRequire(import.meta.url);

const maxClasses = 100;

/** The key and the value that tell a class apart from others in its place. */
interface Tag {
  readonly key: string;
  readonly name: string;
}

/**
 * The JSON Schema of a class as class-validator-jsonschema derives it, made to stand alone: nested classes under `$defs`, told
 * apart by what they are and not by their names, and every object of a class closed.
 *
 * @throws SettingsError for a class, or one inside it, that cannot be described or would go unchecked.
 */
export function dtoSchema(type: DtoClass): JsonSchema {
  return new Derivation(type).run();
}

class Derivation {
  readonly #root: DtoClass;
  readonly #names = new Map<DtoClass, Map<string, string>>();
  readonly #taken = new Set<string>();
  readonly #waiting: { readonly type: DtoClass; readonly name: string; readonly tag: Tag | undefined }[] = [];

  constructor(root: DtoClass) {
    this.#root = root;
  }

  run(): JsonSchema {
    const schema = this.#objectOf(this.#root);
    const definitions: Record<string, unknown> = {};
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) definitions[next.name] = this.#objectOf(next.type, next.tag);
    return deepFreeze(Object.keys(definitions).length === 0 ? schema : { ...schema, $defs: definitions });
  }

  #objectOf(type: DtoClass, tag?: Tag): Record<string, unknown> {
    const { targetConstructorToSchema } = require('class-validator-jsonschema') as typeof Converter; // the package's own types
    // A nested class is told by what its field says, so here it only has to be something.
    const options = { classTransformerMetadataStorage: defaultMetadataStorage, additionalConverters: { ...ruleSchemas, nestedValidation: {} } };
    const derived = targetConstructorToSchema(type, options);
    const given: unknown = derived.properties;
    if (!isRecord(given)) throw new SettingsError(`no JSON Schema can be derived from ${type.name || 'a class without a name'}; a tool's classes need names`);
    const properties: Record<string, unknown> = tag === undefined ? {} : { [tag.key]: { const: tag.name } };
    for (const field of shapeOf(type).byKey.values()) {
      const derivedField = withoutForeign(given[field.key]);
      const own = this.#ofField(field, isRecord(derivedField) ? { ...derivedField } : {});
      const description = descriptionOf(type, field.property);
      properties[field.key] = description === undefined ? own : { ...own, description };
    }
    const required = [...new Set([...(tag === undefined ? [] : [tag.key]), ...(derived.required ?? [])])].filter((key) => Object.hasOwn(properties, key));
    const about = typeof derived.description === 'string' ? { description: derived.description } : {};
    return { type: 'object', ...about, properties, ...(required.length === 0 ? {} : { required }), additionalProperties: false };
  }

  #ofField({ nested, isList, rules, property }: DtoField, derived: Record<string, unknown>): Record<string, unknown> {
    if (nested === undefined) return isList && derived['type'] === undefined ? { ...derived, type: 'array' } : derived;
    const inner = typeof nested === 'function' ? this.#refTo(nested) : this.#oneOf(nested);
    if (!isList) return typeof derived['description'] === 'string' ? { ...inner, description: derived['description'] } : inner;
    const isMap = rules.some(({ target }) => typeof target === 'function' && Reflect.getMetadata('design:type', target.prototype as object, property) === Map);
    const rest = Object.fromEntries(Object.entries(derived).filter(([key]) => key !== 'items' && key !== 'additionalProperties'));
    return isMap ? { ...rest, type: 'object', additionalProperties: inner } : { ...rest, type: 'array', items: inner };
  }

  #refTo(type: DtoClass): Record<string, unknown> {
    return { $ref: type === this.#root ? '#' : `#/$defs/${this.#nameOf(type)}` };
  }

  /** Each class with the key that tells it apart, which its own fields do not have. */
  #oneOf({ key, types }: Discriminator): Record<string, unknown> {
    return { anyOf: [...types].map(([name, type]) => ({ $ref: `#/$defs/${this.#nameOf(type, { key, name })}` })) };
  }

  /** Two classes may have one name, and one class may stand under several tags. */
  #nameOf(type: DtoClass, tag?: Tag): string {
    const id = tag === undefined ? '' : JSON.stringify([tag.key, tag.name]);
    const names = this.#names.get(type) ?? new Map<string, string>();
    this.#names.set(type, names);
    const known = names.get(id);
    if (known !== undefined) return known;
    if (this.#taken.size >= maxClasses) throw new SettingsError(`${this.#root.name} holds more than ${String(maxClasses)} classes`);
    const wanted = /^\w{1,64}$/.test(type.name) ? type.name : 'Part';
    let name = wanted;
    for (let n = 2; this.#taken.has(name); n += 1) name = `${wanted}${String(n)}`;
    names.set(id, name);
    this.#taken.add(name);
    this.#waiting.push({ type, name, tag });
    return name;
  }
}

/** A copy without what is OpenAPI's and not JSON Schema's. */
function withoutForeign(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutForeign);
  if (!isRecord(value)) return value === undefined ? {} : value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (key === 'nullable' || item === undefined ? [] : [[key, withoutForeign(item)]])));
}
