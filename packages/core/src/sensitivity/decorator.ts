import { types } from 'node:util';
import { PolicyError } from '../errors.js';
import { declareField, declareParameter } from './declared-labels.js';
import { isPath, memberPath } from './label-path.js';
import { readRank, type SensitivityWord } from './labels.js';

type FieldContext = ClassFieldDecoratorContext | ClassAccessorDecoratorContext;

/** Decorates parameters and properties in the legacy dialect, fields and accessors in the standard one. */
export interface SensitivityDecorator {
  (target: object, method: string | symbol | undefined, index: number): void;
  (target: object, property: string | symbol, descriptor?: PropertyDescriptor): void;
  (value: undefined, context: ClassFieldDecoratorContext): void;
  <This, Value>(value: ClassAccessorDecoratorTarget<This, Value>, context: ClassAccessorDecoratorContext<This, Value>): void;
}

/**
 * Says how sensitive a parameter of an enforced method is (legacy dialect, `experimentalDecorators`), or a field of a class
 * whose instances are handed to one (either dialect). Policies say what each tool may be given. A subclass inherits the
 * labels and can only raise them.
 *
 * In the standard dialect, where the runtime has no `Symbol.metadata`, a class is labelled from its first construction on.
 *
 * @throws PolicyError `POLICY_INVALID`, where the class is defined, for an unknown level and for what cannot be labelled.
 */
export function Sensitivity(level: SensitivityWord): SensitivityDecorator {
  const rank = readRank(level, 'the level of @Sensitivity');
  function decorate(target: object | undefined, key: string | symbol | undefined | FieldContext, third?: number | PropertyDescriptor): void {
    if (typeof key === 'object') decorateField(key, rank);
    else if (typeof third === 'number') decorateParameter(target, key, third, rank);
    else decorateProperty(target, key, third, rank);
  }
  return decorate;
}

function decorateParameter(target: object | undefined, method: string | symbol | undefined, index: number, rank: number): void {
  if (target === undefined || method === undefined) refuse('a parameter of a constructor is in no call; declare the property and label that');
  declareParameter(target, method, index, rank);
}

function decorateProperty(target: object | undefined, property: string | symbol | undefined, descriptor: PropertyDescriptor | undefined, rank: number): void {
  if (typeof descriptor?.value === 'function') refuse('a method is no argument; label its parameters');
  if (typeof target !== 'object') refuse('a static property is in no argument; label properties of instances');
  declareField(target, fieldName(property), rank);
}

function decorateField(context: FieldContext, rank: number): void {
  const kind: string = context.kind;
  if (kind !== 'field' && kind !== 'accessor') refuse(`a ${kind} is no argument; label fields (parameters have no decorators in the standard dialect: use the option \`sensitivity\`)`);
  if (context.static) refuse('a static field is in no argument; label fields of instances');
  if (context.private) refuse('a private field is not data of an argument, so nothing could check it');
  const name = fieldName(context.name);
  // Read as what may be absent: a runtime without Symbol.metadata gives decorators none.
  const metadata: object | undefined = context.metadata;
  if (metadata !== undefined) declareField(metadata, name, rank);
  context.addInitializer(function (this: unknown) {
    const prototype = prototypeOf(this);
    if (prototype !== undefined) declareField(prototype, name, rank);
  });
}

/** The class that is being constructed: a field's decorator is not told it. */
function prototypeOf(instance: unknown): object | undefined {
  // A base class may return any object as the instance, and a label must not end up on all plain objects.
  if (typeof instance !== 'object' || instance === null || types.isProxy(instance)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(instance);
  return typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype ? prototype : undefined;
}

const maxNameLength = 128;

function fieldName(name: string | symbol | undefined): string {
  if (typeof name === 'string' && name.length <= maxNameLength && isPath(memberPath('', name))) return name;
  return refuse(`a field's name must be text of at most ${String(maxNameLength)} characters, for rules to name it`);
}

function refuse(why: string): never {
  throw new PolicyError('POLICY_INVALID', `@Sensitivity cannot stand here: ${why}`);
}
