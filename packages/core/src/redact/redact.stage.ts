import { types } from 'node:util';
import { redactValue, type RedactText, type TextRedaction, type ValueRedaction } from '@enforcecore/redact';
import { InvalidOutputError, RedactionError } from '../errors.js';
import type { Outcome } from '../pipeline/outcome.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import type { ChunkFilter, Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { PiiRules } from '../policy/policy.js';
import type { Redactor } from './redactor.js';
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

  enter(walk: Walk): void {
    const { redaction } = walk.policy.rulesFor(walk.tool);
    if (redaction === undefined) return;
    const { opaque } = walk.request;
    const checked = opaque === undefined ? walk.call.args : walk.call.args.filter((_arg, i) => !opaque(i));
    let cleaned: ValueRedaction;
    try {
      cleaned = redactValue(checked, this.#with(redaction));
    } catch (error) {
      this.#throwRefusal();
      throw new RedactionError(
        `the arguments of "${walk.tool}" could not be cleaned, so the call was blocked: ${reasonOf(error)}`,
        { toolName: walk.tool, policyName: walk.policy.name },
      );
    }
    if (!cleaned.changed) return;
    walk.redactionsIn += cleaned.count;
    walk.count(cleaned.counts);
    const args = cleaned.value as readonly unknown[]; // an array stays an array
    walk.cleanArguments(opaque === undefined ? args : withOpaque(walk.call.args, args, opaque));
  }

  leave(walk: Walk): void {
    const outcome = walk.outcome;
    const rules = outputRules(walk);
    if (rules === undefined || outcome === undefined) return;
    if (outcome.kind === 'ok') {
      const value = this.#clean(walk, outcome.value, rules);
      if (value !== outcome.value) walk.outcome = { kind: 'ok', value };
    } else if (outcome.kind === 'tool_error') {
      walk.outcome = this.#cleanError(walk, outcome, rules);
    }
  }

  follow(walk: Walk, gives: 'items' | 'chunks'): ChunkFilter | undefined {
    const rules = outputRules(walk);
    if (rules === undefined) return undefined;
    const clean = (value: unknown): unknown => this.#clean(walk, value, rules);
    if (gives === 'items') return { push: (item) => [clean(item)], end: () => [], last: clean };
    const text = new TextChunks(() => redactingPipe(this.#redactor, rules), clean, (n, counts) => {
      walk.redactionsOut += n;
      walk.count(counts);
    });
    return {
      push: (chunk) => this.#orWithheld(walk, () => text.push(chunk)),
      end: () => this.#orWithheld(walk, () => text.end()),
      last: clean,
    };
  }

  /** How texts are redacted under some rules: made once for them, not for every call. */
  #with(rules: PiiRules): RedactText {
    let redact = this.#redactText.get(rules);
    if (redact === undefined) {
      redact = (text, name) => {
        try {
          return checkedRedaction(this.#redactor.redact(text, rules, name));
        } catch (error) {
          // The walk makes an error of its own of whatever it catches, and ours says more.
          if (error instanceof RedactionError) this.#refusal = error;
          throw error;
        }
      };
      this.#redactText.set(rules, redact);
    }
    return redact;
  }

  #clean(walk: Walk, value: unknown, rules: PiiRules): unknown {
    const cleaned = this.#orWithheld(walk, () => redactValue(value, this.#with(rules), lookInto));
    walk.redactionsOut += cleaned.count;
    if (cleaned.count > 0) walk.count(cleaned.counts);
    return cleaned.value;
  }

  #throwRefusal(): void {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal !== undefined) throw refusal;
  }

  #orWithheld<T>(walk: Walk, body: () => T): T {
    try {
      return body();
    } catch (error) {
      if (error instanceof InvalidOutputError) throw error;
      this.#throwRefusal();
      throw new InvalidOutputError(
        `the result of "${walk.tool}" could not be cleaned and is withheld: ${reasonOf(error)}; return plain data, ` +
          'or set redact_output: false for this policy',
        { toolName: walk.tool, policyName: walk.policy.name },
      );
    }
  }

  /** A tool's error reaches the model as its result would. One that cannot be cleaned whole keeps its name and message. */
  #cleanError(walk: Walk, outcome: Extract<Outcome, { readonly kind: 'tool_error' }>, rules: PiiRules): Outcome {
    const { error } = outcome;
    try {
      return { kind: 'tool_error', error: this.#clean(walk, error, rules) };
    } catch {
      // Safe to go on: what is passed on instead holds nothing but cleaned text.
      const plain = new Error(String(this.#clean(walk, textOf(error, 'message'), rules)));
      plain.name = String(this.#clean(walk, textOf(error, 'name'), rules));
      return { kind: 'tool_error', error: plain };
    }
  }
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
