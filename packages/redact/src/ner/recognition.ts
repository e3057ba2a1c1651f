import { RedactError } from '../errors.js';
import type { Sink } from '../finding.js';
import { isOwnToken } from '../own-token.js';
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

  constructor(spec: RecognitionSpec, wanted: ReadonlySet<string>) {
    this.#spec = spec;
    this.#recognizers = recognizersOf(spec);
    this.#wanted = wanted;
    this.#threshold = spec.threshold ?? 0.8;
    if (!(this.#threshold >= 0 && this.#threshold <= 1)) throw new RedactError('OPTIONS', 'the threshold of a recogniser goes from 0 to 1');
  }

  /** Adds the names of one line that begins at `offset`. */
  addTo(sink: Sink, line: string, offset: number, own: readonly string[], known: Recognized | undefined): void {
    for (const { category, start, end, score } of this.#entitiesOf(line, known)) {
      if (!this.#wanted.has(category) || score < this.#threshold || isOwnToken(line, start, end, own)) continue;
      sink.pii(category, offset + start, offset + end);
    }
  }

  /** Whether it has to be waited for. */
  get isAsynchronous(): boolean {
    return this.#recognizers.some(({ asynchronous }) => asynchronous === true);
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
    answer.then(undefined, () => undefined); // nobody else will look at it
    throw new RedactError('RECOGNIZER', `the recogniser "${recognizer.name}" is asynchronous: use redactAsync, or an asynchronous tool`);
  }

  /** Asks for the lines that `known` does not hold yet. */
  async foresee(lines: Iterable<string>, known: Map<string, readonly RecognizedEntity[]>, signal?: AbortSignal): Promise<void> {
    const asked = [...new Set(lines)].filter((line) => !known.has(line) && /\p{L}/u.test(line));
    await Promise.all(asked.map(async (line) => {
      const answers = await Promise.all(this.#recognizers.map((recognizer) => this.#askLater(recognizer, line, signal)));
      known.set(line, answers.flat());
    }));
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

  /** A replaced recogniser that answers something else has recognised nothing. */
  #checked(recognizer: EntityRecognizer, line: string, answer: readonly RecognizedEntity[]): readonly RecognizedEntity[] {
    const sound = Array.isArray(answer) && answer.every((entity: Partial<RecognizedEntity> | null) =>
      typeof entity?.category === 'string' && isOffset(entity.start, line) && isOffset(entity.end, line) && entity.start < entity.end && typeof entity.score === 'number');
    return sound ? answer : this.#forgive(recognizer, new TypeError('a recogniser must answer a list of { category, start, end, score }'));
  }

  #forgive(recognizer: EntityRecognizer, error: unknown): readonly RecognizedEntity[] {
    const { fallback, onFailure } = this.#spec;
    const refusal =
      error instanceof RedactError
        ? error
        : new RedactError('RECOGNIZER', `the recogniser "${recognizer.name}" failed, so names could not be looked for; see the cause, or allow the fallback`, { cause: error });
    if (fallback !== true) throw refusal;
    onFailure?.(refusal);
    return noEntities;
  }
}

/** The recognisers of a spec; none without one. */
export function recognizersOf(spec: RecognitionSpec | undefined): readonly EntityRecognizer[] {
  if (spec === undefined) return [];
  return 'recognize' in spec.recognizer ? [spec.recognizer] : spec.recognizer;
}

function isOffset(value: unknown, line: string): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= line.length;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
