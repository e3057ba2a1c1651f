import type { EnforceOptions } from '../call-site.js';
import type { EnforceContainer } from '../container/enforce-container.js';
import { enforce } from '../enforce.js';
import { EnforceCoreError } from '../errors.js';
import { checkedDescription, checkedHints, declareTool, refuseMany } from './declaration.js';
import { siteOf } from './enforced-site.js';
import type { EnforcedTool, ToolHints } from './enforced-tool.js';
import { noInput } from './no-input.js';
import { toolInput, type ToolInputSource } from './to-input.js';
import { toolOfSite } from './tool-of-site.js';

/** What a model is told of a function, how its calls are enforced, and the function. */
export interface DefinedTool<Input = never> extends Omit<EnforceOptions, 'tool' | 'params' | 'opaque'> {
  /** As policies and the trail name it. */
  readonly name: string;
  /** For the model that chooses the tool. At most 4,096 characters, all of them visible. */
  readonly description: string;
  /** None by default: the tool takes no arguments. */
  readonly input?: ToolInputSource;
  /** A name for people to read, in place of the one in `hints`. */
  readonly title?: string;
  /** Told to clients of MCP and to Mastra as annotations; no rule looks at them. */
  readonly hints?: ToolHints;
  /** Takes what the input makes of the arguments, which the compiler does not check. */
  readonly execute: (input: Input) => unknown;
  /** Whose services enforce; by default those of the scope, else the process's own. */
  readonly container?: EnforceContainer;
}

/**
 * A tool of a function. The function itself stays reachable for whoever holds it.
 *
 * @throws SettingsError for a description or an input that cannot be used; InvalidToolNameError.
 */
export function defineTool<Input = never>({ name, description, input, title, hints, execute, ...enforcement }: DefinedTool<Input>): EnforcedTool {
  refuseMany(execute.length, name);
  const declaration = {
    description: checkedDescription(description, name),
    hints: checkedHints(hints, title, name),
    input: input === undefined ? noInput : toolInput(input),
  };
  const wrapper = enforce(execute, { ...enforcement, tool: name });
  declareTool(wrapper, declaration);
  const site = siteOf(wrapper);
  if (site === undefined) throw new EnforceCoreError('NOT_ENFORCED', `"${name}" is not enforced`);
  return toolOfSite(site, declaration, undefined);
}
