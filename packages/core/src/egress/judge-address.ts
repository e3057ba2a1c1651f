import ipaddr from 'ipaddr.js';
import { isInBlock, type Address } from '../policy/network/address-block.js';
import type { EgressRules } from './egress-rules.js';

/** Cloud services that hand credentials to whoever asks from inside; a plain reading of the registries calls some of them public. */
const metadata: ReadonlySet<string> = new Set(['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254']);

const words: Readonly<Record<string, string>> = {
  linkLocal: 'link-local',
  carrierGradeNat: 'shared by a carrier (RFC 6598)',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'site-local',
  ipv4Mapped: 'IPv4-mapped',
  rfc6145: 'translated (RFC 6145)',
  rfc6052: 'translated (NAT64)',
  '6to4': 'translated (6to4)',
  teredo: 'translated (Teredo)',
};

/**
 * Why a tool may not connect to an address, in words that do not name it; `undefined` when it may. Public addresses pass, others only where
 * `allowed_addresses` covers them or `allowed_domains` spells them out. An IPv4 address inside an IPv6 one has to pass as well.
 *
 * @param text an address as a resolver or a socket gives it: no name, no port
 */
export function judgeAddress(rules: EgressRules, text: string): string | undefined {
  const address = readAddress(text);
  if (address === undefined) return 'address cannot be read';
  for (const candidate of [address, ...inside(address)]) {
    const kind = specialKind(candidate);
    if (kind !== undefined && !isAllowed(rules, candidate)) return `address is not public (${kind}) and not in rules.network.allowed_addresses`;
  }
  return undefined;
}

/** IPv4-mapped addresses are read as the IPv4 address that they are; a zone says which interface, not which host (RFC 4007). */
export function readAddress(text: string): Address | undefined {
  if (text.length > 128) return undefined;
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  try {
    return bare.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(bare) ? ipaddr.process(bare) : undefined;
  } catch {
    // What the parser refuses is no address.
    return undefined;
  }
}

function isAllowed({ allowedAddresses, checks }: EgressRules, address: Address): boolean {
  if (allowedAddresses.some((block) => isInBlock(address, block))) return true;
  const text = address.toString();
  return checks.some(({ network }) => network.namesAddress(text));
}

/** What an address is if not one host on the public internet. */
export function specialKind(address: Address): string | undefined {
  if (metadata.has(address.toString())) return 'cloud metadata';
  const range = address.range();
  if (range !== 'unicast') return words[range] ?? range;
  if (address instanceof ipaddr.IPv4) return undefined;
  if (isIsatap(address)) return 'translated (ISATAP)';
  // Only 2000::/3 is assigned to the public internet (RFC 4291 2.4, IANA registry).
  return ((address.parts[0] ?? 0) & 0xe000) === 0x2000 ? undefined : 'not assigned';
}

/** The IPv4 addresses that translators reach through an IPv6 one. */
export function inside(address: Address): readonly Address[] {
  if (address instanceof ipaddr.IPv4) return [];
  const p = address.parts;
  switch (address.range()) {
    case 'rfc6145':
    case 'rfc6052':
      return [fromParts(p[6], p[7])];
    case '6to4':
      return [fromParts(p[1], p[2])];
    case 'teredo':
      // RFC 4380 4: the server, and the client with every bit turned over.
      return [fromParts(p[2], p[3]), fromParts((p[6] ?? 0) ^ 0xffff, (p[7] ?? 0) ^ 0xffff)];
    default:
      // `::a.b.c.d` is what IPv4-compatible addresses were (RFC 4291 2.5.5.1).
      return isIsatap(address) || (address.range() === 'unicast' && p.slice(0, 6).every((part) => part === 0)) ? [fromParts(p[6], p[7])] : [];
  }
}

/** RFC 5214 6.1 */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;
}

function fromParts(high = 0, low = 0): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}
