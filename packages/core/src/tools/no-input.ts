import { ToolInputError } from './tool-input-error.js';
import type { ToolInput } from './tool-input.js';

/** The input of a tool that takes no arguments: nothing, or an empty object. */
export const noInput: ToolInput = Object.freeze({
  schema: Object.freeze({ type: 'object', properties: Object.freeze({}), additionalProperties: false }),
  read(given: unknown): unknown {
    if (typeof given === 'object' && given !== null && !Array.isArray(given) && Object.keys(given).length === 0) return given;
    throw new ToolInputError([{ path: '', expected: 'must be an empty object: the tool takes no arguments' }]);
  },
});
