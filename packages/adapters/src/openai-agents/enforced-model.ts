import type { Model, ModelProvider, ModelRequest, ModelResponse, StreamEvent } from '@openai/agents';
import type { TextPipe } from '@enforcecore/core';
import { cleanJson } from '../shared/clean-json.js';
import { cleanParts } from '../shared/clean-parts.js';
import type { GateOptions } from '../shared/gate.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { visitItems } from './visit-items.js';

/** What is hidden, and where. */
export interface ModelOptions extends Pick<GateOptions, 'policy' | 'container'> {
  /** What becomes of the arguments of the model's tool calls: `clean` by default; `leave` for tools that a policy lets have values in the clear. */
  readonly toolInput?: 'clean' | 'leave';
}

/**
 * The same model, with what the policy hides hidden: in instructions and input before the provider gets them, and in the
 * output, streamed or not, before the run does. Raw events and raw responses do not pass, and traces get no data. Nothing is
 * decided or recorded.
 */
export function enforcedModel(model: Model, options: ModelOptions = {}): Model {
  return new CleanedModel(model, options);
}

/** The same provider, with every model of it cleaned. For `new Runner({ modelProvider })`. */
export function enforcedModelProvider(provider: ModelProvider, options: ModelOptions = {}): ModelProvider {
  return { getModel: async (name) => enforcedModel(await provider.getModel(name), options) };
}

class CleanedModel implements Model {
  readonly supportsPromptModelSelection?: boolean;
  readonly getRetryAdvice?: NonNullable<Model['getRetryAdvice']>;
  readonly #model: Model;
  readonly #cleaner: TextCleaner;
  readonly #leavesInput: boolean;

  constructor(model: Model, { toolInput = 'clean', ...options }: ModelOptions) {
    this.#model = model;
    this.#cleaner = new TextCleaner(options);
    this.#leavesInput = toolInput === 'leave';
    if (model.supportsPromptModelSelection !== undefined) this.supportsPromptModelSelection = model.supportsPromptModelSelection;
    // Asked for with the request as the run made it: only the model is to be told, and it has seen the cleaned one.
    if (model.getRetryAdvice !== undefined) this.getRetryAdvice = async (args) => model.getRetryAdvice?.({ ...args, request: await this.#request(args.request) });
  }

  async getResponse(request: ModelRequest): Promise<ModelResponse> {
    if (this.#cleaner.isIdle) return this.#model.getResponse(request);
    const { providerData: _, ...response } = await this.#model.getResponse(await this.#request(request));
    return { ...response, output: await this.#items(response.output, this.#leavesInput) };
  }

  async *getStreamedResponse(request: ModelRequest): AsyncGenerator<StreamEvent> {
    if (this.#cleaner.isIdle) {
      yield* this.#model.getStreamedResponse(request);
      return;
    }
    const texts = new StreamedTexts(this.#cleaner);
    for await (const event of this.#model.getStreamedResponse(await this.#request(request))) {
      switch (event.type) {
        case 'output_text_delta':
          yield* texts.push(event);
          break;
        case 'response_done': {
          yield* texts.end();
          yield await this.#done(event);
          break;
        }
        case 'response_started':
          yield { type: 'response_started' };
          break;
        case 'model':
          break; // the provider's own words, cut into pieces of its own
      }
    }
    yield* texts.end();
  }

  async #done({ providerData: _, ...event }: Done): Promise<Done> {
    const response = withoutBody(event.response);
    return { ...event, response: { ...response, output: await this.#items(response.output, this.#leavesInput) } };
  }

  async #request(request: ModelRequest): Promise<ModelRequest> {
    const { systemInstructions, input, prompt, tracing } = request;
    const [instructions, variables] = await this.#cleaner.clean([systemInstructions, prompt?.variables] as const);
    return {
      ...request,
      input: typeof input === 'string' ? await this.#cleaner.clean(input) : await this.#items(input, false),
      tracing: tracing === true ? 'enabled_without_data' : tracing,
      ...(instructions === undefined ? {} : { systemInstructions: instructions }),
      ...(prompt === undefined || variables === undefined ? {} : { prompt: { ...prompt, variables } }),
    };
  }

  async #items<T>(items: T, leavesInput: boolean): Promise<T> {
    const inputs: string[] = [];
    visitItems(items, asItIs, (text) => (inputs.push(text), text));
    const cleaned = leavesInput ? inputs : await Promise.all(inputs.map((text) => cleanJson(text, this.#cleaner)));
    return cleanParts((visit) => {
      let next = 0;
      return visitItems(items, visit, (text) => cleaned[next++] ?? text);
    }, this.#cleaner);
  }
}

function withoutBody<T extends { providerData?: unknown }>({ providerData: _, ...response }: T): Omit<T, 'providerData'> {
  return response;
}

function asItIs<T>(value: T): T {
  return value;
}

type Done = Extract<StreamEvent, { readonly type: 'response_done' }>;
type TextDelta = Extract<StreamEvent, { readonly type: 'output_text_delta' }>;

/** Texts that arrive in pieces, each of an item of its own: a value that is split is found. */
class StreamedTexts {
  readonly #cleaner: TextCleaner;
  readonly #open = new Map<string | undefined, { readonly pipe: TextPipe; readonly last: TextDelta }>();

  constructor(cleaner: TextCleaner) {
    this.#cleaner = cleaner;
  }

  async *push(event: TextDelta): AsyncGenerator<TextDelta> {
    const { providerData: _, ...plain } = event; // it may hold the piece again, as the provider gave it
    const pipe = this.#open.get(event.itemId)?.pipe ?? this.#cleaner.pipe();
    if (pipe === undefined) {
      yield plain;
      return;
    }
    this.#open.set(event.itemId, { pipe, last: plain });
    const delta = await pipe.push(event.delta);
    if (delta !== '') yield { ...plain, delta };
  }

  async *end(): AsyncGenerator<TextDelta> {
    for (const [id, { pipe, last }] of [...this.#open]) {
      this.#open.delete(id);
      const delta = await pipe.flush();
      if (delta !== '') yield { ...last, delta };
    }
  }
}
