import type { StreamTextTransform, ToolSet } from 'ai';
import { cleanJson } from '../shared/clean-json.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { cleaningTransform, StreamCleaning } from './clean-stream.js';
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
    return cleaningTransform(
      new StreamCleaning(cleaner, { text: 'text' }, cleanInput, async (part) => {
        if (part.type === 'raw') return undefined;
        if (part.type !== 'tool-call' && part.type !== 'tool-result' && part.type !== 'tool-error') return part;
        const input = 'input' in part && cleanInput !== undefined ? { input: await cleaner.clean(part['input']) } : {};
        const output = 'output' in part ? { output: await cleaner.clean(part['output']) } : {};
        return { ...part, ...input, ...output };
      }),
    );
  };
}
