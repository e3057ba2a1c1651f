import type { Call } from '../../call.js';
import { foundPath, readArgumentPath, type PathStep } from '../argument-path.js';
import type { DecisionState } from '../verdict.js';
import type { CallCheck, Findings, RuleInfo } from './call-check.js';
import { namedArguments, valuesAt } from './call-values.js';
import { levelOf, sensitivityRank } from './sensitivity.js';

/** A label on a path of the arguments. */
export interface Label {
  readonly steps: readonly PathStep[];
  readonly rank: number;
}

export interface SensitivityTerms {
  readonly rule: RuleInfo;
  /** Rank of the highest level that the tool may be given. */
  readonly clearance: number;
  /** Rank of what nobody labelled. */
  readonly unlabelled: number;
  readonly labels: readonly Label[];
}

/** No argument reaches a tool that is more sensitive than the tool's clearance. */
export class SensitivityCheck implements CallCheck {
  readonly #terms: SensitivityTerms;

  constructor(terms: SensitivityTerms) {
    this.#terms = terms;
  }

  run(call: Call, _state: DecisionState, findings: Findings): void {
    const { labels, unlabelled, clearance } = this.#terms;
    const all = call.sensitivity.length === 0 ? labels : [...labels, ...call.sensitivity.flatMap(labelOf)];
    for (const { steps, rank } of all) {
      if (rank <= clearance) continue;
      for (const { value, path, keys } of valuesAt(call, steps)) this.#tooHigh(rank, value, path, keys, findings);
    }
    if (unlabelled <= clearance) return;
    // A label inside an argument says nothing of the rest of it.
    const labelled = new Set(all.flatMap(({ steps }) => (steps.length === 1 && steps[0]?.kind === 'name' ? [steps[0].name] : [])));
    const every = all.some(({ steps }) => steps.length === 1 && steps[0]?.kind === 'each');
    for (const [name, value, keys] of namedArguments(call)) {
      if (!every && !labelled.has(name)) this.#tooHigh(unlabelled, value, foundPath('', name), keys, findings);
    }
  }

  #tooHigh(rank: number, value: unknown, path: string, keys: readonly (string | number)[], findings: Findings): void {
    if (value === undefined || value === null) return;
    const level = levelOf(rank);
    const reason = `the argument is ${level}, and the tool is cleared for ${levelOf(this.#terms.clearance)}`;
    findings.add(this.#terms.rule, 'sensitivity_violation', reason, path, { keys, placeholder: `<${level.toUpperCase()}>` });
  }
}

function labelOf({ path, level }: { readonly path: string; readonly level: string }): Label[] {
  const { steps } = readArgumentPath(path);
  return steps === undefined ? [] : [{ steps, rank: sensitivityRank(level) }];
}
