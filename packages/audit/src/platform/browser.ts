import { sha256 } from './sha256.js';

export { verifyEd25519 } from './ed25519-browser.js';

const text = new TextEncoder();

function hex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
}

function put(target: Uint8Array, at: number, hash: string): void {
  for (let i = 0; i < 32; i += 1) target[at + i] = Number.parseInt(hash.slice(2 * i, 2 * i + 2), 16);
}

/** What `node.ts` does, where there is no Node. */
export function sha256Hex(input: string | Uint8Array): string {
  return hex(sha256(typeof input === 'string' ? text.encode(input) : input));
}

const node = new Uint8Array(65);
node[0] = 0x01;

export function nodeHash(left: string, right: string): string {
  put(node, 1, left);
  put(node, 33, right);
  return hex(sha256(node));
}
