import { types } from 'node:util';
import { SensitivityViolationError, InvalidInputError } from '../errors.js';
import { pathOf, type PathStep } from '../policy/argument-path.js';
import { levelOf, type SensitivityLevel } from '../policy/rules/sensitivity.js';
import { stepsOf } from './label-path.js';
import { readRank, sensitivityViolation, type SensitivityViolation, type SensitivityWord } from './labels.js';
import { plainMembers } from './plain-object.js';

/** Levels by path of an argument: `{ body: 'confidential', 'customer.ssn': 'restricted' }`. */
export type FieldLabels = Readonly<Record<string, SensitivityWord>>;

export interface SensitivityEnforcerOptions {
  /** The highest level that the tool may be given. */
  readonly toolClearance: SensitivityWord;
  readonly fieldLabels?: FieldLabels | undefined;
  /** The level of an argument that no label names as a whole; `public` by default. */
  readonly defaultFieldSensitivity?: SensitivityWord | undefined;
}

export interface RaiseOptions {
  readonly toolName?: string | undefined;
  readonly policyName?: string | undefined;
  readonly overrides?: FieldLabels | undefined;
}

interface Label {
  readonly path: string;
  readonly steps: readonly PathStep[];
  readonly rank: number;
}

/** Checks arguments against the clearance of one tool: nothing flows to a tool that is cleared for less. */
export class SensitivityEnforcer {
  readonly #clearance: number;
  readonly #unlabelled: number;
  readonly #labels: ReadonlyMap<string, Label>;

  /** @throws PolicyError `POLICY_INVALID` for an unknown level or what is no path of an argument. */
  constructor(options: SensitivityEnforcerOptions) {
    this.#clearance = readRank(options.toolClearance, 'toolClearance');
    this.#unlabelled = readRank(options.defaultFieldSensitivity ?? 'public', 'defaultFieldSensitivity');
    this.#labels = readLabels(options.fieldLabels, 'fieldLabels');
  }

  get toolClearance(): SensitivityLevel {
    return levelOf(this.#clearance);
  }

  get fieldLabels(): Readonly<Record<string, SensitivityLevel>> {
    return Object.freeze(Object.fromEntries([...this.#labels.values()].map(({ path, rank }) => [path, levelOf(rank)])));
  }

  /**
   * What is too sensitive for the tool, one violation a label. `undefined` and `null` carry nothing; what cannot be looked
   * into (a proxy, a getter) counts as carrying what its label says.
   *
   * @param overrides - levels that replace those of the same paths, for this call only.
   * @throws InvalidInputError for arguments that are no object; PolicyError for wrong overrides.
   */
  check(args: Readonly<Record<string, unknown>>, overrides?: FieldLabels): readonly SensitivityViolation[] {
    const named = argumentsByName(args);
    const all = overrides === undefined ? this.#labels : new Map([...this.#labels, ...readLabels(overrides, 'the overrides')]);
    const labels = [...all.values()];
    const violations = labels
      .filter(({ steps, rank }) => rank > this.#clearance && carries(named, steps))
      .map(({ path, rank }) => sensitivityViolation(path, rank, this.#clearance));
    if (this.#unlabelled <= this.#clearance) return violations;
    const names = unlabelledNames(named, labels);
    return [...violations, ...names.map((name) => sensitivityViolation(pathOf('', name), this.#unlabelled, this.#clearance))];
  }

  /** @throws SensitivityViolationError when `check` finds something. */
  raiseIfViolated(args: Readonly<Record<string, unknown>>, { overrides, ...context }: RaiseOptions = {}): void {
    const [first, ...others] = this.check(args, overrides);
    if (first === undefined) return;
    const more = others.length === 0 ? '' : ` (and ${String(others.length)} more)`;
    const reason = `it is ${first.fieldSensitivity}, and the tool is cleared for ${first.toolClearance}${more}`;
    throw new SensitivityViolationError({ ...context, path: first.field, reason });
  }
}

/** Labels by what their paths mean, so that two spellings of one path are one label. */
function readLabels(labels: unknown, what: string): ReadonlyMap<string, Label> {
  const read = new Map<string, Label>();
  if (labels === undefined) return read;
  for (const [path, word] of plainMembers(labels, what)) {
    const steps = stepsOf(path, `a key of ${what}`);
    const meaning = JSON.stringify(steps);
    const rank = Math.max(readRank(word, `a level in ${what}`), read.get(meaning)?.rank ?? 0);
    read.set(meaning, { path, steps, rank });
  }
  return read;
}

/** Stands for what is there and cannot be read without running somebody's code. */
const unreadable = Symbol('unreadable');

function argumentsByName(args: unknown): ReadonlyMap<string, unknown> {
  if (typeof args !== 'object' || args === null || types.isProxy(args) || Array.isArray(args)) {
    throw new InvalidInputError('the arguments must be an object of arguments by name');
  }
  return new Map(Object.keys(args).map((name) => [name, ownValue(args, name)]));
}

/** True when anything stands at the path. A value that many ways lead to is looked at once a step, so cycles end. */
function carries(named: ReadonlyMap<string, unknown>, [first, ...rest]: readonly PathStep[]): boolean {
  let values = new Set<unknown>();
  for (const [name, value] of named) {
    if (first?.kind === 'each' || (first?.kind === 'name' && first.name === name)) values.add(value);
  }
  for (const step of rest) {
    const members = new Set<unknown>();
    for (const value of values) {
      for (const member of membersAt(value, step)) members.add(member);
    }
    values = members;
  }
  return [...values].some(isSomething);
}

function membersAt(value: unknown, step: PathStep): readonly unknown[] {
  if (value === unreadable) return [unreadable];
  if (typeof value !== 'object' || value === null) return [];
  if (types.isProxy(value)) return [unreadable];
  if (step.kind === 'each') return everyMember(value);
  const key = step.kind === 'name' ? step.name : step.index;
  if (types.isMap(value)) return [Map.prototype.get.call(value, key) as unknown];
  return [ownValue(value, key)];
}

function everyMember(value: object): readonly unknown[] {
  if (types.isMap(value)) return [...Map.prototype.values.call(value)];
  if (types.isSet(value)) return [...Set.prototype.values.call(value)];
  if (ArrayBuffer.isView(value)) return [];
  return Object.keys(value).map((key) => ownValue(value, key));
}

function ownValue(value: object, key: string | number): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
  return descriptor === undefined || 'value' in descriptor ? descriptor?.value : unreadable;
}

function isSomething(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A label inside an argument says nothing of the rest of it. */
function unlabelledNames(named: ReadonlyMap<string, unknown>, labels: readonly Label[]): readonly string[] {
  const whole = labels.flatMap(({ steps }) => (steps.length === 1 ? steps : []));
  if (whole.some(({ kind }) => kind === 'each')) return [];
  const labelled = new Set(whole.flatMap((step) => (step.kind === 'name' ? [step.name] : [])));
  return [...named].flatMap(([name, value]) => (isSomething(value) && !labelled.has(name) ? [name] : []));
}
