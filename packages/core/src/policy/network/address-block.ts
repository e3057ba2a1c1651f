import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Some addresses next to each other: the first one, and how many bits all of them share. */
export type AddressBlock = readonly [address: Address, bits: number];

/** Reads an address or a block in CIDR notation (RFC 4632, RFC 4291 2.3), v4-mapped addresses as IPv4; undefined for what is none. */
export function addressBlock(text: string): AddressBlock | undefined {
  const bare = text.trim();
  try {
    if (bare.includes('/')) return plain(ipaddr.parseCIDR(bare), bare);
    if (!ipaddr.IPv6.isValid(bare) && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return undefined;
    const address = ipaddr.process(bare);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch {
    // What the parser refuses is no address.
    return undefined;
  }
}

/** Shorthand such as `10/8` is refused: it is read differently by different programs. */
function plain([address, bits]: [Address, number], text: string): AddressBlock | undefined {
  const host = text.slice(0, text.indexOf('/'));
  if (!host.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(host)) return undefined;
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    return bits >= 96 ? [address.toIPv4Address(), bits - 96] : undefined;
  }
  return [address, bits];
}

/** Whether an address lies in a block. */
export function isInBlock(address: Address, [start, bits]: AddressBlock): boolean {
  return address.kind() === start.kind() && address.match(start, bits);
}
