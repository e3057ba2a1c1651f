import { isHash } from '../../entry/digest.js';
import { parseVerifierKey, type VerifierKey } from '../../checkpoint/verifier-key.js';
import { parseWitnessPolicy, type WitnessPolicy } from '../../witness/witness-policy.js';
import { byId } from './element.js';

/** What the reader knows from elsewhere. */
export interface Questions {
  readonly keys: readonly VerifierKey[];
  readonly expectSize: number | undefined;
  readonly expectRoot: string | undefined;
  readonly policy: WitnessPolicy | undefined;
}

function written(id: string): string {
  const field = document.getElementById(id);
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : '';
}

function refuse(id: string, message: string): never {
  byId(id, HTMLElement).focus();
  throw new Error(message);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be read';
}

function readKeys(): VerifierKey[] {
  const lines = written('keys').split(/\s*\n\s*/).filter((line) => line !== '');
  return lines.map((line, index) => {
    try {
      return parseVerifierKey(line);
    } catch (error) {
      return refuse('keys', `key ${String(index + 1)}: ${reason(error)}`);
    }
  });
}

function readSize(): number | undefined {
  const text = written('size').replaceAll(/[\s,]/g, '');
  if (text === '') return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : refuse('size', 'the expected size is a whole number of lines');
}

function readRoot(): string | undefined {
  const text = written('root').toLowerCase();
  if (text === '') return undefined;
  return isHash(text) ? text : refuse('root', 'the expected root is 64 hex digits');
}

function readPolicy(): WitnessPolicy | undefined {
  const text = written('policy');
  if (text === '') return undefined;
  try {
    return parseWitnessPolicy(text);
  } catch (error) {
    return refuse('policy', reason(error));
  }
}

/** Reads the form; throws an error that says what to mend, with the reader's place in the field. */
export function readQuestions(): Questions {
  return { keys: readKeys(), expectSize: readSize(), expectRoot: readRoot(), policy: readPolicy() };
}
