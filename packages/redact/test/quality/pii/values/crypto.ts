import { createHash } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Random } from '../random.js';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const base32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Base58Check of a version byte and twenty bytes: 1…, 3…, L…, M…, D… by version. */
function base58Check(random: Random, version: number): string {
  const body = Buffer.from([version, ...bytes(random, 20)]);
  const whole = Buffer.concat([body, sha256(sha256(body)).subarray(0, 4)]);
  let number = BigInt(`0x${whole.toString('hex')}`);
  let out = '';
  for (; number > 0n; number /= 58n) out = base58.charAt(Number(number % 58n)) + out;
  // Base58 writes every leading zero byte as 1.
  return '1'.repeat(whole.findIndex((byte) => byte !== 0)) + out;
}

/** Segwit address (BIP 173, BIP 350): witness version 0 has the bech32 constant, version 1 that of bech32m. */
function segwit(random: Random, prefix: string, version: 0 | 1): string {
  const program = bytes(random, version === 0 ? random.pick([20, 32]) : 32);
  const words = [version, ...fives(program)];
  const spread = [...[...prefix].map((sign) => sign.charCodeAt(0) >> 5), 0, ...[...prefix].map((sign) => sign.charCodeAt(0) & 31)];
  const sum = polymod([...spread, ...words, 0, 0, 0, 0, 0, 0]) ^ (version === 0 ? 1 : 0x2bc830a3);
  const check = [0, 1, 2, 3, 4, 5].map((at) => (sum >> (5 * (5 - at))) & 31);
  return `${prefix}1${[...words, ...check].map((word) => base32.charAt(word)).join('')}`;
}

function fives(program: readonly number[]): number[] {
  const bits = program.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => Number.parseInt(five.padEnd(5, '0'), 2));
}

function polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of values) {
    const top = sum >> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generator.forEach((part, at) => {
      if (((top >> at) & 1) === 1) sum ^= part;
    });
  }
  return sum;
}

/** Ethereum with the capitals of EIP-55, or in lower case. */
function ethereum(random: Random): string {
  const hex = random.signs(40, '0123456789abcdef');
  if (random.chance(0.5)) return `0x${hex}`;
  const hash = Buffer.from(keccak_256(new TextEncoder().encode(hex))).toString('hex');
  return `0x${[...hex].map((sign, at) => (Number.parseInt(hash.charAt(at), 16) > 7 ? sign.toUpperCase() : sign)).join('')}`;
}

function bytes(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.int(256));
}

/** A wallet address with a right check part. */
export function wallet(random: Random): string {
  const kind = random.int(12);
  if (kind < 3) return base58Check(random, 0);
  if (kind < 5) return base58Check(random, 5);
  if (kind === 5) return base58Check(random, 0x30);
  if (kind === 6) return segwit(random, 'bc', 1);
  if (kind < 9) return segwit(random, 'bc', 0);
  return ethereum(random);
}

/** The shape alone, the way fake data generators draw it: only the words before say what it is. */
export function looseWallet(random: Random): string {
  const kind = random.int(4);
  if (kind === 0) return `0x${random.signs(40, '0123456789abcdefABCDEF')}`;
  if (kind === 1) return `bc1q${random.signs(38, base32)}`;
  return random.pick(['1', '3']) + random.signs(random.between(26, 33), base58);
}
