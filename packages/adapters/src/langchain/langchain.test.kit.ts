import { Auditor, createContainer, Policy, type EnforceContainer } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';

export interface Trial {
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
  readonly policy: Policy;
}

/** A container of its own, with its trail in memory. */
export function trial(rules: object): Trial {
  const policy = Policy.from({ name: 'test', rules });
  const container = createContainer({ policy, environment: {} });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  return { container, auditor, policy };
}

/** The tools that were called, and how each call ended. */
export function outcomes({ auditor }: Trial): readonly string[] {
  return auditor.calls.map(({ tool_name: tool, outcome }) => `${tool} ${outcome}`);
}

/** A model that plays a script, one message for each time it is asked, in pieces where it streams, and keeps what it was asked. */
export class ScriptedModel extends BaseChatModel {
  readonly asked: BaseMessage[][] = [];
  readonly #script: (AIMessage | readonly string[])[];

  constructor(script: readonly (AIMessage | readonly string[])[]) {
    super({});
    this.#script = [...script];
  }

  _llmType(): string {
    return 'scripted';
  }

  override bindTools(): this {
    return this;
  }

  _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const message = this.#next(messages);
    const whole = message instanceof AIMessage ? message : new AIMessage(message.join(''));
    return Promise.resolve({ generations: [{ message: whole, text: whole.text }] });
  }

  override async *_streamResponseChunks(messages: BaseMessage[], _options: this['ParsedCallOptions'], run?: CallbackManagerForLLMRun): AsyncGenerator<ChatGenerationChunk> {
    const message = this.#next(messages);
    if (message instanceof AIMessage) {
      const chunks = (message.tool_calls ?? []).map(({ name, args, id }, index) => ({ name, args: JSON.stringify(args), id: id ?? '', index, type: 'tool_call_chunk' as const }));
      yield new ChatGenerationChunk({ text: message.text, message: new AIMessageChunk({ content: message.text, tool_call_chunks: chunks }) });
      return;
    }
    for (const text of message) {
      const chunk = new ChatGenerationChunk({ text, message: new AIMessageChunk({ content: text }) });
      // As the models of providers do it.
      await run?.handleLLMNewToken(text, undefined, undefined, undefined, undefined, { chunk });
      yield chunk;
    }
  }

  #next(messages: BaseMessage[]): AIMessage | readonly string[] {
    this.asked.push(messages);
    return this.#script.shift() ?? new AIMessage('(the script is over)');
  }
}

/** A message in which a model calls tools: `[name, args, id]` each. */
export function calling(...calls: readonly (readonly [name: string, args: Record<string, unknown>, id: string])[]): AIMessage {
  return new AIMessage({ content: '', tool_calls: calls.map(([name, args, id]) => ({ name, args, id, type: 'tool_call' as const })) });
}
