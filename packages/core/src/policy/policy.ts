import type { PolicyIssue } from '../errors.js';
import { PolicyValidationError } from '../errors.js';
import { BoundedCache } from './bounded-cache.js';
import { compilePolicy, type CompiledPolicy, type PiiRules } from './policy-compile.js';
import { LocatedLoadError } from './policy-fault.js';
import { loadFile, loadObject, loadText } from './policy-load.js';
import type { PlainValue } from './policy-node.js';
import type { KeyedRate, RateRule, RateTable } from './rate-table.js';
import type { Judgement, ToolVerdict, ToolVerdicts } from './tool-verdicts.js';

export type { PiiRules } from './policy-compile.js';
export type { RateRule } from './rate-table.js';
export type { ToolVerdict } from './tool-verdicts.js';

const maxRemembered = 4096;
/** Judgements are remembered by name; a longer name is judged anew, so that memory stays bounded too. */
const maxRememberedName = 256;

/** One policy, compiled: nothing about it changes after it was loaded. */
export class Policy {
  readonly name: string;
  readonly version: string;
  /** Where the policy was read from, if it was a file. */
  readonly source: string | undefined;
  /** Changes with every byte of every file that the policy was read from. */
  readonly digest: string;
  readonly onViolation: 'block' | 'log';
  readonly redaction: PiiRules | undefined;
  readonly redactOutput: boolean;
  readonly maxDurationMs: number | undefined;
  readonly maxCostMicros: number | undefined;
  readonly maxOutputBytes: number | undefined;
  readonly rates: { readonly perTool: ReadonlyMap<string, RateRule>; readonly global: RateRule | undefined } | undefined;
  readonly #document: PlainValue;
  readonly #tools: ToolVerdicts;
  readonly #rateTable: RateTable | undefined;
  readonly #judgements = new BoundedCache<string, Judgement>(maxRemembered);
  readonly #rates = new BoundedCache<string, KeyedRate | 'none'>(maxRemembered);

  private constructor(compiled: CompiledPolicy) {
    this.name = compiled.name;
    this.version = compiled.version;
    this.source = compiled.source;
    this.digest = compiled.digest;
    this.onViolation = compiled.onViolation;
    this.redaction = compiled.redaction;
    this.redactOutput = compiled.redactOutput;
    this.maxDurationMs = compiled.maxDurationMs;
    this.maxCostMicros = compiled.maxCostMicros;
    this.maxOutputBytes = compiled.maxOutputBytes;
    this.rates = compiled.rates && Object.freeze({ perTool: compiled.rates.table.rules, global: compiled.rates.global });
    this.#document = compiled.document;
    this.#tools = compiled.tools;
    this.#rateTable = compiled.rates?.table;
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

  /** What the tool lists say about a tool: the first rule against it, or the one that lets it pass. */
  judgeTool(canonicalName: string): ToolVerdict {
    return (this.#judgements.get(canonicalName) ?? this.#judge(canonicalName)).verdict;
  }

  /** Every rule of the tool lists that speaks against a tool, in the order of the document. */
  rulesAgainst(canonicalName: string): readonly ToolVerdict[] {
    return (this.#judgements.get(canonicalName) ?? this.#judge(canonicalName)).against;
  }

  /** The limit that a tool's calls count against: by its own name, else by the most specific glob. */
  rateFor(tool: string): { readonly key: string; readonly rule: RateRule } | undefined {
    if (this.#rateTable === undefined) return undefined;
    const known = this.#rates.get(tool) ?? this.#findRate(this.#rateTable, tool);
    return known === 'none' ? undefined : known;
  }

  /** The merged document, in the keys of the file. */
  toJSON(): PlainValue {
    return this.#document;
  }

  #judge(name: string): Judgement {
    const judgement = this.#tools.judge(name);
    if (isShort(name)) this.#judgements.set(name, judgement);
    return judgement;
  }

  #findRate(table: RateTable, tool: string): KeyedRate | 'none' {
    const rate = table.find(tool) ?? 'none';
    if (isShort(tool)) this.#rates.set(tool, rate);
    return rate;
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
