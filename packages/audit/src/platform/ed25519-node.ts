import { createPublicKey, verify } from 'node:crypto';

// RFC 8410: the DER of a SubjectPublicKeyInfo up to the 32 bytes of an Ed25519 key.
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Ed25519 (RFC 8032); false for a key or a signature of another length, too. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> | boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}
