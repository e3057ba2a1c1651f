import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';

/** Stands in for a model: it calls three tools, and then says, in pieces, what it should not have said. */
export class ScriptedModel extends BaseChatModel {
  #turn = 0;

  constructor() {
    super({});
  }

  _llmType(): string {
    return 'scripted';
  }

  override bindTools(): this {
    return this;
  }

  _generate(): Promise<ChatResult> {
    throw new Error('this model only streams');
  }

  override async *_streamResponseChunks(_messages: BaseMessage[]): AsyncGenerator<ChatGenerationChunk> {
    this.#turn += 1;
    if (this.#turn === 1) {
      const calls = [
        { name: 'find_person', args: { name: 'Mira Holm' } },
        { name: 'delete_person', args: { name: 'Mira Holm' } },
        { name: 'send_mail', args: { to: 'billing', text: 'Call Mira back on +1 212 555 0143' } },
      ];
      const chunks = calls.map(({ name, args }, index) => ({ type: 'tool_call_chunk' as const, name, args: JSON.stringify(args), id: `call-${String(index + 1)}`, index }));
      yield new ChatGenerationChunk({ text: '', message: new AIMessageChunk({ content: '', tool_call_chunks: chunks }) });
      return;
    }
    for (const text of ['Mira is at mira@nor', 'thfjord.exam', 'ple; billing ', 'will call her.']) {
      yield await Promise.resolve(new ChatGenerationChunk({ text, message: new AIMessageChunk({ content: text }) }));
    }
  }
}
