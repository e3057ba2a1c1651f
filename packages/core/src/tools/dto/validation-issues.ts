import type { ValidationError } from 'class-validator';
import { keyPath, noNames, unknownKey } from '../issue-path.js';
import type { ToolInputIssue } from '../tool-input.js';
import { shapeOfInstance, type DtoField } from './dto-shape.js';
import { ruleText } from './rule-text.js';

/**
 * Errors of class-validator in our words: theirs may hold values, by `$value` or by what a custom rule says.
 *
 * @param knowsKeys true where unknown keys were told already
 */
export function issuesOf(errors: readonly ValidationError[], knowsKeys: boolean, path = ''): readonly ToolInputIssue[] {
  return errors.flatMap((error) => {
    const field = fieldOf(error);
    const at = pathOf(error, field, path);
    const own = Object.keys(error.constraints ?? {}).flatMap((name): readonly ToolInputIssue[] => {
      if (name !== 'whitelistValidation') return [{ path: at, expected: ruleText(name, field?.rules ?? []) }];
      return knowsKeys ? [] : [unknownKey(path, error.property, undefined)];
    });
    return [...own, ...issuesOf(error.children ?? [], knowsKeys, at)];
  });
}

function fieldOf({ target, property }: ValidationError): DtoField | undefined {
  return target === undefined || Array.isArray(target) ? undefined : shapeOfInstance(target)?.byProperty.get(property);
}

function pathOf({ target, property }: ValidationError, field: DtoField | undefined, path: string): string {
  const step: unknown = property; // `undefined` where the object as a whole is unknown
  if (typeof step !== 'string') return path;
  if (field !== undefined) return keyPath(path, field.key);
  return Array.isArray(target) || target instanceof Set ? `${path}[${step}]` : keyPath(path, step, noNames);
}
