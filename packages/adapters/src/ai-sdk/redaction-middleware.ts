import type { LanguageModelMiddleware } from 'ai';
import { cleanJson } from '../shared/clean-json.js';
import { cleanParts } from '../shared/clean-parts.js';
import type { GateOptions } from '../shared/gate.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { visitContent, visitPrompt, type GenerateResult, type ModelParams, type Prompt, type StreamResult } from './visit-parts.js';
import { cleaningTransform, StreamCleaning } from './clean-stream.js';

/** What is hidden, and where. */
export interface RedactionOptions extends Pick<GateOptions, 'policy' | 'container'> {
  /**
   * What becomes of the arguments of the model's tool calls. `clean`, the default: cleaned when they are whole, and a stream
   * holds them until then. `leave`: the enforced tool cleans them; for tools that a policy lets have values in the clear.
   */
  readonly toolInput?: 'clean' | 'leave';
}

/**
 * For `wrapLanguageModel`: what the policy hides is hidden in the prompt before the provider gets it, and in the completion,
 * streamed or not, before anyone else does. Nothing is decided or recorded. Raw chunks and bodies of responses do not pass.
 */
export function redactionMiddleware({ toolInput = 'clean', ...options }: RedactionOptions = {}): LanguageModelMiddleware {
  const cleaner = new TextCleaner(options);
  const cleanInput = toolInput === 'clean' ? (text: string): Promise<string> => cleanJson(text, cleaner) : undefined;
  return {
    specificationVersion: 'v4',
    transformParams: async ({ params }): Promise<ModelParams> => (cleaner.isIdle ? params : { ...params, prompt: await cleanedPrompt(params.prompt, cleaner) }),
    wrapGenerate: async ({ doGenerate }): Promise<GenerateResult> => {
      const result = await doGenerate();
      return cleaner.isIdle ? result : cleanedResult(result, cleaner, cleanInput);
    },
    wrapStream: async ({ doStream }): Promise<StreamResult> => {
      const result = await doStream();
      if (cleaner.isIdle) return result;
      const cleanPart = async <T extends { readonly type: string }>(part: T): Promise<T | undefined> => (part.type === 'raw' ? undefined : cleanedPart(part, cleaner, cleanInput));
      return { ...result, stream: result.stream.pipeThrough(cleaningTransform(new StreamCleaning(cleaner, { text: 'delta' }, cleanInput, cleanPart))) };
    },
  };
}

type CleanInput = ((text: string) => Promise<string>) | undefined;

async function cleanedPrompt(prompt: Prompt, cleaner: TextCleaner): Promise<Prompt> {
  return cleanParts((visit) => visitPrompt(prompt, visit), cleaner);
}

async function cleanedResult(result: GenerateResult, cleaner: TextCleaner, cleanInput: CleanInput): Promise<GenerateResult> {
  const inputs = result.content.flatMap((part) => (part.type === 'tool-call' ? [part.input] : []));
  const cleanInputs = cleanInput === undefined ? inputs : await Promise.all(inputs.map(cleanInput));
  const content = await cleanParts((visit) => {
    let next = 0;
    return visitContent(result.content, visit, (input) => cleanInputs[next++] ?? input);
  }, cleaner);
  const { body: _, ...response } = result.response ?? {};
  return { ...result, content, ...(result.response === undefined ? {} : { response }) };
}

/** Parts other than deltas, which a completion has in the same form when it is not streamed. */
async function cleanedPart<T extends { readonly type: string }>(part: T, cleaner: TextCleaner, cleanInput: CleanInput): Promise<T> {
  if (part.type === 'text-end') return 'citations' in part ? { ...part, citations: await cleaner.clean(part.citations) } : part;
  if (part.type !== 'tool-call' && part.type !== 'tool-result' && part.type !== 'source') return part;
  const content = [part as unknown as GenerateResult['content'][number]]; // a part of this type is one of content
  const { content: cleaned } = await cleanedResult({ content } as GenerateResult, cleaner, cleanInput); // only its content is looked at
  return cleaned[0] as unknown as T; // of the same type
}
