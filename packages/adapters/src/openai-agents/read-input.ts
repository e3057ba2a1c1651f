import { isDeepStrictEqual } from 'node:util';
import { EnforceCoreError } from '@enforcecore/core';
import { sdkInputs, type PreparedInput, type SdkInput } from './sdk-input.js';

/** Arguments of one call, read as the tool will get them: what is judged is what runs. */
export interface ReadInput {
  /** What the tool's schema made of the arguments; where they do not fit, what the JSON says. */
  readonly given: unknown;
  /** Invokes the tool with what passed the policy. */
  invoke(cleaned: unknown, details: object, call: (input: string) => unknown): Promise<unknown>;
}

/** Never throws: what cannot be read is refused when it is invoked. */
export async function readFor(tool: object, input: string): Promise<ReadInput> {
  try {
    for (const sdk of await sdkInputs()) {
      const prepared = sdk.prepareFunctionToolInput(tool, input);
      if (prepared !== undefined) return readBySdk(sdk, prepared, input);
    }
  } catch (error) {
    return unreadable(readInput(input), error);
  }
  return readByTool(input);
}

/** Arguments as rules see them: the object that the JSON says, or the text where it is none. */
export function readInput(input: string): unknown {
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input; // the tool refuses it, with its own words
  }
}

/** The text for what passed; the same one where nothing was changed. */
export function writeInput(given: unknown, cleaned: unknown, input: string): string {
  if (given === input) return String(cleaned); // no JSON
  const text = JSON.stringify(cleaned);
  return text === JSON.stringify(given) ? input : text;
}

function readBySdk(sdk: SdkInput, prepared: PreparedInput, input: string): ReadInput {
  const { result } = prepared;
  const given = result.success ? result.value : readInput(input);
  return {
    given,
    invoke: (cleaned, details, call) => {
      // For logs only where the arguments fit: the tool gets the value.
      const text = result.success ? asJson(cleaned) : writeInput(given, cleaned, input);
      sdk.setFunctionToolPreparedInput(details, { ...prepared, consumed: false, input: text, result: result.success ? { success: true, value: cleaned } : result });
      return Promise.resolve(call(text));
    },
  };
}

/** Not every value that a schema makes can be written. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '{}';
  }
}

/** A tool that the SDK did not make reads the text itself; one of another copy of the SDK says what it read before it runs. */
function readByTool(input: string): ReadInput {
  const given = readInput(input);
  return {
    given,
    invoke: async (cleaned, details, call) => {
      const changed = watch(details, cleaned);
      const result = await call(writeInput(given, cleaned, input));
      const refused = changed();
      if (refused !== undefined) throw refused;
      return result;
    },
  };
}

function unreadable(given: unknown, cause: unknown): ReadInput {
  return { given, invoke: () => Promise.reject(new EnforceCoreError('NOT_ENFORCED', 'the tool\'s schema cannot be read apart from running the tool, so that its arguments cannot be checked; take one that gives plain data at once', { cause })) };
}

/** By this name the SDK's runner is told what a tool runs with, right before it does. */
const parsedCallback = 'openai.agents.functionToolParsedInputCallback';

function watch(details: object, cleaned: unknown): () => EnforceCoreError | undefined {
  let refused: EnforceCoreError | undefined;
  const key = Object.getOwnPropertySymbols(details).find(({ description }) => description === parsedCallback);
  if (key === undefined) return () => undefined;
  const told: unknown = Reflect.get(details, key);
  const check = (parsed: unknown): void => {
    if (!isDeepStrictEqual(parsed, cleaned)) {
      refused = new EnforceCoreError('NOT_ENFORCED', 'the schema of the tool changes its arguments after they were checked, so it is not run');
      throw refused; // the tool is not run; whatever it answers, the call is refused
    }
    if (typeof told === 'function') Reflect.apply(told, details, [parsed]);
  };
  Object.defineProperty(details, key, { value: check, configurable: true, enumerable: true, writable: true });
  return () => refused;
}
