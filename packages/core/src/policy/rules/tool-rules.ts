import type { Call } from '../../call.js';
import type { EgressRules } from '../../egress/egress-rules.js';
import type { SandboxRules } from '../../sandbox/sandbox-rules.js';
import type { ToolLimits } from '../limits/limit-rules.js';
import type { NetworkRule } from '../network/network.js';
import type { PiiRules } from '../policy-compile.js';
import type { KeyedRate } from '../rate-table.js';
import type { ToolVerdict } from '../tool-verdicts.js';
import type { DecisionState, Verdict, Violation } from '../verdict.js';
import { Findings, type CallCheck, type RuleInfo } from './call-check.js';
import type { ContentScan } from './content-scan.js';

/** Where a limit was written, for whoever exceeds it. */
export interface Limit {
  readonly value: number;
  readonly rule: RuleInfo;
}

/** What the lists say of a tool: every rule against it, or the one that lets it pass. */
export interface Listed {
  readonly verdict: ToolVerdict;
  readonly violations: readonly Violation[];
  readonly blocks: boolean;
}

/** Everything else that a policy says of one tool, compiled. */
export interface ToolTerms {
  readonly checks: readonly CallCheck[];
  readonly results: readonly ContentScan[];
  readonly redaction: PiiRules | undefined;
  /** The same for arguments: without what the tool gets in the clear. */
  readonly argumentRedaction: PiiRules | undefined;
  /** Categories that the tool gets in the clear; none for most. */
  readonly reveals: ReadonlySet<string> | undefined;
  readonly redactOutput: boolean;
  readonly maxDurationMs: number | undefined;
  readonly maxOutput: Limit | undefined;
  readonly rates: readonly KeyedRate[];
  readonly limits: ToolLimits;
  readonly networks: readonly NetworkRule[];
  readonly egress: EgressRules | undefined;
  readonly sandbox: SandboxRules | undefined;
}

const noChecks: readonly CallCheck[] = Object.freeze([]);

/** What one policy says of one tool. INVARIANT: pure; the same call and state give the same verdict. */
export class ToolRules {
  readonly results: readonly ContentScan[];
  readonly redaction: PiiRules | undefined;
  /** The same for arguments: without what the tool gets in the clear. */
  readonly argumentRedaction: PiiRules | undefined;
  /** Categories that the tool gets in the clear; none for most. */
  readonly reveals: ReadonlySet<string> | undefined;
  readonly redactOutput: boolean;
  readonly maxDurationMs: number | undefined;
  readonly maxOutput: Limit | undefined;
  readonly rates: readonly KeyedRate[];
  /** Hosts that the tool may reach while it runs; all of them hold. */
  readonly networks: readonly NetworkRule[];
  /** Everything that its calls count against, `rates` among it. */
  readonly limits: ToolLimits;
  /** What it may connect to while it runs; `undefined` where the policy says nothing of the network. */
  readonly egress: EgressRules | undefined;
  /** Where it has to run; `undefined` where the policy does not say. */
  readonly sandbox: SandboxRules | undefined;
  readonly verdict: ToolVerdict;
  /** True when something is to be asked again right before the tool runs. */
  readonly looksAgain: boolean;
  readonly #listed: Listed;
  readonly #checks: readonly CallCheck[];
  readonly #again: readonly CallCheck[];
  readonly #byLists: Verdict;

  constructor(listed: Listed, terms: ToolTerms) {
    this.results = terms.results;
    this.redaction = terms.redaction;
    this.argumentRedaction = terms.argumentRedaction;
    this.reveals = terms.reveals;
    this.redactOutput = terms.redactOutput;
    this.maxDurationMs = terms.maxDurationMs;
    this.maxOutput = terms.maxOutput;
    this.rates = terms.rates;
    this.networks = terms.networks;
    this.limits = terms.limits;
    this.egress = terms.egress;
    this.sandbox = terms.sandbox;
    this.verdict = listed.verdict;
    this.#listed = listed;
    this.#checks = terms.checks;
    this.#again = terms.checks.length === 0 ? noChecks : terms.checks.filter(({ again }) => again === true);
    this.looksAgain = this.#again.length > 0;
    this.#byLists = this.#verdictOf(new Findings());
    Object.freeze(this);
  }

  decide(call: Call, state: DecisionState): Verdict {
    if (this.#checks.length === 0) return this.#byLists;
    const findings = new Findings();
    for (const check of this.#checks) check.run(call, state, findings);
    return findings.violations.length === 0 ? this.#byLists : this.#verdictOf(findings);
  }

  /** Asks again what can have changed since: what paths lead to, arguments that were cleaned in between. */
  decideAgain(call: Call, state: DecisionState): Verdict {
    const findings = new Findings();
    for (const check of this.#again) check.run(call, state, findings);
    return verdictOf(findings);
  }

  #verdictOf(findings: Findings): Verdict {
    const { verdict, violations, blocks } = this.#listed;
    const basis = verdict.allowed ? Object.freeze({ rule: verdict.rule, reason: verdict.reason }) : undefined;
    return verdictOf(findings, violations, blocks, basis);
  }
}

function verdictOf({ violations, redactions, blocked }: Findings, listed: readonly Violation[] = [], blocks = false, basis?: Verdict['basis']): Verdict {
  return Object.freeze({
    decision: blocks || blocked ? 'blocked' : 'allowed',
    violations: Object.freeze([...listed, ...violations]),
    ...(basis === undefined ? {} : { basis }),
    ...(redactions.length === 0 ? {} : { redactions: Object.freeze(redactions) }),
  });
}
