import { FrozenMap } from './frozen-map.js';
import { Glob } from './glob.js';
import type { RateRule } from './limits/limit-rules.js';
import { readToolName } from './tool-name.js';

export interface KeyedRate {
  /** The entry that the calls count against: several tools under one glob share its window. */
  readonly key: string;
  readonly rule: RateRule;
}

/** The per-tool limits of a policy: an exact name first, then the glob that pins down most characters. */
export class RateTable {
  readonly rules: ReadonlyMap<string, RateRule>;
  readonly #exact: ReadonlyMap<string, KeyedRate>;
  readonly #globs: readonly { readonly glob: Glob; readonly rate: KeyedRate }[];

  constructor(rules: readonly (readonly [string, RateRule])[]) {
    const rates = rules.map(([key, rule]) => Object.freeze({ key, rule }));
    this.rules = new FrozenMap(rules);
    this.#exact = new Map(rates.filter(({ key }) => !key.includes('*')).map((rate) => [rate.key, rate]));
    this.#globs = rates
      .filter(({ key }) => key.includes('*'))
      .map((rate) => ({ glob: new Glob(rate.key), rate }))
      // Equal weights: the order of the names, so that the order of the file never decides.
      .sort((a, b) => b.glob.weight - a.glob.weight || (a.rate.key < b.rate.key ? -1 : 1));
    Object.freeze(this);
  }

  find(tool: string): KeyedRate | undefined {
    const { canonical } = readToolName(tool);
    if (canonical === undefined) return undefined;
    return this.#exact.get(canonical) ?? this.#globs.find(({ glob }) => glob.matches(canonical))?.rate;
  }
}
