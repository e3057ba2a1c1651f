import type { StreamTextTransform, ToolSet } from 'ai';
import { EnforceCoreError } from '@enforcecore/core';
import { cleanJson } from '../shared/clean-json.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { cleaningTransform, StreamCleaning, type Part } from './clean-stream.js';
import type { RedactionOptions } from './redaction-middleware.js';

/**
 * For the `experimental_transform` of `streamText`: cleans what a run shows, where the model itself is not wrapped. Text and
 * reasoning as they pass, arguments and results of tools when they are whole. The tools have run by then with what the model
 * wrote, and the provider has seen the prompt: those are what `enforceTools` and `redactionMiddleware` are for.
 */
export function redactStream({ toolInput = 'clean', ...options }: RedactionOptions = {}): StreamTextTransform<ToolSet> {
  const cleaner = new TextCleaner(options);
  const cleanInput = toolInput === 'clean' ? (text: string): Promise<string> => cleanJson(text, cleaner) : undefined;
  return () => {
    if (cleaner.isIdle) return new TransformStream();
    const cleanPart = async (part: Part): Promise<Part | undefined> => (part.type === 'raw' ? undefined : cleanedPart(part, cleaner, toolInput));
    return cleaningTransform(new StreamCleaning(cleaner, { text: 'text' }, cleanInput, cleanPart));
  };
}

/** Parts other than deltas. */
async function cleanedPart(part: Part, cleaner: TextCleaner, toolInput: RedactionOptions['toolInput']): Promise<Part> {
  switch (part.type) {
    case 'tool-call':
    case 'tool-result':
    case 'tool-error': {
      const call = await cleanedCall(part, cleaner, toolInput);
      const output = 'output' in part ? { output: await cleaner.clean(part['output']) } : {};
      const error = part['error'] === undefined ? {} : { error: await cleanedError(part['error'], cleaner) };
      return { ...call, ...output, ...error };
    }
    case 'tool-approval-request':
    case 'tool-approval-response':
      return { ...part, toolCall: await cleanedCall(part['toolCall'] as Part, cleaner, toolInput) }; // the call as the SDK made it
    default:
      return part;
  }
}

/** With the input before the schema read it, which the SDK keeps under a symbol. */
async function cleanedCall(call: Part, cleaner: TextCleaner, toolInput: RedactionOptions['toolInput']): Promise<Part> {
  if (toolInput === 'leave') return call;
  const keys = ['input', ...Object.getOwnPropertySymbols(call)].filter((key) => Object.hasOwn(call, key));
  const cleaned = await Promise.all(keys.map(async (key) => [key, await cleaner.clean<unknown>(Reflect.get(call, key))] as const));
  return { ...call, ...Object.fromEntries(cleaned) };
}

/** Errors of the SDK hold the arguments several times over: of one that is not ours, the words are kept, cleaned. */
async function cleanedError(error: unknown, cleaner: TextCleaner): Promise<unknown> {
  if (!(error instanceof Error)) return cleaner.clean(error);
  if (EnforceCoreError.is(error)) return error;
  const { name, message } = error;
  const cleaned = new Error(await cleaner.clean(message));
  return Object.assign(cleaned, { name, stack: `${name}: ${cleaned.message}` });
}
