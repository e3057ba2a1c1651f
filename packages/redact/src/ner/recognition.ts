import { RedactError } from '../errors.js';
import type { Sink } from '../finding.js';
import type { OwnTokens } from '../own-token.js';
import { quietCause } from '../quiet-cause.js';
import type { EntityRecognizer, RecognizedEntity } from './entity-recognizer.js';

/** Which recogniser finds names (several add up), and what happens when it fails. */
export interface RecognitionSpec {
  readonly recognizer: EntityRecognizer | readonly EntityRecognizer[];
  /** Least score that counts, 0 to 1; 0.8 by default, as in the reference. */
  readonly threshold?: number | undefined;
  /** ISO 639-1; `en` by default. */
  readonly language?: string | undefined;
  /** Whether a text passes without names being looked for when the recogniser fails; false by default: it is refused. */
  readonly fallback?: boolean | undefined;
  /** Told of each failure that `fallback` forgave. */
  readonly onFailure?: ((error: RedactError) => void) | undefined;
}

/** What a recogniser has answered for lines of a text; lines that it does not hold were not asked for. */
export type Recognized = ReadonlyMap<string, readonly RecognizedEntity[]>;

const noEntities: readonly RecognizedEntity[] = Object.freeze([]);

/** Asks the recogniser line by line and takes in what it answers. */
export class Recognition {
  readonly #spec: RecognitionSpec;
  readonly #recognizers: readonly EntityRecognizer[];
  readonly #wanted: ReadonlySet<string>;
  readonly #threshold: number;
  /** Whether a promise has come from a recogniser that announces none. */
  #promises = false;

  constructor(spec: RecognitionSpec, wanted: ReadonlySet<string>) {
    this.#spec = spec;
    this.#recognizers = recognizersOf(spec);
    this.#wanted = wanted;
    this.#threshold = spec.threshold ?? 0.8;
    if (!(this.#threshold >= 0 && this.#threshold <= 1)) throw new RedactError('OPTIONS', 'the threshold of a recogniser goes from 0 to 1');
  }

  /** Adds the names of one line that begins at `offset`. */
  addTo(sink: Sink, line: string, offset: number, own: OwnTokens, known: Recognized | undefined): void {
    for (const { category, start, end, score } of this.#entitiesOf(line, known)) {
      if (!this.#wanted.has(category) || score < this.#threshold || own.cover(line, start, end)) continue;
      sink.pii(category, offset + start, offset + end);
    }
  }

  /** Whether it has to be waited for. */
  get isAsynchronous(): boolean {
    return this.#promises || this.#recognizers.some(({ asynchronous }) => asynchronous === true);
  }

  #entitiesOf(line: string, known: Recognized | undefined): readonly RecognizedEntity[] {
    if (known !== undefined) return known.get(line) ?? noEntities;
    return this.#recognizers.flatMap((recognizer) => this.#askNow(recognizer, line));
  }

  #askNow(recognizer: EntityRecognizer, line: string): readonly RecognizedEntity[] {
    let answer: ReturnType<EntityRecognizer['recognize']>;
    try {
      answer = this.#ask(recognizer, line, undefined);
    } catch (error) {
      return this.#forgive(recognizer, error);
    }
    if (!isThenable(answer)) return this.#checked(recognizer, line, answer);
    this.#promises = true;
    answer.then(undefined, () => undefined); // nobody else will look at it
    throw new RedactError('RECOGNIZER', `the recogniser "${recognizer.name}" is asynchronous: use redactAsync, or an asynchronous tool`);
  }

  /** Asks for the lines that `known` does not hold yet. */
  async foresee(lines: Iterable<string>, known: Map<string, readonly RecognizedEntity[]>, signal?: AbortSignal): Promise<void> {
    const asked = [...new Set(lines)].filter((line) => !known.has(line) && /\p{L}/u.test(line));
    const asker = async (): Promise<void> => {
      for (let line = asked.pop(); line !== undefined; line = asked.pop()) {
        const text = line;
        const answers = await Promise.all(this.#recognizers.map((recognizer) => this.#askLater(recognizer, text, signal)));
        known.set(line, answers.flat());
      }
    };
    await givenUp(Promise.all(Array.from({ length: Math.min(atOnce, asked.length) }, asker)), signal);
  }

  async #askLater(recognizer: EntityRecognizer, line: string, signal: AbortSignal | undefined): Promise<readonly RecognizedEntity[]> {
    try {
      return this.#checked(recognizer, line, await this.#ask(recognizer, line, signal));
    } catch (error) {
      return this.#forgive(recognizer, error);
    }
  }

  #ask(recognizer: EntityRecognizer, line: string, signal: AbortSignal | undefined): ReturnType<EntityRecognizer['recognize']> {
    return recognizer.recognize(line, {
      categories: [...this.#wanted],
      threshold: this.#threshold,
      language: this.#spec.language ?? 'en',
      signal,
    });
  }

  /** A recogniser is somebody's code: what it answers is copied and looked at. */
  #checked(recognizer: EntityRecognizer, line: string, answer: readonly RecognizedEntity[]): readonly RecognizedEntity[] {
    const entities: RecognizedEntity[] = [];
    try {
      for (const { category, start, end, score } of answer) {
        if (!isEntity(category, start, end, score, line) || entities.length > line.length) throw new TypeError('no entity');
        entities.push({ category, start, end, score });
      }
      return entities;
    } catch {
      return this.#forgive(recognizer, new RedactError('RECOGNIZER', `the recogniser "${recognizer.name}" must answer a list of { category, start, end, score } within its line`));
    }
  }

  #forgive(recognizer: EntityRecognizer, error: unknown): readonly RecognizedEntity[] {
    const { fallback, onFailure } = this.#spec;
    const refusal =
      error instanceof RedactError
        ? error
        : new RedactError('RECOGNIZER', `the recogniser "${recognizer.name}" failed, so names could not be looked for; see the cause, or allow the fallback`, { cause: quietCause(error) });
    if (fallback !== true) throw refusal;
    onFailure?.(refusal);
    return noEntities;
  }
}

/** The recognisers of a spec; none without one. */
export function recognizersOf(spec: RecognitionSpec | undefined): readonly EntityRecognizer[] {
  if (spec === undefined) return [];
  const given: unknown = (spec as Partial<RecognitionSpec> | null)?.recognizer;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.every(isRecognizer)) return list;
  throw new RedactError('OPTIONS', 'recognizer must be { recognizer } with one recogniser of names, or a list of them: objects with name, categories and recognize');
}

/** Lines of one text that are asked about at the same time. */
const atOnce = 8;

/** Ends with the signal, whether or not the recogniser heeds it. */
function givenUp(pending: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  if (signal === undefined) return pending;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(new RedactError('RECOGNIZER', 'the recogniser of names was given up before it had answered'));
    };
    pending.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

function isRecognizer(given: unknown): given is EntityRecognizer {
  const { name, categories, recognize } = (given as Partial<EntityRecognizer> | null | undefined) ?? {};
  return typeof name === 'string' && typeof recognize === 'function' && Array.isArray(categories) && categories.every((category) => typeof category === 'string');
}

function isEntity(category: unknown, start: unknown, end: unknown, score: unknown, line: string): boolean {
  if (typeof category !== 'string' || typeof score !== 'number' || typeof start !== 'number' || typeof end !== 'number') return false;
  return Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= line.length;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
