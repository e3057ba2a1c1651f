/** Signs checkpoints: a key in a file or the environment, or one that never leaves a key service. */
export interface Signer {
  /** The C2SP verifier key, `<name>+<key id in hex>+<base64 of 0x01 and the public key>`; the name is the log's origin. */
  readonly verifierKey: string;
  /** Ed25519 (RFC 8032) over these bytes: 64 bytes. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
