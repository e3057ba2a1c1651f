import { jest } from '@jest/globals';
import { simulateReadableStream } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { Auditor, createContainer, Policy, type EnforceContainer } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';

// The SDK writes a word about warnings to the console.
(globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;

export const hidesEmails = { pii_redaction: { categories: ['email'], strategy: 'placeholder' } };

export interface House {
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
}

export function house(rules: object = {}): House {
  const container = createContainer({ policy: Policy.from({ name: 'agents', rules }), environment: {} });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  return { container, auditor };
}

type Generated = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>;
type Streamed = Awaited<ReturnType<MockLanguageModelV4['doStream']>>;
type Content = Generated['content'];
type StreamPart = Streamed['stream'] extends ReadableStream<infer P> ? P : never;

const usage: Generated['usage'] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};

/** A call as a model writes it: its arguments are JSON in a text. */
export function toolCall(toolName: string, input: unknown, toolCallId = 'call-1'): Content[number] {
  return { type: 'tool-call', toolCallId, toolName, input: typeof input === 'string' ? input : JSON.stringify(input) };
}

export function says(text: string): Content[number] {
  return { type: 'text', text };
}

/** A model that answers by a script, one turn after the other, the last one again and again. */
export function scripted(...turns: readonly (Content[number] | Content)[]): MockLanguageModelV4 {
  const contents = turns.map((turn) => (Array.isArray(turn) ? turn : [turn]));
  let turn = 0;
  const next = (): Content => contents[Math.min(turn++, contents.length - 1)] ?? [];
  const reason = (content: Content): Generated['finishReason'] => ({ unified: content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop', raw: undefined });
  return new MockLanguageModelV4({
    doGenerate: () => {
      const content = next();
      return Promise.resolve({ content, finishReason: reason(content), usage, warnings: [] });
    },
    doStream: () => {
      const content = next();
      return Promise.resolve({ stream: simulateReadableStream({ initialDelayInMs: null, chunkDelayInMs: null, chunks: [...content.flatMap(inPieces), { type: 'finish', finishReason: reason(content), usage }] }) });
    },
  });
}

/** Parts of a stream, three characters at a time: values are split. */
function inPieces(part: Content[number], index: number): StreamPart[] {
  const id = part.type === 'tool-call' ? part.toolCallId : String(index);
  if (part.type === 'text') return [{ type: 'text-start', id }, ...cut(part.text).map((delta) => ({ type: 'text-delta' as const, id, delta })), { type: 'text-end', id }];
  if (part.type === 'reasoning') return [{ type: 'reasoning-start', id }, ...cut(part.text).map((delta) => ({ type: 'reasoning-delta' as const, id, delta })), { type: 'reasoning-end', id }];
  if (part.type !== 'tool-call') return [];
  return [{ type: 'tool-input-start', id, toolName: part.toolName }, ...cut(part.input).map((delta) => ({ type: 'tool-input-delta' as const, id, delta })), { type: 'tool-input-end', id }, part];
}

function cut(text: string): string[] {
  return text.match(/.{1,3}/gsu) ?? [];
}

/** What the model was told the nth time, as text to search in. */
export function promptOf(model: MockLanguageModelV4, call: number): string {
  return JSON.stringify((model.doGenerateCalls[call] ?? model.doStreamCalls[call])?.prompt);
}

export function spy(result: unknown = 'sent'): jest.Mock<(input: unknown, options?: unknown) => unknown> {
  return jest.fn<(input: unknown, options?: unknown) => unknown>(() => result);
}
