import { PolicyError } from '../errors.js';
import { readArgumentPath, type PathStep } from '../policy/argument-path.js';

/** The path of a member whose name the code declares, exactly: what is no plain word is quoted. */
export function memberPath(parent: string, name: string): string {
  if (/^[\p{L}\p{N}_$-]+$/u.test(name)) return parent === '' ? name : `${parent}.${name}`;
  return `${parent}[${JSON.stringify(name)}]`;
}

/** The path of every member. */
export function eachPath(parent: string): string {
  return parent === '' ? '*' : `${parent}[*]`;
}

export function isPath(path: string): boolean {
  return readArgumentPath(path).fault === undefined;
}

/** @throws PolicyError `POLICY_INVALID` for what is no path of an argument; `what` says in the error which. */
export function stepsOf(path: string, what: string): readonly PathStep[] {
  const { steps, fault } = readArgumentPath(path);
  if (steps === undefined) throw new PolicyError('POLICY_INVALID', `${what} is no path of an argument: ${fault}`);
  return steps;
}
