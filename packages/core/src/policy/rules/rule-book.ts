import { least } from '../limits/least.js';
import type { EgressRules } from '../../egress/egress-rules.js';
import type { SandboxRules } from '../../sandbox/sandbox-rules.js';
import { limitsFor, type BlockLimits, type PolicyLimits } from '../limits/compile-limits.js';
import type { RateLimit } from '../limits/limit-rules.js';
import type { PiiRules } from '../policy-compile.js';
import type { KeyedRate, RateTable } from '../rate-table.js';
import { ToolList } from '../tool-list.js';
import { readToolName } from '../tool-name.js';
import type { Judgement, ToolVerdicts } from '../tool-verdicts.js';
import type { Action, Violation } from '../verdict.js';
import type { CallCheck, RuleInfo } from './call-check.js';
import { canonicalCategory } from './compile-redaction.js';
import { sandboxFor, type ToolSandbox } from './compile-sandbox.js';
import { ExtraArgumentsCheck, NamelessCheck } from './condition-check.js';
import type { ContentScan, ContentScans } from './content-scan.js';
import type { Origin } from './origin.js';
import { SensitivityCheck, type Label } from './sensitivity-check.js';
import { TextsCheck, type NetworkCheck } from './text-checks.js';
import { ToolRules, type Limit, type Listed, type ToolTerms } from './tool-rules.js';

/** A check for some tools; for all without a list. */
export interface SharedCheck {
  readonly tools: ToolList | undefined;
  readonly check: CallCheck;
}

export interface SensitivityRules {
  readonly rule: RuleInfo;
  readonly defaultClearance: number;
  readonly unlabelled: number;
  readonly fields: readonly Label[];
  /** By tool pattern; of several that a tool meets, the lowest counts. */
  readonly clearances: { readonly tools: ToolList; readonly ranks: readonly number[] };
}

/** What holds for all tools. */
export interface GeneralRules {
  readonly context: readonly CallCheck[];
  readonly conditions: readonly SharedCheck[];
  readonly content: ContentScans | undefined;
  readonly network: NetworkCheck | undefined;
  readonly sensitivity: SensitivityRules | undefined;
  readonly redaction: PiiRules | undefined;
  readonly redactOutput: boolean;
  readonly maxDurationMs: number | undefined;
  readonly maxOutput: Limit | undefined;
  readonly rates: RateTable | undefined;
  readonly limits: PolicyLimits;
  readonly connections: Connections;
  readonly sandbox: SandboxRules | undefined;
  /** `resource_limits.max_memory_mb`, which needs a wall to hold it. */
  readonly maxMemoryMb?: number | undefined;
}

/** What running tools may connect to besides public hosts, and whether they may start processes. */
export type Connections = Pick<EgressRules, 'allowedAddresses' | 'childProcesses'>;

/** One block of `rules.tools`, compiled. */
export interface ToolBlock {
  readonly pattern: string;
  readonly checks: readonly CallCheck[];
  /** The arguments that its rules name. */
  readonly named: readonly string[];
  readonly extraArguments: RuleInfo | undefined;
  /** The rules on arguments by name, where there are any. */
  readonly byName: RuleInfo | undefined;
  readonly clearance: number | undefined;
  readonly labels: readonly Label[];
  readonly content: ContentScans | undefined;
  readonly network: NetworkCheck | undefined;
  readonly categories: readonly string[];
  readonly secrets: boolean;
  /** Categories that its tools get in the clear. */
  readonly reveals: readonly string[];
  readonly redacts: boolean;
  readonly redactOutput: boolean;
  readonly maxDurationMs: number | undefined;
  readonly maxOutput: Limit | undefined;
  readonly rate: KeyedRate | undefined;
  readonly limits: BlockLimits;
  readonly sandbox: ToolSandbox | undefined;
}

/** All rules of one policy; what holds for one tool is put together when it is first asked for. */
export class RuleBook {
  readonly #lists: ToolVerdicts;
  readonly #onViolation: Action;
  readonly #general: GeneralRules;
  readonly #blocks: readonly ToolBlock[];
  readonly #index: ToolList;
  /** Whether rules beside the blocks ask for the tool's name. */
  readonly #hasRulesByName: boolean;
  #shared: ToolTerms | undefined;
  readonly #positions: (keys: readonly (string | number)[]) => string | undefined;

