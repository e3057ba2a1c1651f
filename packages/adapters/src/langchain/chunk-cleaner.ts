import type { TextPipe } from '@enforcecore/core';
import type { MessageContent } from '@langchain/core/messages';

/** Where blocks of a message hold text that people read. */
const textFields = ['text', 'reasoning', 'thinking'] as const;

/** Cleans the content of one streamed message: text is one text however it is cut, and each block of a message has its own. */
export class ChunkCleaner {
  readonly #open: () => TextPipe | undefined;
  readonly #pipes = new Map<string, TextPipe>();
  /** How a chunk for what is held back looks; `undefined` for plain text. */
  readonly #blocks = new Map<string, (text: string) => object>();

  /** @param open what cleans one text as it comes; `undefined` where nothing is to be hidden */
  constructor(open: () => TextPipe | undefined) {
    this.#open = open;
  }

  async push(content: MessageContent): Promise<MessageContent> {
    if (typeof content === 'string') return this.#text('', content);
    const blocks: unknown[] = [];
    for (const [i, block] of content.entries()) blocks.push(await this.#block(block, i));
    return blocks as MessageContent; // the same blocks, with other texts
  }

  /** What was held back, to be told as one more chunk. */
  async end(): Promise<MessageContent | undefined> {
    let text = '';
    const blocks: object[] = [];
    for (const [key, pipe] of this.#pipes) {
      const rest = await pipe.flush();
      const block = this.#blocks.get(key);
      if (block === undefined) text += rest;
      else if (rest !== '') blocks.push(block(rest));
    }
    this.#pipes.clear();
    if (blocks.length > 0) return blocks as MessageContent; // blocks that came, with the rest of their texts
    return text === '' ? undefined : text;
  }

  async #block(block: unknown, position: number): Promise<unknown> {
    if (typeof block !== 'object' || block === null) return block;
    const given = block as Readonly<Record<string, unknown>>; // its fields are asked for
    const cleaned: Record<string, unknown> = { ...given };
    for (const field of textFields) {
      const text = given[field];
      if (typeof text !== 'string') continue;
      const { type, index = position } = given;
      const key = JSON.stringify([type, index, field]);
      this.#blocks.set(key, (rest) => ({ type, ...('index' in given ? { index } : {}), [field]: rest }));
      cleaned[field] = await this.#text(key, text);
    }
    return cleaned;
  }

  async #text(key: string, text: string): Promise<string> {
    let pipe = this.#pipes.get(key);
    if (pipe === undefined) {
      // Messages that only call tools have an empty text, which is nothing to enforce.
      if (text === '') return '';
      pipe = this.#open();
      if (pipe === undefined) return text;
      this.#pipes.set(key, pipe);
    }
    return pipe.push(text);
  }
}
