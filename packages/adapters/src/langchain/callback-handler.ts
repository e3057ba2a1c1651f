import { CancelledError, EnforceCoreError, Enforcer, RedactionError, type EnforcedScope, type PolicyRef } from '@enforcecore/core';
import { filledIn, type GateOptions } from '../shared/gate.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { callerOf } from './caller-of.js';
import { isEnforcedRun } from './enforced-marks.js';
import { cleanedWith, pack } from './packed.js';

/** `count`: what would have to be hidden is counted. `refuse`: the run is ended, since a callback cannot hide anything. */
export type Findings = 'count' | 'refuse' | false;

export interface CallbackHandlerOptions extends Pick<GateOptions, 'container' | 'caller'> {
  /** Values that the policy hides, found in prompts, questions and tools' arguments; `count` by default, `false` to not look. */
  readonly redactInputs?: Findings;
  /** The same, in what models, retrievers and tools answer. */
  readonly redactOutputs?: Findings;
  /** Names of the tools there are: a tool that starts by any other name is refused. Any name by default. */
  readonly tools?: readonly string[];
  /** Whether tools that are not enforced are recorded, and held to limits, as calls; true by default. */
  readonly audit?: boolean;
}

/** Runs that are open at a time; the oldest is given up for one more. */
const mostRuns = 10_000;

/**
 * A callback handler that sees every event of a run, refuses denied tools before they start, and tells what went past it. A
 * callback gets copies: it changes no prompt, no argument and no answer. Tools that `enforcedTool` made are cleaned there, models
 * by `enforceMiddleware`, streams by `enforceChunks`; for tools that are none of ours this is a guard at the door, not a cleaner.
 *
 * It judges by the name of the run, all that a callback is told of a tool. That is the tool's, unless the code that starts it
 * gives another one (`runName`, `withConfig`, `defaultConfig`): against such code this is no barrier, `enforcedTool` is.
 */
export class EnforceCoreCallbackHandler {
  readonly name = 'EnforceCoreCallbackHandler';
  readonly lc_serializable = false;
  readonly lc_kwargs = {};
  readonly ignoreLLM = false;
  readonly ignoreChain = false;
  readonly ignoreAgent = false;
  readonly ignoreRetriever = false;
  readonly ignoreCustomEvent = false;
  /** Without these two LangChain goes on before, and in spite of, a refusal. */
  readonly raiseError = true;
  readonly awaitHandlers = true;
  readonly #enforcer: Enforcer;
  readonly #cleaner: TextCleaner;
  readonly #options: CallbackHandlerOptions;
  readonly #runs = new Map<string, EnforcedScope>();
  readonly #events = new Map<string, number>();
  #inputFindings = 0;
  #outputFindings = 0;
  #entries = 0;

  constructor(policy?: PolicyRef, options: CallbackHandlerOptions = {}) {
    const { container } = options;
    this.#enforcer = new Enforcer(policy, container === undefined ? {} : { container });
    this.#cleaner = new TextCleaner({ ...(policy === undefined ? {} : { policy }), container });
    this.#options = options;
  }

  /** Events by name, such as `tool_start`. */
  get events(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#events);
  }

