import { SettingsError } from '../../errors.js';
import { checkedText } from '../declaration.js';
import type { DtoClass } from './dto-class.js';

const maxChars = 1_024;
const described = new WeakMap<object, Map<string, string>>();

/**
 * Says what a property of a tool's arguments is for: its `description` in the JSON Schema that a model is given. At most 1,024
 * characters, all of them visible. For the classes of class-validator, whose decorators are of the legacy dialect.
 *
 * @throws SettingsError where the class is defined.
 */
export function Describe(text: string): (target: object, property: string | symbol) => void {
  return (target, property) => {
    if (typeof target !== 'object' || typeof property !== 'string') throw new SettingsError('@Describe is for properties of instances, which have names');
    const own = described.get(target) ?? new Map<string, string>();
    described.set(target, own.set(property, checkedText(text, `the description of "${property}"`, maxChars)));
  };
}

/** The nearest description of a property of a class, inherited ones included. */
export function descriptionOf(type: DtoClass, property: string): string | undefined {
  for (let level = type.prototype as object | null; level !== null; level = Object.getPrototypeOf(level) as object | null) {
    const text = described.get(level)?.get(property);
    if (text !== undefined) return text;
  }
  return undefined;
}
