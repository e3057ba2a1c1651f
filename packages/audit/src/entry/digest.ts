import { hash } from 'node:crypto';

/** The head of an empty trail. */
export const EMPTY_HEAD = '0'.repeat(64);

/** SHA-256 in hex; the one-shot form is about half the price of a hash object. */
export function sha256Hex(input: string | Buffer): string {
  return hash('sha256', input, 'hex');
}

/** The running head after one more line. */
export function nextHead(head: string, lineHash: string): string {
  return hash('sha256', head + lineHash, 'hex');
}

const HEX64 = /^[0-9a-f]{64}$/;

export function isHash(text: unknown): text is string {
  return typeof text === 'string' && text.length === 64 && HEX64.test(text);
}