  constructor(lists: ToolVerdicts, onViolation: Action, general: GeneralRules, blocks: readonly ToolBlock[], origin: Origin) {
    this.#lists = lists;
    this.#onViolation = onViolation;
    this.#general = general;
    this.#blocks = blocks;
    this.#index = new ToolList(blocks.map(({ pattern }) => pattern));
    this.#hasRulesByName =
      general.rates !== undefined ||
      [...general.limits.rates, ...general.limits.budgets, ...general.limits.slots].some(({ tools }) => tools !== undefined) ||
      general.conditions.some(({ tools }) => tools !== undefined) || (general.sensitivity?.clearances.ranks.length ?? 0) > 0;
    this.#positions = (keys) => origin.at(keys);
  }

  get general(): GeneralRules {
    return this.#general;
  }

  get blocks(): readonly ToolBlock[] {
    return this.#blocks;
  }

  /** Whether any tool's rules have to be asked again right before it runs. */
  get looksAgain(): boolean {
    return this.#blocks.some(({ checks }) => checks.some(({ again }) => again === true));
  }

  /** Whether any tool's results are looked at. */
  get inspects(): boolean {
    return this.#any(({ maxOutput, content }) => maxOutput !== undefined || content?.results.isEmpty === false);
  }

  get limitsTime(): boolean {
    return this.#any(({ maxDurationMs }) => maxDurationMs !== undefined);
  }

  /** Whether any limit counts blocked calls too. */
  get countsBlocked(): boolean {
    return this.#general.limits.rates.some(({ limit }) => limit.countsBlocked);
  }

  /** Whether any tool is to run elsewhere, or is held to something that needs it. */
  get movesTools(): boolean {
    return this.#general.sandbox !== undefined || this.#general.maxMemoryMb !== undefined || this.#blocks.some(({ sandbox }) => sandbox !== undefined);
  }

  /** Whether any tool's connections are looked at. */
  get watchesConnections(): boolean {
    return this.#general.network !== undefined || this.#blocks.some(({ network }) => network !== undefined);
  }

  /** Whether any tool gets the values of tokens back. */
  get reveals(): boolean {
    return this.#blocks.some(({ reveals }) => reveals.length > 0);
  }

  get redacts(): boolean {
    return this.#general.redaction !== undefined || this.#blocks.some(({ redacts }) => redacts);
  }

  #any(asks: (rules: Pick<ToolBlock, 'maxOutput' | 'content' | 'maxDurationMs'>) => boolean): boolean {
    return asks(this.#general) || this.#blocks.some(asks);
  }

  rulesFor(tool: string): ToolRules {
    const { canonical } = readToolName(tool);
    const blocks = canonical === undefined ? [] : this.#index.matches(canonical).flatMap(({ index }) => this.#blocks[index] ?? []);
    const judgement = this.#lists.judge(tool);
    // Most tools have nothing of their own, and share all but what the lists say.
    const terms = blocks.length === 0 && !this.#hasRulesByName ? this.#common() : this.#termsOf(canonical ?? '', blocks);
    return new ToolRules(this.#listed(judgement), terms);
  }

  /** What holds for every tool that no rule names. */
  #common(): ToolTerms {
    this.#shared ??= this.#termsOf('', []);
    return this.#shared;
  }

