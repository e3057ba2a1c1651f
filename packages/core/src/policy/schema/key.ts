import 'reflect-metadata';
import { Type } from 'class-transformer';
import { Allow, IsOptional, ValidateBy, ValidateNested } from 'class-validator';
import type { PlainValue } from '../policy-node.js';
import type { Check } from './checks.js';

export type SchemaClass = new () => object;

/**
 * What a child may do with a key that its parent locked: put a number down (`lower`) or up (`raise`), add to a list
 * (`add`), take from a list that allows everything where it is missing (`narrow`) or a default where it is missing
 * (`pick`), turn a flag on or off, move along words from loosest to strictest, add it where it is missing
 * (`set`), or nothing (`same`). `free` keys say
 * nothing about what is allowed.
 */
export type Tightening = 'lower' | 'raise' | 'add' | 'narrow' | 'pick' | 'on' | 'off' | 'set' | 'same' | 'free' | readonly string[];

interface KeyText {
  /** What the key says, for the reference and for editors. */
  readonly doc: string;
  /** What holds without it, as the reference shows it. */
  readonly absent?: string;
  /** Other spellings, from older files and documents. */
  readonly aliases?: readonly string[];
  /** `null` says "no limit" or "no list" here, as in the Python EnforceCore; elsewhere an empty value is a mistake. */
  readonly nullable?: true;
  readonly required?: true;
  readonly tightens?: Tightening;
  /** Lists that add up from parent to child; every other list of a child replaces its parent's. */
  readonly merges?: 'union';
  /**
   * What a lock takes for granted where the key is missing. Of a block: `ownList` where missing is stricter than anything
   * written, `{}` where missing is the same as empty, and otherwise the keys inside whose default is another here.
   */
  readonly default?: PlainValue | typeof ownList;
}

/** A default that is not written out here: the part that uses it knows it. */
export const ownList: unique symbol = Symbol('the list of the part that uses it');

/** The kinds of values, told apart by the one property that each has. */
export type KeyKind =
  | { readonly value: Check }
  | { readonly list: Check }
  /** A list, or one value that stands for a list of it. */
  | { readonly some: Check }
  | { readonly block: () => SchemaClass }
  /** A list of blocks; `short` names the key that a plain text in the list stands for. */
  | {
      readonly blocks: () => SchemaClass;
      readonly short?: string;
      /** What the list is where the block does not have it, as short texts. */
      readonly standard?: readonly string[];
    }
  /** A map from names to blocks. */
  | { readonly table: () => SchemaClass; readonly of: Names }
  /** A map from names to values, or to lists of them. */
  | { readonly values: Check; readonly of: Names }
  | { readonly lists: Check; readonly of: Names };

/** What the keys of a table are. */
export type Names = 'tools' | 'arguments' | 'words';

export type KeyOptions = KeyText & KeyKind & { /** Keys of this block that belong to the map around it, with their names there. */ readonly folds?: Readonly<Record<string, string>> };

export type KeyInfo = KeyOptions & { readonly name: string };

const known = new Map<object, Map<string, KeyInfo>>();

/** Declares a key of a policy: its kind, its check, and its text in the reference. */
export function Key(options: KeyOptions): PropertyDecorator {
  return (target, property) => {
    const name = String(property);
    const keys = known.get(target.constructor) ?? new Map<string, KeyInfo>();
    known.set(target.constructor, keys.set(name, { ...options, name }));
    for (const decorate of validators(options)) decorate(target, property);
  };
}

/** The keys of a block, in the order of their declaration, those that it inherits last. */
export function keysOf(block: SchemaClass): ReadonlyMap<string, KeyInfo> {
  const own = known.get(block);
  const inherited = known.get(Object.getPrototypeOf(block) as object); // classes have a prototype, if only Function's
  if (own === undefined || inherited === undefined) return own ?? inherited ?? new Map<string, KeyInfo>();
  let all = joined.get(own);
  if (all === undefined) {
    all = new Map([...own, ...inherited]);
    joined.set(own, all);
  }
  return all;
}

const joined = new WeakMap<object, ReadonlyMap<string, KeyInfo>>();

/** An entry of a table. A list in here and a map in the file: class-transformer drops keys such as `constructor`. */
export abstract class TableEntry {
  @Allow() readonly $key?: string;
}

/** An entry of a table of values. */
export class ValueEntry extends TableEntry {
  @Allow() readonly $value?: unknown;
}

/** The key under which an error's context carries the check that failed. */
export const checkName = 'policyCheck';

export interface CheckContext {
  readonly check: Check;
  readonly each: boolean;
  readonly table?: boolean;
}

function validators(options: KeyOptions): PropertyDecorator[] {
  const optional = options.required === true ? [] : [IsOptional()];
  if ('value' in options) return [...optional, meets(options.value, false)];
  if ('list' in options) return [...optional, meets(options.list, true)];
  if ('some' in options) return [...optional, meets(options.some, true)];
  if ('values' in options) return [...optional, entriesMeet(options.values, false)];
  if ('lists' in options) return [...optional, entriesMeet(options.lists, true)];
  const nested = 'block' in options ? options.block : 'blocks' in options ? options.blocks : options.table;
  return [...optional, Type(nested), ValidateNested({ each: !('block' in options) })];
}

function meets(check: Check, each: boolean): PropertyDecorator {
  const validate = each
    ? (value: unknown): boolean => Array.isArray(value) && value.every((item) => check(item) === undefined)
    : (value: unknown): boolean => check(value) === undefined;
  // Without a message class-validator would drop the context.
  return ValidateBy({ name: checkName, validator: { validate } }, { message: checkName, context: { check, each } });
}

/** The values of a table; which of them fails is found out when the error is told. */
function entriesMeet(check: Check, each: boolean): PropertyDecorator {
  const fits = (value: unknown): boolean =>
    each ? Array.isArray(value) && value.every((item) => check(item) === undefined) : check(value) === undefined;
  const validate = (entries: unknown): boolean =>
    Array.isArray(entries) && entries.every((entry: unknown) => fits((entry as ValueEntry).$value)); // made by our own loader
  return ValidateBy({ name: checkName, validator: { validate } }, { message: checkName, context: { check, each, table: true } });
}
