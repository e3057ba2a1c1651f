const prefix = 'whsec_';
/** Standard Webhooks 1.0.0, signature scheme: 24 to 64 bytes. */
const [leastBytes, mostBytes] = [24, 64];
const mostSecrets = 10;

/** The keys in a text of one secret or several, with white space or commas between them; `undefined` where one cannot be used. */
export function webhookKeys(text: string): readonly Buffer[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const keys = words.flatMap(keyOf);
  return words.length > 0 && words.length <= mostSecrets && keys.length === words.length ? keys : undefined;
}

export const secretFault = `must be ${prefix} and ${String(leastBytes)} to ${String(mostBytes)} bytes as base64, and during a rotation several of these with commas between them`;

function keyOf(word: string): readonly Buffer[] {
  const encoded = word.startsWith(prefix) ? word.slice(prefix.length) : '';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return [];
  const key = Buffer.from(encoded, 'base64');
  return key.length >= leastBytes && key.length <= mostBytes ? [key] : [];
}
