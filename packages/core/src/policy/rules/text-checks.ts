import type { Call } from '../../call.js';
import type { NetworkRule } from '../network/network.js';
import type { DecisionState } from '../verdict.js';
import type { CallCheck, Findings, RuleInfo } from './call-check.js';
import { eachTextOf } from './call-values.js';
import type { ContentScan } from './content-scan.js';
import { factsOf } from './facts.js';

export interface NetworkCheck {
  readonly rule: RuleInfo;
  readonly network: NetworkRule;
}

/** The rules over every text of the arguments: content and hosts, in one walk. */
export class TextsCheck implements CallCheck {
  readonly #scans: readonly ContentScan[];
  readonly #networks: readonly NetworkCheck[];

  constructor(scans: readonly ContentScan[], networks: readonly NetworkCheck[]) {
    this.#scans = scans;
    this.#networks = networks;
  }

  run(call: Call, state: DecisionState, findings: Findings): void {
    const facts = (): ReturnType<typeof factsOf> => factsOf(call, state);
    eachTextOf(call, (text, where, isKey) => {
      for (const scan of this.#scans) {
        for (const { rule, reason, placeholder, spans } of scan.scan(text, facts)) {
          const { path, keys } = where();
          // The name of a member cannot be hidden without losing the member.
          findings.add(rule, 'content_violation', reason, path, isKey ? undefined : { keys, placeholder, spans });
        }
      }
      for (const { rule, network } of this.#networks) {
        const [fault] = network.check(text);
        if (fault === undefined) continue;
        const { path, keys } = where();
        findings.add(rule, 'domain_denied', fault.reason, path, isKey ? undefined : { keys, placeholder: '<HOST>' });
      }
    });
  }
}
