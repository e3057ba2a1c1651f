import 'reflect-metadata';
import type { FieldLabel } from '../call.js';
import { levelOf } from '../policy/rules/sensitivity.js';
import { labelsOfClass, lineage, prototypeOfType } from './class-labels.js';
import { anyFieldDeclared, anyLabelDeclared, declaredParameters } from './declared-labels.js';
import { eachPath, isPath, memberPath, stepsOf } from './label-path.js';
import { readRank } from './labels.js';
import { plainMembers } from './plain-object.js';
import { pathFrom, raise, ranksIn, toLabels, type RankByPath, type Root } from './value-labels.js';

/** A label that may hold only where a single object is the arguments, or only where arguments have names or positions. */
export interface SiteLabel extends FieldLabel {
  readonly form?: 'single' | 'named' | undefined;
}

/**
 * What decorators say of a method's parameters: their own labels and, from `design:paramtypes`, those of their classes.
 * Labels of the methods that it overrides count as well. An argument has the name that `params` gives it, else `arg0`,
 * `arg1`…, and its fields follow (`arg0.to`); where there are no `params`, the first may be the only argument and an
 * object, whose fields then are the arguments, so the same labels are given for that form too (`to`; `*` for the whole).
 *
 * @param prototype - the prototype that has the method, or the class for a static one.
 */
export function labelsOfMethod(prototype: object, method: string | symbol, params: readonly string[] | undefined): readonly SiteLabel[] {
  const named: RankByPath = new Map();
  const single: RankByPath = new Map();
  for (const level of lineage(prototype)) {
    for (const [index, rank] of declaredParameters(level, method) ?? []) {
      raise(named, argumentPath(params?.[index], index), rank);
      if (index === 0) raise(single, eachPath(''), rank);
    }
    const types: unknown = Reflect.getOwnMetadata('design:paramtypes', level, method);
    if (!Array.isArray(types)) continue;
    types.forEach((type: unknown, index) => {
      const fields = labelsOfClass(prototypeOfType(type) ?? null);
      for (const label of fields) {
        raise(named, pathFrom(argumentPath(params?.[index], index), label), label.rank);
        if (index === 0) raise(single, pathFrom('', label), label.rank);
      }
    });
  }
  if (params !== undefined) return toLabels(named);
  return [...inForm(single, 'single'), ...inForm(named, 'named')];
}

/**
 * What the option `sensitivity` says: levels by path of an argument, as rules name them.
 *
 * @throws PolicyError `POLICY_INVALID` for an unknown level or what is no path of an argument.
 */
export function labelsOfOptions(option: Readonly<Record<string, string>> | undefined): readonly SiteLabel[] {
  if (option === undefined) return noLabels;
  return [...plainMembers(option, 'the option sensitivity')].map(([path, word]) => {
    stepsOf(path, 'a key of the option sensitivity');
    return { path, level: levelOf(readRank(word, 'a level in the option sensitivity')) };
  });
}

const noLabels: readonly SiteLabel[] = Object.freeze([]);

/**
 * The labels of one call: those of its site that hold for its form, and those of the instances among its arguments. Where
 * nothing was declared with `@Sensitivity` it is the site's own list.
 *
 * @param args - the copied arguments.
 * @param single - true when the members of the only argument are the arguments by name.
 * @param opaque - true for positions of arguments handed over by reference: nothing looks into them.
 */
export function labelsForCall(
  site: readonly SiteLabel[],
  args: readonly unknown[],
  nameOf: (index: number) => string | undefined,
  single: boolean,
  opaque?: (index: number) => boolean,
): readonly FieldLabel[] {
  if (!anyLabelDeclared()) return site;
  const fixed = formOf(site, single);
  if (!anyFieldDeclared()) return fixed;
  const roots: Root[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const value = args[i];
    if (typeof value !== 'object' || value === null || opaque?.(i) === true) continue;
    roots.push({ value, path: single ? '' : argumentPath(nameOf(i), i) });
  }
  if (roots.length === 0) return fixed;
  const found = ranksIn(roots);
  return found.size === 0 ? fixed : [...fixed, ...toLabels(found)];
}

/** The lists of a site by form, worked out at its first call. */
const forms = new WeakMap<readonly SiteLabel[], Readonly<Record<'single' | 'named', readonly SiteLabel[]>>>();

function formOf(site: readonly SiteLabel[], single: boolean): readonly SiteLabel[] {
  let both = forms.get(site);
  if (both === undefined) {
    const of = (form: 'single' | 'named'): readonly SiteLabel[] =>
      site.every((label) => label.form === undefined) ? site : site.filter((label) => (label.form ?? form) === form);
    both = { single: of('single'), named: of('named') };
    forms.set(site, both);
  }
  return single ? both.single : both.named;
}

function inForm(ranks: RankByPath, form: 'single' | 'named'): readonly SiteLabel[] {
  return toLabels(ranks).map((label) => ({ ...label, form }));
}

/** An argument whose name no rule could say is labelled together with all others. */
function argumentPath(name: string | undefined, index: number): string {
  const path = memberPath('', name ?? `arg${String(index)}`);
  return isPath(path) ? path : eachPath('');
}
