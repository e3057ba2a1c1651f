import { readFileSync } from 'node:fs';
import { token } from '../../container/token.js';
import { EnforceCoreError, SettingsError } from '../../errors.js';
import { toPlain } from '../../policy/policy-node.js';
import { readYamlDocument } from '../../policy/yaml-document.js';
import { mustBeThere } from './money.js';

/** What a model's tokens cost, in US dollars for a million of them. */
export interface ModelPrice {
  readonly inputUsd: number;
  readonly outputUsd: number;
  /** Input that the provider had in its cache; as `inputUsd` by default. */
  readonly cachedInputUsd?: number | undefined;
}

/** Tokens of one call to a model: whole numbers of at least 0, none by default. */
export interface TokenUsage {
  readonly model: string;
  /** All input, what came from the cache included. */
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  /** The part of `input` that came from the cache. */
  readonly cachedInput?: number | undefined;
}

/** What models cost. By default the table in the file of the setting `priceFile`. */
export interface PriceTable {
  price(model: string): ModelPrice | undefined;
}

export const PriceTable = token<PriceTable>('PriceTable');

/**
 * Micro-dollars for tokens, rounded up: a dollar for a million tokens is a micro-dollar for each.
 *
 * @throws EnforceCoreError `COST_INVALID` for a model without a price and for what is no number of tokens.
 */
export function microsOfTokens(prices: PriceTable, usage: TokenUsage): number {
  const { model, input = 0, output = 0, cachedInput = 0 } = checkedUsage(usage);
  const { inputUsd, outputUsd, cachedInputUsd = inputUsd } = checkedPrice(prices, model);
  const fresh = (input - cachedInput) * inputUsd + cachedInput * cachedInputUsd;
  const micros = Math.ceil(Number((fresh + output * outputUsd).toPrecision(15)));
  if (!Number.isSafeInteger(micros)) throw new EnforceCoreError('COST_INVALID', 'the tokens cost more than can be counted exactly');
  return micros;
}

/** A replaced table may answer anything. */
function checkedPrice(prices: PriceTable, model: string): ModelPrice {
  let price: Readonly<Record<keyof ModelPrice, unknown>> | null | undefined;
  try {
    price = prices.price(model) as typeof price; // looked at below
  } catch (cause) {
    throw new EnforceCoreError('COST_INVALID', 'the price table failed, so what the call costs is not known', { cause });
  }
  mustBeThere(price, 'the price of a model');
  if (price === undefined) {
    throw new EnforceCoreError('COST_INVALID', 'the model has no price, so what the call costs is not known: add it to the file of the setting priceFile, or bind a PriceTable');
  }
  const { inputUsd, outputUsd, cachedInputUsd = inputUsd } = price ?? {};
  if (isPrice(inputUsd) && isPrice(outputUsd) && isPrice(cachedInputUsd)) return { inputUsd, outputUsd, cachedInputUsd };
  throw new EnforceCoreError('COST_INVALID', 'the price table must answer with { inputUsd, outputUsd }: US dollars of at least 0 for a million tokens, or with undefined');
}

function isPrice(usd: unknown): usd is number {
  return typeof usd === 'number' && Number.isFinite(usd) && usd >= 0;
}

function checkedUsage(usage: Partial<TokenUsage> | undefined | null): TokenUsage {
  const { model, input, output, cachedInput } = usage ?? {};
  if (typeof model !== 'string') throw new EnforceCoreError('COST_INVALID', 'tokens are counted as { model, input, output }, and there is no model');
  const counts = [input ?? 0, output ?? 0, cachedInput ?? 0];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0) || (cachedInput ?? 0) > (input ?? 0)) {
    throw new EnforceCoreError('COST_INVALID', 'numbers of tokens must be whole and at least 0, and cachedInput a part of input');
  }
  return { model, input, output, cachedInput };
}

/** Prices by model. Names are compared as they are. */
export class FixedPrices implements PriceTable {
  readonly #prices: ReadonlyMap<string, ModelPrice>;

  constructor(prices: Readonly<Record<string, ModelPrice>> | ReadonlyMap<string, ModelPrice>) {
    const entries = isMap(prices) ? [...prices] : Object.entries(prices);
    for (const [model, price] of entries) {
      const amounts = [price.inputUsd, price.outputUsd, price.cachedInputUsd ?? 0];
      if (amounts.every((usd) => Number.isFinite(usd) && usd >= 0)) continue;
      throw new SettingsError(`the price of model "${model.slice(0, 64)}" must be US dollars of at least 0 for a million tokens`);
    }
    this.#prices = new Map(entries);
  }

  /** Reads a file of `models:` with `input_usd_per_million`, `output_usd_per_million` and, if it has one, `cached_input_usd_per_million` each. */
  static fromFile(path: string): FixedPrices {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (cause) {
      throw new SettingsError(`priceFile cannot be read: ${path}`, { cause });
    }
    const { document, issues } = readYamlDocument(text, path);
    const [issue] = issues;
    if (issue !== undefined) throw new SettingsError(`priceFile ${path}:${String(issue.line)}: ${issue.message}`);
    return new FixedPrices(pricesOf(document === undefined ? undefined : toPlain(document), path));
  }

  price(model: string): ModelPrice | undefined {
    return this.#prices.get(model);
  }
}

function isMap(prices: object): prices is ReadonlyMap<string, ModelPrice> {
  return prices instanceof Map;
}

function pricesOf(document: unknown, path: string): ReadonlyMap<string, ModelPrice> {
  const models = membersOf(document).find(([key]) => key === 'models')?.[1];
  const prices = membersOf(models).map(([model, price]): [string, ModelPrice] => {
    const amounts = new Map(membersOf(price));
    const amount = (key: string): number => Number(amounts.get(`${key}_usd_per_million`) ?? Number.NaN);
    const known = ['input', 'output', 'cached_input'].map((key) => `${key}_usd_per_million`);
    const unknown = [...amounts.keys()].find((key) => !known.includes(key));
    if (unknown !== undefined) throw new SettingsError(`priceFile ${path}: model "${model}" has no "${unknown.slice(0, 64)}"; expected ${known.join(', ')}`);
    const cached = amounts.has('cached_input_usd_per_million') ? { cachedInputUsd: amount('cached_input') } : {};
    return [model, { inputUsd: amount('input'), outputUsd: amount('output'), ...cached }];
  });
  if (prices.length === 0) throw new SettingsError(`priceFile ${path} names no model; expected models: { name: { input_usd_per_million, output_usd_per_million } }`);
  return new Map(prices);
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** Knows no model: counting by tokens is then refused. */
export const noPrices: PriceTable = Object.freeze({ price: () => undefined });
