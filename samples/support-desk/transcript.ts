import { readFileSync } from 'node:fs';
import { parseLines, type Json, type JsonObject } from './json.js';

/** What has to come of a call. Anything left out is not looked at. */
export interface Expectation {
  readonly decision: string;
  readonly outcome: string;
  readonly violation?: string;
  /** Code of the error that the caller gets. */
  readonly error?: string;
  /** Findings hidden on the way in and on the way out. */
  readonly in?: number;
  readonly out?: number;
  /** Tools that the tool has to have called. */
  readonly nested?: readonly string[];
  /** Texts that the result, or the error's message, has to hold or must not hold. */
  readonly says?: readonly string[];
  readonly hides?: readonly string[];
}

/** One recorded call of the agent. */
export interface TranscriptCall {
  readonly note: string;
  readonly tool: string;
  readonly args: JsonObject;
  /** Started without waiting for the call before it. */
  readonly together?: boolean;
  readonly expect: Expectation;
}

/** The calls in the order in which they were made; those in one group were made at once. */
export function readTranscript(file: URL): readonly (readonly TranscriptCall[])[] {
  const groups: TranscriptCall[][] = [];
  for (const call of parseLines(readFileSync(file, 'utf8')) as readonly TranscriptCall[]) { // our own file, in our own shape
    const last = groups.at(-1);
    if (call.together === true && last !== undefined) last.push(call);
    else groups.push([call]);
  }
  return groups;
}

/**
 * The arguments as the agent's process holds them. Two things that JSON cannot write stand in the transcript as marks:
 * `{"$cycle":true}` is the arguments themselves, `{"$repeat":[text,n]}` a long text.
 */
export function argumentsOf({ args }: TranscriptCall): unknown {
  const whole: Record<string, unknown> = {};
  const made = (value: Json): unknown => {
    if (!isObject(value)) return value;
    if (value.$cycle === true) return whole;
    const repeat = value.$repeat;
    if (Array.isArray(repeat)) return String(repeat[0]).repeat(Number(repeat[1]));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, made(item)]));
  };
  for (const [key, value] of Object.entries(args)) whole[key] = made(value);
  return whole;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
