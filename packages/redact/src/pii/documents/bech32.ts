const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const bech32 = 1;
const bech32m = 0x2bc830a3;
// Public keys, invoices and file keys have the same form and are nobody's account.
const otherParts = /^(?:npub|nsec|note|nevent|nprofile|naddr|age|lnbc|lntb|lnurl)/;

/** Whether the checksum of BIP 173 or BIP 350 fits. */
export function isBech32(address: string): boolean {
  const lower = address.toLowerCase();
  if (address !== lower && address !== address.toUpperCase()) return false;
  const split = lower.lastIndexOf('1');
  if (split < 1 || lower.length - split < 33 || otherParts.test(lower)) return false;
  let sum = 1;
  for (let i = 0; i < split; i += 1) sum = step(sum, lower.charCodeAt(i) >> 5);
  sum = step(sum, 0);
  for (let i = 0; i < split; i += 1) sum = step(sum, lower.charCodeAt(i) & 31);
  for (let i = split + 1; i < lower.length; i += 1) {
    const value = alphabet.indexOf(lower.charAt(i));
    if (value < 0) return false;
    sum = step(sum, value);
  }
  return sum === bech32 || sum === bech32m;
}

function step(sum: number, value: number): number {
  const top = sum >> 25;
  let next = ((sum & 0x1ffffff) << 5) ^ value;
  for (const [bit, generator] of generators.entries()) if ((top >> bit) & 1) next ^= generator;
  return next;
}
