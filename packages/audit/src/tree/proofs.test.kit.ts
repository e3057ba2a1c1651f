import { createHash } from 'node:crypto';
import { EMPTY_TREE, withLeaf, type TreeState } from './tree-state.js';

/** The leaves that the tests of RFC 6962 logs share, and the roots of their trees by size. */
export const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) =>
  Buffer.from(hex, 'hex'),
);
export const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

export function hashOfLeaf(leaf: Buffer): string {
  return createHash('sha256').update('\0').update(leaf).digest('hex');
}

/** The item at an index that is known to be there. */
export function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new Error(`nothing at ${String(index)}`);
  return value;
}

/** The states of a log at every size, from 0. */
export function states(hashes: readonly string[]): TreeState[] {
  const all = [EMPTY_TREE];
  for (const hash of hashes) all.push(withLeaf(at(all, all.length - 1), hash));
  return all;
}

function split(size: number): number {
  return 2 ** (32 - Math.clz32(size - 1) - 1);
}

/** MTH of RFC 9162, 2.1.1, over leaf hashes, written as it is defined. */
function mth(hashes: readonly string[]): string {
  if (hashes.length === 1) return at(hashes, 0);
  const k = split(hashes.length);
  const both = mth(hashes.slice(0, k)) + mth(hashes.slice(k));
  return createHash('sha256').update('\x01').update(Buffer.from(both, 'hex')).digest('hex');
}

/** PATH of RFC 9162, 2.1.3.1. */
export function rfcInclusion(index: number, hashes: readonly string[]): string[] {
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  const [left, right] = [hashes.slice(0, k), hashes.slice(k)];
  return index < k ? [...rfcInclusion(index, left), mth(right)] : [...rfcInclusion(index - k, right), mth(left)];
}

/** SUBPROOF of RFC 9162, 2.1.4.1. */
export function rfcConsistency(oldSize: number, hashes: readonly string[], isWhole = true): string[] {
  if (oldSize === hashes.length) return isWhole ? [] : [mth(hashes)];
  const k = split(hashes.length);
  const [left, right] = [hashes.slice(0, k), hashes.slice(k)];
  return oldSize <= k ? [...rfcConsistency(oldSize, left, isWhole), mth(right)] : [...rfcConsistency(oldSize - k, right, false), mth(left)];
}

/** The hash with one of its 256 bits turned over. */
export function flipped(hash: string, bit: number): string {
  const bytes = Buffer.from(hash, 'hex');
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return bytes.toString('hex');
}
