import type { PolicyIssue } from '../errors.js';
import { PolicyValidationError } from '../errors.js';
import { BoundedCache } from './bounded-cache.js';
import { compilePolicy, type CompiledPolicy, type PiiRules } from './policy-compile.js';
import { LocatedLoadError } from './policy-fault.js';
import { loadFile, loadObject, loadText } from './policy-load.js';
import { nodeAt, type MapNode, type Place, type PlainValue } from './policy-node.js';
import type { RateRule, SharedLimits, TripRule } from './limits/limit-rules.js';
import type { KeyedRate } from './rate-table.js';
import type { SandboxRules } from '../sandbox/sandbox-rules.js';
import type { RuleBook } from './rules/rule-book.js';
import type { ToolRules } from './rules/tool-rules.js';
import type { ToolVerdict } from './tool-verdicts.js';
import type { Action } from './verdict.js';

export type { PiiRules } from './policy-compile.js';
export type { RateRule } from './limits/limit-rules.js';
export type { ToolVerdict } from './tool-verdicts.js';

/** More than any agent has tools; a stream of invented names costs some megabytes at most. */
const maxRemembered = 16_384;
/** Rules are remembered by tool; those of a longer name are put together anew, so that memory stays bounded too. */
const maxRememberedName = 256;

/** One policy, compiled: nothing about it changes after it was loaded. */
export class Policy {
  readonly name: string;
  readonly version: string;
  /** Where the policy was read from, if it was a file. */
  readonly source: string | undefined;
  /** The real paths of all files that it was read from. */
  readonly files: readonly string[];
  /** Changes with every byte of every file that the policy was read from. */
  readonly digest: string;
  /** `monitor` records what would be blocked, and blocks nothing. */
  readonly mode: 'enforce' | 'monitor';
  readonly onViolation: Action;
  readonly maxDurationMs: number | undefined;
  readonly maxCostMicros: number | undefined;
  readonly maxMemoryMb: number | undefined;
  /** When the kill switch trips by itself. */
  readonly tripRules: readonly TripRule[];
  /** What is asked of limits that several processes share; `undefined` where it does not matter. */
  readonly sharedLimits: SharedLimits | undefined;
  /** Limits by tool, and of all tools together; `undefined` where the policy has none. */
  readonly rates: { readonly perTool: ReadonlyMap<string, RateRule>; readonly global: RateRule | undefined } | undefined;
  /** What the document asks for and the shipped services cannot hold. */
  readonly warnings: readonly PolicyIssue[];
  readonly #ways: readonly string[];
  readonly #document: PlainValue;
  readonly #located: MapNode;
  readonly #rules: RuleBook;
  readonly #byTool = new BoundedCache<string, ToolRules>(maxRemembered);

  private constructor(compiled: CompiledPolicy) {
    this.name = compiled.name;
    this.version = compiled.version;
    this.source = compiled.source;
    this.files = compiled.files;
    this.#ways = compiled.ways;
    this.digest = compiled.digest;
    this.mode = compiled.mode;
    this.onViolation = compiled.onViolation;
    this.maxDurationMs = compiled.maxDurationMs;
    this.maxCostMicros = compiled.maxCostMicros;
    this.maxMemoryMb = compiled.maxMemoryMb;
    this.tripRules = compiled.tripRules;
    this.sharedLimits = compiled.sharedLimits;
    this.warnings = compiled.warnings;
    this.#document = compiled.document;
    this.#located = compiled.located;
    this.#rules = compiled.rules;
    const table = compiled.rules.general.rates;
    this.rates = table && Object.freeze({ perTool: table.rules, global: compiled.globalRate });
    Object.freeze(this);
  }

  /** Reads a policy file and everything it extends; all of them must lie in the folder of the first, or in `root`. */
  static fromFile(path: string, options: { readonly root?: string } = {}): Policy {
    return new Policy(compilePolicy(loadFile(path, options)));
  }

  /** Reads YAML text; `file` is only a name for messages, so `extends` is refused. */
  static parse(yaml: string, options: { readonly file?: string } = {}): Policy {
    return new Policy(compilePolicy(loadText(yaml, options.file)));
  }

  /** Reads a policy from plain data with the keys of the file. */
  static from(document: unknown): Policy {
    return new Policy(compilePolicy(loadObject(document)));
  }

  /** Everything that the policy says of one tool, by its canonical name. */
  rulesFor(canonicalName: string): ToolRules {
    return this.#byTool.get(canonicalName) ?? this.#compose(canonicalName);
  }

  /** What the tool lists say about a tool: the first rule against it, or the one that lets it pass. */
  judgeTool(canonicalName: string): ToolVerdict {
    return this.rulesFor(canonicalName).verdict;
  }

  /** What holds for all tools, and what for some; for those who look at a policy as a whole. */
  get rules(): RuleBook {
    return this.#rules;
  }

  /** The limit that a tool's calls count against first: by its own name, else by the most specific pattern. */
  rateFor(tool: string): KeyedRate | undefined {
    return this.rulesFor(tool).rates[0];
  }

  /** Size of the results of every tool that has no own limit, in bytes. */
  get maxOutputBytes(): number | undefined {
    return this.#rules.general.maxOutput?.value;
  }

  /** Whether it only records what it would block. */
  get isMonitored(): boolean {
    return this.mode === 'monitor';
  }

  /** Where every tool has to run that has no block of its own; `undefined`: inside the process. */
  get sandbox(): SandboxRules | undefined {
    return this.#rules.general.sandbox;
  }

  get redactOutput(): boolean {
    return this.#rules.general.redactOutput;
  }

  /** The redaction of every tool that has no own. */
  get redaction(): PiiRules | undefined {
    return this.#rules.general.redaction;
  }

  /** The absolute paths that led to `files`; a link among them can be pointed elsewhere. */
  get ways(): readonly string[] {
    return this.#ways;
  }

  /** The merged document, in the keys of the file. */
  toJSON(): PlainValue {
    return this.#document;
  }

  /** Where a value of the merged document was written, or its nearest parent that was. */
  placeOf(path: readonly string[]): Place {
    return nodeAt(this.#located, path).place;
  }

  #compose(name: string): ToolRules {
    const rules = this.#rules.rulesFor(name);
    if (isShort(name)) this.#byTool.set(name, rules);
    return rules;
  }
}

function isShort(name: unknown): boolean {
  return typeof name === 'string' && name.length <= maxRememberedName;
}

export function loadPolicy(path: string): Policy {
  return Policy.fromFile(path);
}

/** Everything wrong with a policy file, or nothing. */
export function validatePolicyFile(path: string): readonly PolicyIssue[] {
  try {
    Policy.fromFile(path);
    return [];
  } catch (error) {
    if (error instanceof PolicyValidationError) return error.issues;
    if (error instanceof LocatedLoadError) return [error.issue];
    throw error;
  }
}
