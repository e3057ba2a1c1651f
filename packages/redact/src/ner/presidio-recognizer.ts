import { RedactError } from '../errors.js';
import type { EntityRecognizer, RecognizedEntity, RecognizeOptions } from './entity-recognizer.js';
import { AnswerFault, readAnswer } from './presidio-answer.js';
import { PresidioClient } from './presidio-client.js';
import { presidioEntities } from './presidio-entities.js';
import { Slots } from './slots.js';

export interface PresidioRecognizerOptions {
  /** Where the analyzer runs, without `/analyze`: `http://localhost:5002`. */
  readonly url: string;
  /** How long one request may take. Default 2,000. */
  readonly timeoutMs?: number;
  /** ISO 639-1 code that is sent instead of the one asked for with each text. */
  readonly language?: string;
  /** Presidio types and the categories they stand for, beside or instead of the known ones: `{ AU_MEDICARE: 'medical_id' }`. */
  readonly entities?: Readonly<Record<string, string>>;
  /** Sent with every request, for example credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest answer that is read. Default 1 MiB. */
  readonly maxBytes?: number;
  /** How many requests may run at once. Default 4. */
  readonly concurrency?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** Asks a Presidio analyzer over HTTP. There is no retry: a failure is an error, so that nothing passes unseen. */
export class PresidioRecognizer implements EntityRecognizer {
  readonly name = 'presidio';
  readonly asynchronous = true;
  readonly categories: readonly string[];
  readonly #client: PresidioClient;
  readonly #types: ReadonlyMap<string, string>;
  readonly #language: string | undefined;
  readonly #slots: Slots;

  constructor(options: PresidioRecognizerOptions) {
    const { url, timeoutMs = 2_000, maxBytes = 1_048_576, concurrency = 4, headers = {}, fetch = globalThis.fetch } = options;
    checkCount('timeoutMs', timeoutMs);
    checkCount('maxBytes', maxBytes);
    checkCount('concurrency', concurrency);
    this.#client = new PresidioClient({ url, timeoutMs, maxBytes, headers, fetch });
    this.#types = new Map(Object.entries({ ...presidioEntities, ...options.entities }));
    this.#language = options.language;
    this.#slots = new Slots(concurrency);
    this.categories = [...new Set(this.#types.values())];
  }

  /** Rejects unless the analyzer says that it is up. */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#client.health(signal);
  }

  /** Each line is a request of its own, so that a stream and a whole text are answered alike. */
  async recognize(text: string, options: RecognizeOptions): Promise<readonly RecognizedEntity[]> {
    const entities = [...this.#types].filter(([, category]) => options.categories.includes(category)).map(([type]) => type);
    if (entities.length === 0) return [];
    const lines: Promise<RecognizedEntity[]>[] = [];
    const failed = new AbortController();
    const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
    let from = 0;
    for (const line of text.split('\n')) {
      const at = from;
      from += line.length + 1;
      if (line.trim() === '') continue;
      lines.push(this.#slots.run(() => this.#line(line, at, entities, { ...options, signal })));
    }
    try {
      return (await Promise.all(lines)).flat();
    } catch (error) {
      // What still runs or waits is for nothing now.
      failed.abort();
      await Promise.allSettled(lines);
      throw error;
    }
  }

  async #line(line: string, at: number, entities: readonly string[], options: RecognizeOptions): Promise<RecognizedEntity[]> {
    const answer = await this.#client.analyze(
      // A lone surrogate is no text for the other side; its replacement has the same length.
      { text: line.toWellFormed(), language: this.#language ?? options.language, entities, score_threshold: options.threshold, return_decision_process: false },
      options.signal,
    );
    const found = readAnswer(answer, line, this.#types);
    if (found instanceof AnswerFault) throw this.#client.fault('analyze', `answered something else than entities (${found.what})`, 'see whether the url is that of a presidio analyzer');
    return found.filter(({ category, score }) => score >= options.threshold && options.categories.includes(category)).map((entity) => ({ ...entity, start: entity.start + at, end: entity.end + at }));
  }
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new RedactError('OPTIONS', `${name} must be a whole number from 1 on, got ${String(value)}`);
}
