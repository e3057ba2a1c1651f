import { Redactor, Settings, type EnforceContainer, type Enforcer, type PiiRules } from '@enforcecore/core';

/** Cleans texts that come beside a call, progress and log messages, as the results of calls are. */
export class TextCleaner {
  readonly #container: EnforceContainer;
  readonly #enforcer: Enforcer;

  constructor(container: EnforceContainer, enforcer: Enforcer) {
    this.#container = container;
    this.#enforcer = enforcer;
  }

  /** The cleaned value; rejects when it cannot be cleaned, and then it must not be passed on. */
  async clean(value: unknown, name: string): Promise<unknown> {
    const { redaction, redactOutput } = this.#enforcer.policy.rulesFor(name);
    if (redaction === undefined || !redactOutput || !this.#container.get(Settings).redactionEnabled) return value;
    const texts: string[] = [];
    mapText(value, (text) => (texts.push(text), text));
    const redactor = this.#container.get(Redactor);
    const known = await redactor.recognize?.(redaction)?.(texts);
    return mapText(value, (text, key) => redacted(redactor, redaction, text, key, known));
  }
}

function redacted(redactor: Redactor, rules: PiiRules, text: string, key: string | undefined, known: Parameters<Redactor['redact']>[3]): string {
  return redactor.redact(text, rules, key, known).text;
}

/** Every text of a value, keys included. Bounded in depth by what came over the wire. */
function mapText(value: unknown, change: (text: string, key?: string) => string, key?: string): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((item) => mapText(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [change(name), mapText(held, change, name)]));
}
