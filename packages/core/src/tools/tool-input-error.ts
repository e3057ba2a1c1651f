import { HardeningError, type ErrorContext } from '../errors.js';
import { withoutInvisible } from './visible-text.js';
import type { ToolInputIssue } from './tool-input.js';

const maxIssues = 20;
const maxTold = 5;
const maxPathChars = 200;
const maxExpectedChars = 500;

/** The arguments are not what the tool takes. `issues` holds the first 20 things that are wrong, and no value. */
export class ToolInputError extends HardeningError {
  override name = 'ToolInputError';
  readonly issues: readonly ToolInputIssue[];

  constructor(issues: readonly ToolInputIssue[], context: ErrorContext = {}) {
    const bounded = Object.freeze(issues.slice(0, maxIssues).map(boundedIssue));
    super('TOOL_INPUT', messageOf(bounded, issues.length, context.toolName), context);
    this.issues = bounded;
  }

  /** The same, as said of one tool. */
  of(context: ErrorContext): ToolInputError {
    return new ToolInputError(this.issues, { cause: this.cause, ...context });
  }
}

function boundedIssue({ path, expected }: ToolInputIssue): ToolInputIssue {
  return Object.freeze({ path: bounded(path, maxPathChars), expected: bounded(expected, maxExpectedChars) });
}

function bounded(text: string, most: number): string {
  const plain = withoutInvisible(text);
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).toWellFormed()}…`;
}

function messageOf(issues: readonly ToolInputIssue[], count: number, tool: string | undefined): string {
  const told = issues.slice(0, maxTold).map(({ path, expected }) => `${path === '' ? 'they' : path} ${expected}`);
  const more = count > maxTold ? `; and ${String(count - maxTold)} more` : '';
  const of = tool === undefined ? '' : ` of "${tool}"`;
  return `the arguments${of} do not fit its input: ${told.join('; ')}${more}; call it again with arguments that fit`;
}
