import { types } from 'node:util';
import { RedactError, redactValue, type Recognized, type RedactText, type TextRedaction } from '@enforcecore/redact';
import { InvalidOutputError, RedactionError } from '../errors.js';
import type { Outcome } from '../pipeline/outcome.js';
import { isThenable } from '../pipeline/thenable.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import type { ChunkFilter, Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { PiiRules } from '../policy/policy.js';
import type { Redactor, TextPipe } from './redactor.js';
import { redactingPipe, TextChunks } from './text-chunks.js';

/** Composed only where the policy redacts and the settings allow it. */
export const redactRoom: RoomBuilder = (policy, { settings, redactor }) =>
  policy.rules.redacts && settings.redactionEnabled ? new RedactStage(redactor) : undefined;

/** Arguments are cleaned before the tool sees them, results before the caller does; keys, errors and streams included. */
class RedactStage implements Stage {
  readonly room = 'redact';
  readonly #redactor: Redactor;
  readonly #redactText = new WeakMap<PiiRules, RedactText>();
  /** What the redactor refused with; set and taken without anything in between. */
  #refusal: RedactionError | undefined;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  enter(walk: Walk): void | Promise<void> {
    const { argumentRedaction: rules, redaction } = walk.policy.rulesFor(walk.tool);
    if (rules === undefined || redaction === undefined) return undefined;
    const { opaque } = walk.request;
    const checked = opaque === undefined ? walk.call.args : walk.call.args.filter((_arg, i) => !opaque(i));
    return this.#named(walk, checked, redaction, (error) => blocked(walk, error), (known) => {
      const cleaned = this.#orBlocked(walk, () => redactValue(checked, this.#with(rules, known)));
      if (rules !== redaction) this.#hideForRecord(walk, redaction, known);
      if (!cleaned.changed) return;
      walk.redactionsIn += cleaned.count;
      walk.count(cleaned.counts);
      const args = cleaned.value as readonly unknown[]; // an array stays an array
      walk.cleanArguments(opaque === undefined ? args : withOpaque(walk.call.args, args, opaque));
    });
  }

  leave(walk: Walk): void | Promise<void> {
    const outcome = walk.outcome;
    const rules = outputRules(walk);
    if (rules === undefined || (outcome?.kind !== 'ok' && outcome?.kind !== 'tool_error')) return undefined;
    return this.#named(walk, outcome.kind === 'ok' ? outcome.value : outcome.error, rules, (error) => this.#withholding(walk, error), (known) => {
      if (outcome.kind === 'tool_error') {
        walk.outcome = this.#cleanError(walk, outcome, rules, known);
        return;
      }
      const value = this.#clean(walk, outcome.value, rules, known);
      if (value !== outcome.value) walk.outcome = { kind: 'ok', value };
    });
  }

  /** Has the names in a value recognised first, where that takes time; a recogniser that fails blocks or withholds. */
  #named(walk: Walk, value: unknown, rules: PiiRules, refusal: (error: unknown) => Error, then: (known: Recognized | undefined) => void): void | Promise<void> {
    const recognize = this.#orBlocked(walk, () => this.#redactor.recognize?.(rules));
    if (recognize === undefined) return then(undefined);
    const texts: string[] = [];
    try {
      redactValue(value, (text) => (texts.push(text), { text, findings: [] }), lookInto);
    } catch {
      return then(new Map()); // what cannot be read is refused again, and told, when it is cleaned
    }
    return inTime(recognize(texts, walk.abort?.signal), walk).then(then, (error: unknown) => {
      throw refusal(error);
    });
  }

  /** The tool gets some of it in the clear; the record knows the arguments as they came, with everything hidden. */
  #hideForRecord(walk: Walk, rules: PiiRules, known: Recognized | undefined): void {
    const { opaque } = walk.request;
    const args = walk.revealed?.args ?? walk.call.args;
    const checked = opaque === undefined ? args : args.filter((_arg, i) => !opaque(i));
    const hidden = this.#orBlocked(walk, () => redactValue(checked, this.#with(rules, known)));
    walk.hiddenArgs = hidden.value as readonly unknown[]; // an array stays an array
  }

  #orBlocked<T>(walk: Walk, body: () => T): T {
    try {
      return body();
    } catch (error) {
      this.#throwRefusal();
      throw blocked(walk, error);
    }
  }

  follow(walk: Walk, gives: 'items' | 'chunks'): ChunkFilter | undefined {
    const rules = outputRules(walk);
    if (rules === undefined) return undefined;
    const clean = (value: unknown): unknown => this.#clean(walk, value, rules);
    if (gives === 'items') return { push: (item) => [clean(item)], end: () => [], last: clean };
    const cleanLater = (value: unknown): unknown => this.#cleanLater(walk, value, rules);
    const text = new TextChunks(() => this.#pipe(walk, rules), cleanLater, (n, counts) => {
      walk.redactionsOut += n;
      walk.count(counts);
    });
    return {
      push: (chunk) => this.#orWithheldLater(walk, () => text.push(chunk)),
      end: () => this.#orWithheldLater(walk, () => text.end()),
      last: cleanLater,
    };
  }

  /** How texts are redacted under some rules: made once for them, not for every call. */
  #with(rules: PiiRules, known?: Recognized): RedactText {
    if (known !== undefined) return this.#redacting(rules, known);
    let redact = this.#redactText.get(rules);
    if (redact === undefined) {
      redact = this.#redacting(rules, undefined);
      this.#redactText.set(rules, redact);
    }
    return redact;
  }

  #redacting(rules: PiiRules, known: Recognized | undefined): RedactText {
    return (text, name) => {
      try {
        return checkedRedaction(this.#redactor.redact(text, rules, name, known));
      } catch (error) {
        // The walk makes an error of its own of whatever it catches, and ours says more.
        if (error instanceof RedactionError) this.#refusal = error;
        throw error;
      }
    };
  }

  #pipe(walk: Walk, rules: PiiRules): TextPipe {
    const pipe = redactingPipe(this.#redactor, rules);
    const hide = walk.revealed?.hide;
    return hide === undefined || hide.isIdle ? pipe : hide.pipe(pipe);
  }

  /** A promise where names have to be waited for. */
  #cleanLater(walk: Walk, value: unknown, rules: PiiRules): unknown {
    let cleaned: unknown;
    const done = this.#named(walk, value, rules, (error) => this.#withholding(walk, error), (known) => {
      cleaned = this.#clean(walk, value, rules, known);
    });
    return done === undefined ? cleaned : done.then(() => cleaned);
  }

  #clean(walk: Walk, value: unknown, rules: PiiRules, known?: Recognized): unknown {
    const redact = this.#with(rules, known);
    const hide = walk.revealed?.hide;
    const cleaned = this.#orWithheld(walk, () => redactValue(value, hide === undefined || hide.isIdle ? redact : hide.before(redact), lookInto));
    walk.redactionsOut += cleaned.count;
    if (cleaned.count > 0) walk.count(cleaned.counts);
    return cleaned.value;
  }

  #throwRefusal(): void {
    const refusal = this.#takeRefusal();
    if (refusal !== undefined) throw refusal;
  }

  #takeRefusal(): RedactionError | undefined {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    return refusal;
  }

  #orWithheld<T>(walk: Walk, body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw this.#withholding(walk, error);
    }
  }

  #orWithheldLater<T>(walk: Walk, body: () => T | Promise<T>): T | Promise<T> {
    const given = this.#orWithheld(walk, body);
    if (!isThenable(given)) return given;
    return inTime(Promise.resolve(given), walk).catch((error: unknown) => {
      throw this.#withholding(walk, error);
    });
  }

  #withholding(walk: Walk, error: unknown): Error {
    if (error instanceof InvalidOutputError) return error;
    const refusal = this.#takeRefusal();
    return (
      refusal ??
      new InvalidOutputError(
        `the result of "${walk.tool}" could not be cleaned and is withheld: ${reasonOf(error)}${adviceOn(error)}`,
        { toolName: walk.tool, policyName: walk.policy.name },
      )
    );
  }

  /** A tool's error reaches the model as its result would. One that cannot be cleaned whole keeps its name and message. */
  #cleanError(walk: Walk, outcome: Extract<Outcome, { readonly kind: 'tool_error' }>, rules: PiiRules, known?: Recognized): Outcome {
    const { error } = outcome;
    try {
      return { kind: 'tool_error', error: this.#clean(walk, error, rules, known) };
    } catch {
      // Safe to go on: what is passed on instead holds nothing but cleaned text.
      const plain = new Error(String(this.#clean(walk, textOf(error, 'message'), rules, known)));
      plain.name = String(this.#clean(walk, textOf(error, 'name'), rules, known));
      return { kind: 'tool_error', error: plain };
    }
  }
}

function blocked(walk: Walk, error: unknown): RedactionError {
  if (error instanceof RedactionError) return error;
  return new RedactionError(`the arguments of "${walk.tool}" could not be cleaned, so the call was blocked: ${reasonOf(error)}`, {
    toolName: walk.tool,
    policyName: walk.policy.name,
  });
}

/** What the tool's author can do; nothing, where a service failed. */
function adviceOn(error: unknown): string {
  const isShape = error instanceof RedactError && (error.code === 'UNREDACTABLE' || error.code === 'CYCLE' || error.code === 'BUDGET');
  return isShape ? '; return plain data, or set redact_output: false for this policy' : '';
}

/** Milliseconds that a recogniser of names may take at most for one text; it has no right to hold a call for ever. */
const mostWait = 30_000;

/** Ends with the call's signal, or after a time of its own: an answer that never comes is a failure. */
function inTime<T>(pending: Promise<T>, walk: Walk): Promise<T> {
  const signal = walk.abort?.signal;
  // No longer than the tool itself may take.
  const longestWait = Math.min(mostWait, walk.timeoutMs ?? mostWait);
  return new Promise<T>((resolve, reject) => {
    const late = (why: string) => (): void => {
      stop();
      reject(new RedactError('RECOGNIZER', why));
    };
    const onAbort = late('the call was given up before the recogniser of names had answered');
    const stopTimer = walk.house.clock.schedule(longestWait, late(`the recogniser of names did not answer within ${String(longestWait)} ms`));
    const stop = (): void => {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
    };
    pending.then(resolve, reject).finally(stop);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort);
  });
}

/** The rules for results, where results are cleaned. */
function outputRules({ policy, tool }: Walk): PiiRules | undefined {
  const { redaction, redactOutput } = policy.rulesFor(tool);
  return redactOutput ? redaction : undefined;
}

/** A proxy can show the redactor one thing and the caller another. */
const lookInto = { isOpaque: types.isProxy };

/** A replaced redactor that answers something else has redacted nothing. */
function checkedRedaction(answer: Partial<TextRedaction> | undefined): TextRedaction {
  if (typeof answer?.text === 'string' && Array.isArray(answer.findings)) return answer as TextRedaction;
  throw new TypeError('a redactor must return { text, findings }');
}

/** The cleaned arguments with the unchecked ones put back in their places. */
function withOpaque(all: readonly unknown[], cleaned: readonly unknown[], opaque: (index: number) => boolean): readonly unknown[] {
  let next = 0;
  return Object.freeze(all.map((arg, i) => (opaque(i) ? arg : cleaned[next++])));
}

function textOf(error: unknown, key: 'name' | 'message'): string {
  try {
    const text = (error as Partial<Error> | null | undefined)?.[key];
    return typeof text === 'string' ? text : 'Error';
  } catch {
    return 'Error';
  }
}

/** The redact package's messages name paths and kinds, never values. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.name === 'RedactError' ? error.message : 'the redactor failed';
}
