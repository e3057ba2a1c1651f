import { TrailError } from '../errors.js';

/** What `ed25519-node.ts` does, through WebCrypto; throws `TrailError` KEY where the browser is too old for Ed25519. */
export async function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  let key;
  try {
    key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  } catch (cause) {
    // Never false: that would call a good signature wrong.
    throw new TrailError('KEY', '', 'cannot check a signature here: this browser has no Ed25519, or the page is not served securely', { cause });
  }
  return crypto.subtle.verify('Ed25519', key, signature, message);
}
