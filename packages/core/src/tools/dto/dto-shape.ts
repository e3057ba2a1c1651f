import { getMetadataStorage, ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import { defaultMetadataStorage as transforms } from 'class-transformer/cjs/storage.js';
import type { TypeMetadata } from 'class-transformer/types/interfaces/index.js';
import { SettingsError } from '../../errors.js';
import { isDtoClass, rulesOf, type DtoClass } from './dto-class.js';

/** The classes that the value of one key tells apart, by another key inside it. */
export interface Discriminator {
  readonly key: string;
  readonly types: ReadonlyMap<string, DtoClass>;
}

/** One property of a class, as it stands in the arguments and as class-validator knows it. */
export interface DtoField {
  /** The key in the arguments: the property's name, or what `@Expose({ name })` says. */
  readonly key: string;
  readonly property: string;
  readonly rules: readonly ValidationMetadata[];
  /** A list: of objects where `nested`, of whatever its rules say otherwise. */
  readonly isList: boolean;
  /** The classes of the objects in it; none where it holds no objects of a class. */
  readonly nested: DtoClass | Discriminator | undefined;
  /** What class-transformer would make of whatever comes, `true` of the text `false` for one. */
  readonly primitive: Primitive | undefined;
}

export type Primitive = 'string' | 'number' | 'boolean';
const primitives: ReadonlyMap<unknown, Primitive> = new Map<unknown, Primitive>([[String, 'string'], [Number, 'number'], [Boolean, 'boolean']]);

/** What a class takes: its fields by their keys in the arguments, inherited ones included. */
export interface DtoShape {
  readonly type: DtoClass;
  readonly byKey: ReadonlyMap<string, DtoField>;
  readonly byProperty: ReadonlyMap<string, DtoField>;
}

const shapes = new WeakMap<DtoClass, DtoShape>();

/**
 * Worked out once a class.
 *
 * @throws SettingsError where part of the arguments would go unchecked.
 */
export function shapeOf(type: DtoClass): DtoShape {
  const known = shapes.get(type);
  if (known !== undefined) return known;
  const fields: DtoField[] = [];
  for (const property of new Set(rulesOf(type).map(({ propertyName }) => propertyName))) {
    if (!isHidden(type, property)) fields.push(fieldOf(type, property));
  }
  const shape: DtoShape = {
    type,
    byKey: new Map(fields.map((field) => [field.key, field])),
    byProperty: new Map(fields.map((field) => [field.property, field])),
  };
  shapes.set(type, shape);
  return shape;
}

function isHidden(type: DtoClass, property: string): boolean {
  // What the package gives for no metadata is `undefined`, which its types leave out.
  const excluded = transforms.findExcludeMetadata(type, property) as { readonly options?: { readonly toPlainOnly?: boolean } } | undefined;
  return excluded !== undefined && excluded.options?.toPlainOnly !== true;
}

function fieldOf(type: DtoClass, property: string): DtoField {
  const rules = rulesOf(type).filter(({ propertyName }) => propertyName === property);
  const typed = transforms.findTypeMetadata(type, property) as TypeMetadata | undefined; // as above
  const exposed = transforms.findExposeMetadata(type, property) as { readonly options?: { readonly name?: string } } | undefined; // as above
  const nesting = rules.filter((rule) => rule.type === ValidationTypes.NESTED_VALIDATION);
  const where = `${type.name}.${property}`;
  return {
    key: exposed?.options?.name ?? property,
    property,
    rules,
    isList: nesting.length > 0 ? nesting.some(({ each }) => each) || isListType(type, property) : rules.some(({ each }) => each),
    nested: nestedOf(typed, nesting.length > 0, where),
    primitive: typed === undefined ? undefined : primitives.get(typeGivenBy(typed, where)),
  };
}

function isListType(type: DtoClass, property: string): boolean {
  const noted: unknown = Reflect.getMetadata('design:type', type.prototype as object, property);
  return noted === Array || noted === Set || noted === Map;
}

function nestedOf(typed: TypeMetadata | undefined, isNested: boolean, where: string): DtoClass | Discriminator | undefined {
  if (typed === undefined) {
    if (isNested) throw new SettingsError(`${where} has @ValidateNested without @Type, so no class would check what is in it; add @Type(() => TheClass)`);
    return undefined;
  }
  const { discriminator } = (typed.options as TypeMetadata['options'] | undefined) ?? {}; // left out by what registers types by hand
  if (discriminator !== undefined) {
    const types = new Map(discriminator.subTypes.map(({ name, value }) => [name, checkedClass(value, isNested, where)]));
    return { key: discriminator.property, types };
  }
  const type = typeGivenBy(typed, where);
  if (!isNested && !isDtoClass(type)) return undefined; // Date, Number, Map: a conversion, not a class of arguments
  return checkedClass(type, isNested, where);
}

function typeGivenBy(typed: TypeMetadata, where: string): unknown {
  try {
    // Left out where @Type stands without a function: the type is then what the compiler noted.
    const give = typed.typeFunction as TypeMetadata['typeFunction'] | undefined;
    return give === undefined ? typed.reflectedType : give({ newObject: {}, object: {}, property: typed.propertyName });
  } catch (cause) {
    throw new SettingsError(`the type of ${where} could not be told; @Type takes a function that gives a class`, { cause });
  }
}

function checkedClass(type: unknown, isNested: boolean, where: string): DtoClass {
  if (!isNested) throw new SettingsError(`${where} has @Type without @ValidateNested, so what is in it would go unchecked; add @ValidateNested()`);
  if (isDtoClass(type)) return type;
  throw new SettingsError(`the class of ${where} has no class-validator decorators, so what is in it would go unchecked; decorate its properties`);
}

/** The shape of an object's class, where class-validator knows that class. */
export function shapeOfInstance(instance: object): DtoShape | undefined {
  const prototype: unknown = Object.getPrototypeOf(instance);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return undefined;
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return shapes.get(type as DtoClass) ?? (isDtoClass(type) ? shapeOf(type) : undefined); // only asked as a key
}

/** The name under which class-validator tells that a rule broke. */
export function ruleName(rule: ValidationMetadata): string {
  if (rule.type !== ValidationTypes.CUSTOM_VALIDATION) return rule.type;
  return getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls)[0]?.name ?? rule.type;
}