  #termsOf(tool: string, blocks: readonly ToolBlock[]): ToolTerms {
    const general = this.#general;
    const scans = [general.content, ...blocks.map(({ content }) => content)].filter((one) => one !== undefined);
    const networks = [general.network, ...blocks.map(({ network }) => network)].filter((one) => one !== undefined);
    const outputs = [general.maxOutput, ...blocks.map(({ maxOutput }) => maxOutput)].filter((one) => one !== undefined);
    const rate = general.rates?.find(tool);
    return {
      checks: this.#checksFor(tool, blocks, scans.map((one) => one.arguments).filter(notEmpty), networks),
      results: scans.map((one) => one.results).filter(notEmpty),
      ...this.#redactionOf(blocks),
      redactOutput: general.redactOutput || blocks.some(({ redactOutput }) => redactOutput),
      maxDurationMs: least([general.maxDurationMs, ...blocks.map(({ maxDurationMs }) => maxDurationMs)]),
      maxOutput: outputs.sort((a, b) => a.value - b.value)[0],
      rates: [...(rate === undefined ? [] : [rate]), ...blocks.flatMap((block) => block.rate ?? [])],
      limits: limitsFor(tool, general.limits, blocks.map(({ limits }) => limits), rate && perToolLimit(rate)),
      networks: networks.map(({ network }) => network),
      egress: networks.length === 0 ? undefined : Object.freeze({ ...general.connections, checks: Object.freeze(networks) }),
      sandbox: sandboxFor(general.sandbox, general.maxMemoryMb, blocks.flatMap(({ sandbox }) => sandbox ?? [])),
    };
  }

  #listed({ verdict, against }: Judgement): Listed {
    // What is no tool name at all breaks no rule of the policy that could be logged instead.
    const logged = this.#onViolation === 'log' && against.every(({ rule }) => rule !== 'tool_name');
    const violations = against.map(({ rule, reason, violationType = 'tool_not_allowed', keys }): Violation => {
      const at = keys === undefined ? undefined : this.#positions(keys);
      return Object.freeze({ rule, type: violationType, reason, action: logged ? 'log' : 'block', ...(at === undefined ? {} : { at }) });
    });
    return { verdict, violations: Object.freeze(violations), blocks: violations.length > 0 && !logged };
  }

  #checksFor(tool: string, blocks: readonly ToolBlock[], scans: readonly ContentScan[], networks: readonly NetworkCheck[]): readonly CallCheck[] {
    const { context, conditions, sensitivity } = this.#general;
    const named = new Set(blocks.flatMap((block) => block.named));
    const extra = blocks.flatMap(({ extraArguments }) => (extraArguments === undefined ? [] : [new ExtraArgumentsCheck(extraArguments, named)]));
    return [
      ...context,
      ...blocks.flatMap(({ checks }) => checks),
      ...blocks.flatMap(({ byName }) => (byName === undefined ? [] : [new NamelessCheck(byName)])).slice(0, 1),
      ...extra,
      ...conditions.filter(({ tools }) => tools === undefined || tools.matches(tool).length > 0).map(({ check }) => check),
      ...(scans.length + networks.length === 0 ? [] : [new TextsCheck(scans, networks)]),
      ...(sensitivity === undefined ? [] : [sensitivityFor(tool, sensitivity, blocks)]),
    ];
  }

  /** What is hidden in results, and in arguments, where the tool may get some of it in the clear. */
  #redactionOf(blocks: readonly ToolBlock[]): Pick<ToolTerms, 'redaction' | 'argumentRedaction' | 'reveals'> {
    const redaction = this.#redactionFor(blocks);
    const reveals = new Set(blocks.flatMap((block) => block.reveals));
    if (reveals.size === 0) return { redaction, argumentRedaction: redaction, reveals: undefined };
    return { redaction, argumentRedaction: redaction && Object.freeze({ ...redaction, except: reveals }), reveals };
  }

  #redactionFor(blocks: readonly ToolBlock[]): PiiRules | undefined {
    const { redaction } = this.#general;
    const asking = blocks.filter(({ redacts }) => redacts);
    if (asking.length === 0) return redaction;
    if (redaction !== undefined && asking.every((block) => block.categories.length === 0 && !block.secrets)) return redaction;
    const base: PiiRules = redaction ?? { categories: [], strategy: 'placeholder', secrets: false, threshold: 0.8, fallback: true };
    const categories = [...new Set([...base.categories, ...asking.flatMap((block) => block.categories.map(canonicalCategory))])];
    return Object.freeze({ ...base, categories: Object.freeze(categories), secrets: base.secrets || asking.some(({ secrets }) => secrets) });
  }
}

function perToolLimit({ key, rule }: KeyedRate): RateLimit {
  return Object.freeze({ id: `rules.rate_limits.per_tool.${key}`, by: [], rule, countsBlocked: false });
}

function notEmpty(scan: ContentScan): boolean {
  return !scan.isEmpty;
}

function sensitivityFor(tool: string, { rule, defaultClearance, unlabelled, fields, clearances }: SensitivityRules, blocks: readonly ToolBlock[]): CallCheck {
  const ranks = [
    ...clearances.tools.matches(tool).flatMap(({ index }) => clearances.ranks[index] ?? []),
    ...blocks.flatMap((block) => block.clearance ?? []),
  ];
  return new SensitivityCheck({
    rule,
    clearance: ranks.length === 0 ? defaultClearance : Math.min(...ranks),
    unlabelled,
    labels: [...fields, ...blocks.flatMap(({ labels }) => labels)],
  });
}
