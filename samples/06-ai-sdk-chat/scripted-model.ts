import { simulateReadableStream } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';

type Part = Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never;
type Turn = string | { readonly tool: string; readonly input: object };

/** Stands in for a provider's model: streams what a script says, four characters at a time. */
export function scriptedModel(turns: readonly Turn[]): MockLanguageModelV4 {
  let turn = 0;
  return new MockLanguageModelV4({
    doStream: () => Promise.resolve({ stream: simulateReadableStream({ chunks: partsOf(turns[turn++] ?? 'I have nothing to add.', turn), chunkDelayInMs: 1, initialDelayInMs: 0 }) }),
  });
}

function partsOf(turn: Turn, step: number): Part[] {
  const id = `part-${String(step)}`;
  if (typeof turn !== 'string') {
    const input = JSON.stringify(turn.input);
    return [{ type: 'tool-call', toolCallId: `call-${String(step)}`, toolName: turn.tool, input }, finish('tool-calls')];
  }
  const deltas = (turn.match(/.{1,4}/gsu) ?? []).map((delta): Part => ({ type: 'text-delta', id, delta }));
  return [{ type: 'text-start', id }, ...deltas, { type: 'text-end', id }, finish('stop')];
}

function finish(unified: 'stop' | 'tool-calls'): Part {
  const inputTokens = { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 };
  return { type: 'finish', finishReason: { unified, raw: undefined }, usage: { inputTokens, outputTokens: { total: 0, text: 0, reasoning: 0 } } };
}
