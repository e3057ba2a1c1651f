import { readToolName } from './tool-name.js';

/** One step of a path: a name, an index, or every member. */
export type PathStep = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'index'; readonly index: number } | { readonly kind: 'each' };

const word = /[\p{L}\p{N}_$-]+/uy;
const index = /\[(\d{1,9}|\*)\]/y;
const quoted = /\["((?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}){0,256})"\]/y;
const maxSteps = 32;

export type ReadPath = { readonly steps: readonly PathStep[]; readonly fault?: undefined } | { readonly steps?: undefined; readonly fault: string };

/**
 * Reads the path of an argument: `to`, `filters[*].value`, `options.*`, `rows[0]`, `headers["x-api key"]`. `*` is every
 * member of a map or a list.
 */
export function readArgumentPath(path: string): ReadPath {
  if (path.length > 512) return { fault: 'it has more than 512 characters' };
  const steps: PathStep[] = [];
  let at = 0;
  while (at < path.length) {
    const step = readStep(path, at, steps.length === 0);
    if (step === undefined) return { fault: `what stands at character ${String(at + 1)} is no name, [n], [*] or ["name"]` };
    steps.push(step.step);
    if (steps.length > maxSteps) return { fault: `it has more than ${String(maxSteps)} steps` };
    at = step.end;
  }
  return steps.length === 0 ? { fault: 'it is empty' } : { steps };
}

function readStep(path: string, from: number, first: boolean): { readonly step: PathStep; readonly end: number } | undefined {
  const dotted = path.charAt(from) === '.';
  if (dotted && first) return undefined;
  const at = dotted ? from + 1 : from;
  if (dotted || first) {
    if (path.charAt(at) === '*') return { step: { kind: 'each' }, end: at + 1 };
    const name = matchAt(word, path, at)?.[0];
    if (name !== undefined) return { step: { kind: 'name', name }, end: at + name.length };
    if (dotted) return undefined;
  }
  const bracket = matchAt(index, path, at);
  if (bracket !== undefined) {
    const [whole, inner = ''] = bracket;
    const step: PathStep = inner === '*' ? { kind: 'each' } : { kind: 'index', index: Number(inner) };
    return { step, end: at + whole.length };
  }
  const text = matchAt(quoted, path, at);
  if (text === undefined) return undefined;
  return { step: { kind: 'name', name: JSON.parse(`"${text[1] ?? ''}"`) as string }, end: at + text[0].length }; // the pattern is JSON's own grammar of strings
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** The path of a member whose name the policy or the tool's code gives. */
export function pathOf(parent: string, step: string | number): string {
  if (typeof step === 'number') return `${parent}[${String(step)}]`;
  if (/^[\p{L}\p{N}_$-]{1,64}$/u.test(step)) return parent === '' ? step : `${parent}.${step}`;
  return readToolName(step).fault === undefined ? `${parent}["${step}"]` : `${parent}[a name of ${String(step.length)} characters]`;
}

/** What reads like the name of a field, and not like a key, a number or a person. */
const fieldName = /^(?=.{1,40}$)[a-z_$][a-z_$-]*(?:[A-Z][a-z_$-]+)*\d{0,2}$/;

/** The path of a member whose name comes from the caller: it may be anything, so only what reads like a field is shown. */
export function foundPath(parent: string, step: string | number): string {
  if (typeof step === 'number' || fieldName.test(step)) return pathOf(parent, step);
  return `${parent}[a name of ${String(step.length)} characters]`;
}