  get totalEvents(): number {
    return [...this.#events.values()].reduce((sum, n) => sum + n, 0);
  }

  /** Inputs in which something was found that the policy hides. They were not changed. */
  get totalInputFindings(): number {
    return this.#inputFindings;
  }

  get totalOutputFindings(): number {
    return this.#outputFindings;
  }

  /** Calls of tools that this handler had recorded, refused ones too. */
  get entryCount(): number {
    return this.#entries;
  }

  /** LangChain hands the same handler on to what a run starts. */
  copy(): this {
    return this;
  }

  async handleLLMStart(_llm: unknown, prompts: readonly string[]): Promise<void> {
    this.#count('llm_start');
    await this.#lookIn(prompts, 'a prompt');
  }

  async handleChatModelStart(_llm: unknown, messages: unknown): Promise<void> {
    this.#count('chat_model_start');
    await this.#lookIn(messages, 'a prompt');
  }

  handleLLMNewToken(): void {
    this.#count('llm_new_token');
  }

  async handleLLMEnd(output: { readonly generations?: unknown }): Promise<void> {
    this.#count('llm_end');
    await this.#lookAt(generated(output.generations), 'a completion');
  }

  handleLLMError(): void {
    this.#count('llm_error');
  }

  handleChainStart(): void {
    this.#count('chain_start');
  }

  handleChainEnd(): void {
    this.#count('chain_end');
  }

  handleChainError(): void {
    this.#count('chain_error');
  }

  handleAgentAction(): void {
    this.#count('agent_action');
  }

  handleAgentEnd(): void {
    this.#count('agent_end');
  }

  async handleRetrieverStart(_retriever: unknown, query: string): Promise<void> {
    this.#count('retriever_start');
    await this.#lookIn(query, 'a question to a retriever');
  }

  async handleRetrieverEnd(documents: readonly { readonly pageContent?: unknown; readonly metadata?: unknown }[]): Promise<void> {
    this.#count('retriever_end');
    await this.#lookAt(documents.map(({ pageContent, metadata }) => ({ pageContent, metadata })), 'a document');
  }

  handleRetrieverError(): void {
    this.#count('retriever_error');
  }

  handleCustomEvent(): void {
    this.#count('custom_event');
  }

  handleText(): void {
    this.#count('text');
  }

  /** @throws EnforceCoreError what the policy refuses: the tool does not start. */
  async handleToolStart(tool: unknown, input: unknown, runId: string, _parent?: string, tags?: readonly string[], metadata?: Readonly<Record<string, unknown>>, runName?: string, toolCallId?: string): Promise<void> {
    this.#count('tool_start');
    // It was decided on, cleaned and will be recorded where it is made.
    if (isEnforcedRun.of(tool)) return;
    const name = this.#known(runName ?? nameOf(tool));
    const args = parsed(input);
    const caller = filledIn(this.#options.caller, callerOf({ tags, metadata, runId }, toolCallId));
    await this.#refuse(name, args, caller);
    const hidden = await this.#lookIn(args, `the arguments of "${name}"`);
    if (this.#options.audit === false) return;
    this.#entries += 1;
    // Recorded by what is fit to be recorded: the entry claims nothing of a cleaning that did not happen.
    this.#open(runId, await this.#enforcer.open({ ...caller, tool: name, args: [hidden] }));
  }

  handleToolEvent(): void {
    this.#count('tool_event');
  }

  /** @throws EnforceCoreError what the policy refuses of the answer: it is withheld. */
  async handleToolEnd(output: unknown, runId: string): Promise<void> {
    this.#count('tool_end');
    const scope = this.#take(runId);
    if (scope === undefined) return;
    try {
      const hidden = await this.#lookAt(pack(output).value, `the answer of "${scope.tool}"`);
      await scope.complete(hidden);
    } catch (error) {
      await scope.fail(error);
      throw error;
    }
  }

  async handleToolError(error: unknown, runId: string): Promise<void> {
    this.#count('tool_error');
    await this.#take(runId)?.fail(error);
  }

  #known(name: string): string {
    const { tools } = this.#options;
    if (tools?.includes(name) !== false) return name;
    throw new EnforceCoreError('NOT_ENFORCED', 'a tool starts by a name that is not among the tools given to the handler, so no policy can judge it; name it there, or put enforcedTool() around it');
  }

  async #refuse(tool: string, args: unknown, caller: object): Promise<void> {
    if (this.#enforcer.judge({ tool, args: [args], ...caller }).decision === 'allowed') return;
    this.#entries += 1;
    await this.#enforcer.run(() => {
      throw new CancelledError(`"${tool}" was refused before it started`, { toolName: tool });
    }, { ...caller, tool, args: [args] });
  }

  #open(runId: string, scope: EnforcedScope): void {
    const [oldest] = this.#runs.keys();
    if (this.#runs.size >= mostRuns && oldest !== undefined) void this.#take(oldest)?.fail(new CancelledError('a run was never ended, and is given up'));
    this.#runs.set(runId, scope);
  }

  #take(runId: string): EnforcedScope | undefined {
    const scope = this.#runs.get(runId);
    this.#runs.delete(runId);
    return scope;
  }

  #count(event: string): void {
    this.#events.set(event, (this.#events.get(event) ?? 0) + 1);
  }

  async #lookIn(value: unknown, what: string): Promise<unknown> {
    const { redactInputs = 'count' } = this.#options;
    return this.#look(value, redactInputs, `${what} holds`, () => {
      this.#inputFindings += 1;
    });
  }

  async #lookAt(value: unknown, what: string): Promise<unknown> {
    const { redactOutputs = 'count' } = this.#options;
    return this.#look(value, redactOutputs, `${what} holds`, () => {
      this.#outputFindings += 1;
    });
  }

  /** The value with everything hidden, for the record. */
  async #look(value: unknown, findings: Findings | true, what: string, found: () => void): Promise<unknown> {
    const { value: data } = pack(value);
    const hidden = await cleanedWith(data, (texts) => this.#cleaner.clean(texts));
    if (findings === false || hidden === data) return hidden;
    found();
    if (findings === 'count') return hidden;
    throw new RedactionError(`${what} something that the policy hides, and a callback can hide nothing; use enforcedTool() or enforceMiddleware(), or redactInputs and redactOutputs: 'count'`);
  }
}

/** The texts in what a model gave; usage and the like is no text. */
function generated(generations: unknown): unknown {
  if (!Array.isArray(generations)) return [];
  return generations.flat(2).map((generation: unknown) => {
    const { text, message } = (generation ?? {}) as { readonly text?: unknown; readonly message?: { readonly content?: unknown } }; // either is asked for
    return message?.content ?? text;
  });
}

/** Callbacks get a tool's arguments as text, whatever they were. */
function parsed(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null ? value : { input };
  } catch {
    return { input };
  }
}

/** Callbacks are told a run's name, which is the tool's for all that LangChain makes itself, or else only of the tool's class. */
function nameOf(tool: unknown): string {
  const { name } = (tool ?? {}) as { readonly name?: unknown }; // asked for
  if (typeof name === 'string') return name;
  throw new EnforceCoreError('NOT_ENFORCED', 'a tool does not tell callbacks its name, so no policy can judge it; put enforcedTool() around it');
}
