const HEX64 = /^[0-9a-f]{64}$/;

/** Whether a text is a SHA-256 as this package writes it. */
export function isHash(text: unknown): text is string {
  return typeof text === 'string' && text.length === 64 && HEX64.test(text);
}
