import { jsonSchema, type ToolInput } from '@enforcecore/core/tools';
import type { Shown } from './shown-tool.js';
import { without } from './without.js';

/** A tool that passed its pin. */
export class OfferedTool {
  /** As clients see it, under its public name. */
  readonly shown: Shown;
  /** As the server knows it. */
  readonly name: string;
  /** As policies and the trail know it. */
  readonly canonical: string;
  readonly hasOutputSchema: boolean;
  #input: ToolInput | undefined;
  #output: ToolInput | undefined;

  constructor(name: string, canonical: string, shown: Shown) {
    this.name = name;
    this.canonical = canonical;
    this.shown = shown;
    this.hasOutputSchema = shown['outputSchema'] !== undefined;
  }

  /** @throws ToolInputError for arguments that do not fit; SettingsError for a schema that cannot be used. */
  checkArguments(args: unknown): void {
    this.#input ??= readerOf(this.shown['inputSchema']);
    this.#input.read(args);
  }

  /** Whether a structured result fits what the tool says of its results. */
  fitsOutput(value: unknown): boolean {
    if (!this.hasOutputSchema) return true;
    try {
      this.#output ??= readerOf(this.shown['outputSchema']);
      this.#output.read(value);
      return true;
    } catch {
      // It does not fit, or there is no telling: either way clients would refuse it.
      return false;
    }
  }
}

/** Compiled with the first call: a list of a thousand tools is not a thousand schemas at work. */
function readerOf(schema: unknown): ToolInput {
  // Servers name all kinds of drafts and mean what they have in common.
  return jsonSchema(without(schema as Readonly<Record<string, unknown>>, '$schema'), { unknown: 'ignore' }); // the protocol's reader saw an object
}

