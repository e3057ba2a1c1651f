import { SettingsError } from '../errors.js';
import { siteOf } from './enforced-site.js';
import type { ToolHints } from './enforced-tool.js';
import { firstInvisible } from './visible-text.js';
import type { ToolInput } from './tool-input.js';

/** What `@Tool` says of a method. */
export interface ToolDeclaration {
  readonly description: string;
  readonly hints: ToolHints;
  readonly input: ToolInput;
}

const declarations = new WeakMap<object, ToolDeclaration>();

/** Notes a method as a tool, before or after it became an enforced one. */
export function declareTool(method: object, declaration: ToolDeclaration): void {
  if (declarations.has(method)) throw new SettingsError('a method is one tool; leave only one @Tool on it');
  declarations.set(method, declaration);
  bind(method, declaration);
}

/** An enforced function stands for the function behind it, which was a tool already. */
export function carryDeclaration(wrapper: object, fn: object): void {
  const declaration = declarations.get(fn);
  if (declaration === undefined) return;
  declarations.set(wrapper, declaration);
  bind(wrapper, declaration);
}

/** Its arguments would go unchecked where those of the method that it replaces are checked. */
export const bareOverride = 'overrides a tool without being one itself; put @Tool and @Enforce on it';

export function declarationOf(value: unknown): ToolDeclaration | undefined {
  return typeof value === 'function' ? declarations.get(value) : undefined;
}

function bind(wrapper: object, { input }: ToolDeclaration): void {
  const site = siteOf(wrapper);
  if (site === undefined) return;
  if (site.hasOpaque) throw new SettingsError(`"${site.tool}" has opaque parameters, and the arguments of a tool are checked; leave out \`opaque\``);
  site.takes(input);
}

/** @throws SettingsError */
export function refuseMany(parameters: number, tool: string): void {
  if (parameters > 1) throw new SettingsError(`the tool "${tool}" has ${String(parameters)} parameters; a tool takes one object with everything in it, or nothing`);
}

const maxDescriptionChars = 4_096;
const maxTitleChars = 256;

/** @throws SettingsError for what no model should be told: nothing, too much, or what a reader would not see. */
export function checkedDescription(text: unknown, tool: string): string {
  return checkedText(text, `the description of the tool "${tool}"`, maxDescriptionChars);
}

export function checkedHints(hints: ToolHints | undefined, title: string | undefined, tool: string): ToolHints {
  const shown = title ?? hints?.title;
  const checked = { ...hints, ...(shown === undefined ? {} : { title: checkedText(shown, `the title of the tool "${tool}"`, maxTitleChars) }) };
  return Object.freeze(checked);
}

export function checkedText(text: unknown, what: string, maxChars: number): string {
  if (typeof text !== 'string') throw new SettingsError(`${what} must be text, and is ${text === undefined ? 'missing' : `a ${typeof text}`}`);
  if (text.trim() === '') throw new SettingsError(`${what} is empty; say what it does, for the model that chooses it`);
  if (text.length > maxChars) throw new SettingsError(`${what} has ${String(text.length)} characters; the most is ${String(maxChars)}`);
  if (!text.isWellFormed()) throw new SettingsError(`${what} has a lone surrogate, so it is not Unicode text`);
  const invisible = firstInvisible(text);
  if (invisible === undefined) return text;
  throw new SettingsError(`${what} has a character that a reader does not see (${invisible}), and a model does; leave it out`);
}
