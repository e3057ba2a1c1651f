import { keccak_256 } from '@noble/hashes/sha3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Sink } from '../../finding.js';
import { base58Size, isBase58Check } from './base58.js';
import { isBech32 } from './bech32.js';
import { topicsAround } from './topics.js';

const shortest = 25;
const longest = 128;
const ethereum = /^0[xX][0-9a-fA-F]{40}$/;
const base58 = /^[1-9A-HJ-NP-Za-km-z]+$/;
const bech32 = /^(?:[a-z]{1,12}(?:_test)?1[02-9ac-hj-np-z]{38,110}|[A-Z]{1,12}1[02-9AC-HJ-NP-Z]{38,110})$/;
const monero = /^[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?:[1-9A-HJ-NP-Za-km-z]{11})?$/;
const stellar = /^G[A-D][A-Z2-7]{54}$/;
const cash = /^[qp][02-9ac-hj-np-z]{41}$/;

/** Records a run, or the last part of it behind `-` or `_`, that is an address of a crypto currency. */
export function cryptoAddressIn(text: string, start: number, end: number, sink: Sink): void {
  if (end - start < shortest || end - start > longest) return;
  const run = text.slice(start, end);
  const from = run.includes('_test1') ? 0 : Math.max(run.lastIndexOf('-'), run.lastIndexOf('_')) + 1;
  if (run.length - from < shortest) return;
  const address = run.slice(from);
  if (isAddress(address) || isNamed(text, start + from, end, address)) sink.pii('crypto_address', start + from, end);
}

function isAddress(address: string): boolean {
  if (ethereum.test(address)) return isEthereum(address.slice(2));
  if (bech32.test(address) && isBech32(address)) return true;
  if (!base58.test(address)) return false;
  return address.length <= 36 ? isBase58Check(address) : monero.test(address);
}

/** One case, or the case EIP-55 derives from the hash of the address. */
function isEthereum(hex: string): boolean {
  const lower = hex.toLowerCase();
  if (hex === lower || hex === hex.toUpperCase()) return true;
  const hash = keccak_256(utf8ToBytes(lower));
  return Array.from(hex).every((sign, at) => {
    const nibble = ((hash[at >> 1] ?? 0) >> (at % 2 === 0 ? 4 : 0)) & 15;
    return sign === (nibble > 7 ? sign.toUpperCase() : sign.toLowerCase());
  });
}

/** Forms without a check sum, or with one that was mistyped: only where the words beside speak of a wallet or a currency. */
function isNamed(text: string, start: number, end: number, address: string): boolean {
  if (cash.test(address)) return text.startsWith('bitcoincash:', start - 12) || isSpokenOf(text, start, end);
  const copied = ethereum.test(address) || bech32.test(address) || (address.length < 37 && /^[13LMDATrX]/.test(address) && base58.test(address) && /\d/.test(address) && /[a-z]/.test(address) && /[A-Z]/.test(address));
  const keyLike = address.length >= 32 && address.length <= 44 && base58.test(address) && base58Size(address) === 32;
  return (copied || keyLike || stellar.test(address)) && isSpokenOf(text, start, end);
}

function isSpokenOf(text: string, start: number, end: number): boolean {
  return topicsAround(text, start, end).some(({ category }) => category === 'crypto_address');
}
