import { RedactError, type RedactErrorCode } from '../errors.js';
import type { Finding } from '../finding.js';
import type { RedactText } from './redact-value.js';
import { showPath, type PathStep } from './value-path.js';

export interface WalkLimits {
  readonly maxBytes: number;
  readonly maxNodes: number;
  readonly maxDepth: number;
}

/** Where one walk stands, what it has found and what it has cost. */
export class Walk {
  count = 0;
  readonly counts = new Map<string, number>();
  readonly path: PathStep[] = [];
  readonly #redact: RedactText;
  readonly #limits: WalkLimits;
  readonly #ancestors = new Set<object>();
  #bytes = 0;
  #nodes = 0;

  constructor(redact: RedactText, limits: WalkLimits) {
    this.#redact = redact;
    this.#limits = limits;
  }

  enter(value: object): void {
    if (this.#ancestors.has(value)) throw this.refusal('CYCLE', 'a value that contains itself cannot be redacted');
    if (this.#ancestors.size >= this.#limits.maxDepth) throw this.refusal('BUDGET', `nested deeper than ${String(this.#limits.maxDepth)}`);
    this.#ancestors.add(value);
  }

  leave(value: object): void {
    this.#ancestors.delete(value);
  }

  record(findings: readonly Finding[]): void {
    this.count += findings.length;
    for (const { category } of findings) this.counts.set(category, (this.counts.get(category) ?? 0) + 1);
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

  refusal(code: RedactErrorCode, what: string): RedactError {
    const path = showPath(this.path, (text) => this.#redact(text));
    return new RedactError(code, path === '' ? what : `${what}, at ${path}`, { path });
  }
}
