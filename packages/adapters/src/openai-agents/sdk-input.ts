import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What the SDK read of a call's arguments, kept for the invocation of the tool that it reads them for. */
export interface PreparedInput {
  readonly consumed: boolean;
  readonly input: string;
  readonly result: { readonly success: true; readonly value: unknown } | { readonly success: false };
}

/** The SDK's reading of arguments, apart from running the tool: its door for runners of its own kind. */
export interface SdkInput {
  /** Reads and transforms arguments as the tool's schema says; `undefined` for a tool that this copy of the SDK did not make. */
  prepareFunctionToolInput(tool: object, input: string): PreparedInput | undefined;
  /** Makes an invocation with these details take what was prepared, and not read the arguments again. */
  setFunctionToolPreparedInput(details: object, prepared: PreparedInput): void;
}

let loading: Promise<readonly SdkInput[]> | undefined;

/** The copies of the SDK in this process: one for `import`, and another for `require`, if that was used. */
export function sdkInputs(): Promise<readonly SdkInput[]> {
  loading ??= load();
  return loading;
}

/** By way of the SDK itself, whose dependency it is. None where code was bundled: the caller watches then. */
async function load(): Promise<readonly SdkInput[]> {
  try {
    const sdk = createRequire(createRequire(import.meta.url).resolve('@openai/agents'));
    const path = sdk.resolve('@openai/agents-core/utils/internal');
    const required: unknown[] = sdk.cache[sdk.resolve('@openai/agents-core')] === undefined ? [] : [sdk(path)];
    const imported: unknown = await import(pathToFileURL(path.replace(/\.js$/, '.mjs')).href);
    return [...required, imported].filter(isSdkInput);
  } catch {
    return [];
  }
}

function isSdkInput(module: unknown): module is SdkInput {
  const { prepareFunctionToolInput, setFunctionToolPreparedInput } = (module ?? {}) as Partial<SdkInput>; // a module of another version may have neither
  return typeof prepareFunctionToolInput === 'function' && typeof setFunctionToolPreparedInput === 'function';
}
