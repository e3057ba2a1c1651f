import { RedactError, type RedactErrorCode } from '../errors.js';
import type { Finding } from '../finding.js';
import type { RedactText } from './redact-value.js';
import { showPath, type PathStep } from './value-path.js';

export interface WalkLimits {
  readonly maxBytes: number;
  readonly maxNodes: number;
  readonly maxDepth: number;
}

// Names repeat where there are many values, and only there is it worth to remember them.
const fewNodes = 32;

/** Where one walk stands, what it has found and what it has cost. A walk that refuses is over: nothing is tidied up. */
export class Walk {
  count = 0;
  readonly redact: RedactText;
  readonly #limits: WalkLimits;
  /** The objects that the walk is inside of; one that is only looked into has no place of its own. */
  readonly #ancestors: (object | undefined)[] = [];
  /** Under which name it left each of them. */
  readonly #steps: (PathStep | undefined)[] = [];
  #depth = 0;
  #bytes = 0;
  #nodes = 0;
  #counts: Map<string, number> | undefined;
  #cleanNames: Set<string> | undefined;

  constructor(redact: RedactText, limits: WalkLimits) {
    this.redact = redact;
    this.#limits = limits;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts ?? new Map();
  }

  enter(value: object): void {
    const depth = this.#depth;
    for (let at = 0; at < depth; at += 1) {
      if (this.#ancestors[at] === value) throw this.refusal('CYCLE', 'a value that contains itself cannot be redacted');
    }
    if (depth >= this.#limits.maxDepth) throw this.refusal('BUDGET', `nested deeper than ${String(this.#limits.maxDepth)}`);
    this.lookInto(value);
  }

  /** Enters a value whose members are read and not walked. */
  lookInto(value?: object): void {
    this.#ancestors[this.#depth] = value;
    this.#steps[this.#depth] = undefined;
    this.#depth += 1;
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** The member that is walked next; none once all have been. */
  at(step: PathStep | undefined): void {
    this.#steps[this.#depth - 1] = step;
  }

  visit(nodes: number): void {
    this.#nodes += nodes;
    if (this.#nodes > this.#limits.maxNodes) throw this.refusal('BUDGET', `more than ${String(this.#limits.maxNodes)} values`);
  }

  /** Refuses before a huge collection is listed. */
  room(more: number): void {
    if (this.#nodes + more > this.#limits.maxNodes + 1) throw this.refusal('BUDGET', `more than ${String(this.#limits.maxNodes)} values`);
  }

  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.maxBytes) throw this.refusal('BUDGET', `more than ${String(this.#limits.maxBytes)} characters of text`);
  }

  record(findings: readonly Finding[]): void {
    this.count += findings.length;
    const counts = (this.#counts ??= new Map<string, number>());
    for (const { category } of findings) counts.set(category, (counts.get(category) ?? 0) + 1);
  }

  text(text: string, name: string | undefined): string {
    this.spend(text.length);
    const { text: cleaned, findings } = this.redact(text, name);
    if (findings.length === 0) return text;
    this.record(findings);
    return cleaned;
  }

  /** The name of a property; one that was clean a moment ago still is. */
  name(name: string): string {
    if (this.#nodes <= fewNodes) return this.text(name, undefined);
    const known = (this.#cleanNames ??= new Set<string>());
    if (known.has(name)) {
      this.spend(name.length);
      return name;
    }
    const before = this.count;
    const cleaned = this.text(name, undefined);
    if (this.count === before) known.add(name);
    return cleaned;
  }

  refusal(code: RedactErrorCode, what: string): RedactError {
    const steps = this.#steps.slice(0, this.#depth).filter((step) => step !== undefined);
    const path = showPath(steps, (text) => this.redact(text));
    return new RedactError(code, path === '' ? what : `${what}, at ${path}`, { path });
  }

  /** Hostile accessors and proxies throw what they like; their error may hold the value, so it is not kept. */
  failure(error: unknown): unknown {
    if (error instanceof RedactError || this.#depth === 0) return error;
    return this.refusal('UNREDACTABLE', 'an object that throws when read cannot be redacted');
  }
}
