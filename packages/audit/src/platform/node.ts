import { hash } from 'node:crypto';

export { verifyEd25519 } from './ed25519-node.js';

/** SHA-256 in hex over UTF-8 text or bytes; the one-shot form is about half the price of a hash object. */
export function sha256Hex(input: string | Uint8Array): string {
  return hash('sha256', input, 'hex');
}

const node = Buffer.alloc(65);
node[0] = 0x01;

/** RFC 9162, 2.1.1: the hash over 0x01 and two hashes, all in hex. */
export function nodeHash(left: string, right: string): string {
  node.write(left, 1, 32, 'hex');
  node.write(right, 33, 32, 'hex');
  return hash('sha256', node, 'hex');
}
