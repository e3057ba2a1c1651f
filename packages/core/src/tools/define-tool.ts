import { siteOf } from './enforced-site.js';
import type { EnforceOptions } from '../call-site.js';
import type { EnforceContainer } from '../container/enforce-container.js';
import { enforce } from '../enforce.js';
import { EnforceCoreError } from '../errors.js';
import { checkedDescription, checkedHints, declareTool, declarationOf } from './declaration.js';
import type { EnforcedTool, ToolHints } from './enforced-tool.js';
import { noInput } from './no-input.js';
import { toolInput, type ToolInputSource } from './to-input.js';
import { toolOfSite } from './tool-of-site.js';

export interface DefinedTool<Input = never> extends Omit<EnforceOptions, 'tool' | 'params' | 'opaque'> {
  /** As policies and the trail name it. */
  readonly name: string;
  readonly description: string;
  /** None by default: the tool takes no arguments. */
  readonly input?: ToolInputSource;
  readonly title?: string;
  readonly hints?: ToolHints;
  readonly execute: (input: Input) => unknown;
  /** Whose services enforce; by default those of the scope, else the process's own. */
  readonly container?: EnforceContainer;
}

/**
 * A tool of a function.
 *
 * @throws SettingsError
 */
export function defineTool<Input = never>({ name, description, input, title, hints, execute, ...enforcement }: DefinedTool<Input>): EnforcedTool {
  const declaration = {
    description: checkedDescription(description, name),
    hints: checkedHints(hints, title, name),
    input: input === undefined ? noInput : toolInput(input),
  };
  const wrapper = enforce(execute as (input: never) => unknown, { ...enforcement, tool: name });
  declareTool(wrapper, declaration);
  const site = siteOf(wrapper);
  if (site === undefined || declarationOf(wrapper) === undefined) throw new EnforceCoreError('NOT_ENFORCED', `"${name}" is not enforced`);
  return toolOfSite(site, declaration, undefined);
}
