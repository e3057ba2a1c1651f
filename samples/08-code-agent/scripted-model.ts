import type { MastraModelConfig } from '@mastra/core/llm';
import { MockLanguageModelV4 } from 'ai/test';

/** One turn of the agent: what it calls next; the text is its last word. */
export type Turn = { readonly tool: string; readonly input: object } | { readonly says: string };

type Generated = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>;
type StreamPart = Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;

const usage: Generated['usage'] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};

/** A model that says what a script has for it, and listens to nothing: so that the sample runs without one. */
export function scriptedModel(script: readonly Turn[]): MastraModelConfig {
  let next = 0;
  const turn = (): readonly StreamPart[] => {
    const id = `call-${String(next + 1)}`;
    const now = script[next++] ?? { says: 'done' };
    if ('says' in now) return [{ type: 'text-start', id }, { type: 'text-delta', id, delta: now.says }, { type: 'text-end', id }, { type: 'finish', finishReason: { unified: 'stop', raw: undefined }, usage }];
    return [{ type: 'tool-call', toolCallId: id, toolName: now.tool, input: JSON.stringify(now.input) }, { type: 'finish', finishReason: { unified: 'tool-calls', raw: undefined }, usage }];
  };
  const model = new MockLanguageModelV4({ doStream: () => Promise.resolve({ stream: ReadableStream.from(turn()) }) });
  return model as unknown as MastraModelConfig; // Mastra takes models of the AI SDK; its copy of their types is another one
}
