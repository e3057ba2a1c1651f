import type { RedactText, TextRedaction } from '@enforcecore/redact';
import type { TextPipe } from './redactor.js';

/** Shorter values stand in texts by chance. */
const shortest = 3;

/**
 * Turns the values that a tool was given back into their tokens wherever they come out again: what was recognised by the
 * name it stood under would not be found in another place.
 */
export class HideAgain {
  readonly #tokens: ReadonlyMap<string, string>;
  readonly #pattern: RegExp | undefined;
  /** Units of the longest value. */
  readonly #longest: number;

  constructor(tokens: ReadonlyMap<string, string>) {
    // The longest first, where one value is the beginning of another.
    const values = [...tokens.keys()].filter((value) => value.length >= shortest).sort((a, b) => b.length - a.length);
    this.#tokens = tokens;
    this.#longest = values[0]?.length ?? 0;
    this.#pattern = values.length === 0 ? undefined : new RegExp(values.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
  }

  get isIdle(): boolean {
    return this.#pattern === undefined;
  }

  /** How a text is redacted, with this before it. */
  before(redact: RedactText): RedactText {
    return (text, name) => {
      const { text: hidden, count } = this.hide(text);
      if (count === 0) return redact(text, name);
      const rest = redact(hidden, name);
      const again: TextRedaction['findings'] = Array.from({ length: count }, () => ({ kind: 'pii', category: 'revealed', start: 0, end: text.length }));
      return { text: rest.text, findings: [...again, ...rest.findings] };
    };
  }

  /** A pipe with this before it: so much is held back that a value is seen whole. */
  pipe(inner: TextPipe): TextPipe {
    let held = '';
    let hidden = 0;
    const take = (text: string): string => {
      const { text: clean, count } = this.hide(text);
      hidden += count;
      return clean;
    };
    return {
      push: (chunk) => {
        held = take(held + chunk);
        const cut = Math.max(0, held.length - (this.#longest - 1));
        const out = held.slice(0, cut);
        held = held.slice(cut);
        return out === '' ? '' : inner.push(out);
      },
      flush: () => {
        const last = inner.push(take(held));
        if (last instanceof Promise) return last.then(async (out) => out + (await inner.flush()));
        const rest = inner.flush();
        return rest instanceof Promise ? rest.then((out) => last + out) : last + rest;
      },
      get counts() {
        return hidden === 0 ? inner.counts : { ...inner.counts, revealed: hidden };
      },
    };
  }

  hide(text: string): { readonly text: string; readonly count: number } {
    let count = 0;
    if (this.#pattern === undefined) return { text, count };
    const hidden = text.replace(this.#pattern, (value) => {
      count += 1;
      return this.#tokens.get(value) ?? value;
    });
    return { text: hidden, count };
  }
}
