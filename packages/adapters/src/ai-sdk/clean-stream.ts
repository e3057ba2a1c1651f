import { RedactionError, type TextPipe } from '@enforcecore/core';
import type { TextCleaner } from '../shared/text-cleaner.js';

/** A tool's arguments are held until they are whole; more than this is no tool's. */
const longestInput = 10 * 1024 * 1024;

/** How one of the SDK's two streams names what is in its parts: a model's own says `delta`, a run's says `text`. */
export interface PartWords {
  readonly text: 'delta' | 'text';
}

/** A part of a stream, as far as its text is concerned. */
export interface Part {
  readonly type: string;
  readonly id?: string;
  readonly [key: string]: unknown;
}

type Emit = (part: Part) => void;

/**
 * Cleans a stream's text and reasoning block by block, so that a value split over parts is found, and holds a tool's
 * arguments until they are whole: cut open, JSON cannot be cleaned and stay JSON.
 */
export class StreamCleaning {
  readonly #cleaner: TextCleaner;
  readonly #words: PartWords;
  readonly #cleanInput: ((text: string) => Promise<string>) | undefined;
  readonly #cleanWhole: (part: Part) => Promise<Part | undefined>;
  /** Blocks that are open, by kind and id. */
  readonly #blocks = new Map<string, { readonly pipe: TextPipe; last: Part }>();
  readonly #inputs = new Map<string, { text: string; last: Part }>();

  /**
   * @param cleanInput for the arguments of tools; left as they are without it
   * @param cleanWhole for every other part; one that must not pass becomes `undefined`
   */
  constructor(cleaner: TextCleaner, words: PartWords, cleanInput: ((text: string) => Promise<string>) | undefined, cleanWhole: (part: Part) => Promise<Part | undefined>) {
    this.#cleaner = cleaner;
    this.#words = words;
    this.#cleanInput = cleanInput;
    this.#cleanWhole = cleanWhole;
  }

  async part(part: Part, emit: Emit): Promise<void> {
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
        return this.#text(part, emit);
      case 'text-end':
      case 'reasoning-end':
        await this.#endBlock(`${part.type.replace('-end', '-delta')} ${String(part.id)}`, emit);
        return this.#whole(part, emit);
      case 'tool-input-delta':
        { this.#input(part, emit); return; }
      case 'tool-input-end':
        await this.#endInput(String(part.id), emit);
        emit(part);
        return undefined;
      case 'tool-call':
        await this.#endInput(String(part['toolCallId']), emit);
        return this.#whole(part, emit);
      case 'finish':
      case 'finish-step':
        await this.end(emit);
        return this.#whole(part, emit);
      default:
        return this.#whole(part, emit);
    }
  }

  /** Lets out what is held back; a block that was not ended is ended here. */
  async end(emit: Emit): Promise<void> {
    for (const key of [...this.#blocks.keys()]) await this.#endBlock(key, emit);
    for (const id of [...this.#inputs.keys()]) await this.#endInput(id, emit);
  }

  async #text(part: Part, emit: Emit): Promise<void> {
    const key = `${part.type} ${String(part.id)}`;
    let block = this.#blocks.get(key);
    if (block === undefined) {
      const pipe = this.#cleaner.pipe();
      if (pipe === undefined) {
        emit(part);
        return;
      }
      block = { pipe, last: part };
      this.#blocks.set(key, block);
    }
    block.last = part;
    const text = await block.pipe.push(String(part[this.#words.text]));
    // A signature comes in a part of its own, without text.
    if (text !== '' || this.#saysMore(part)) emit({ ...part, [this.#words.text]: text });
  }

  /** Whether a part of a block carries anything besides text. */
  #saysMore(part: Part): boolean {
    return Object.entries(part).some(([key, value]) => key !== 'type' && key !== 'id' && key !== this.#words.text && value !== undefined);
  }

  async #endBlock(key: string, emit: Emit): Promise<void> {
    const block = this.#blocks.get(key);
    if (block === undefined) return;
    this.#blocks.delete(key);
    const text = await block.pipe.flush();
    const { type, id } = block.last;
    if (text !== '') emit({ type, ...(id === undefined ? {} : { id }), [this.#words.text]: text }); // what else the last part carried is out
  }

  #input(part: Part, emit: Emit): void {
    if (this.#cleanInput === undefined) {
      emit(part);
      return;
    }
    const id = String(part.id);
    const held = this.#inputs.get(id)?.text ?? '';
    const delta = String(part['delta']);
    if (held.length + delta.length > longestInput) throw new RedactionError(`a tool's arguments are longer than ${String(longestInput)} characters, so they are not let through`);
    this.#inputs.set(id, { text: held + delta, last: part });
  }

  async #endInput(id: string, emit: Emit): Promise<void> {
    const held = this.#inputs.get(id);
    if (held === undefined || this.#cleanInput === undefined) return;
    this.#inputs.delete(id);
    emit({ ...held.last, delta: await this.#cleanInput(held.text) });
  }

  async #whole(part: Part, emit: Emit): Promise<void> {
    const cleaned = await this.#cleanWhole(part);
    if (cleaned !== undefined) emit(cleaned);
  }
}

/** The same as a Web stream's stage. The parts that come out are of the kinds that went in. */
export function cleaningTransform<T>(cleaning: StreamCleaning): TransformStream<T, T> {
  return new TransformStream<T, T>({
    // A part is an object with a type, whichever of the SDK's streams it comes from; `emit` gives back what `part` was given.
    transform: (part, controller) => cleaning.part(part as Part, (out) => controller.enqueue(out as T)),
    flush: (controller) => cleaning.end((out) => controller.enqueue(out as T)),
  });
}
