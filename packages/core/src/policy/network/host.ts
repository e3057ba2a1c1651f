import ipaddr from 'ipaddr.js';

/** Names that stand for this machine or for a network that is not the public internet (RFC 6761, RFC 6762, RFC 8375, ICANN .internal). */
const privateSuffixes = ['localhost', 'local', 'localdomain', 'internal', 'intranet', 'private', 'corp', 'home', 'lan', 'home.arpa', 'test', 'invalid', 'onion'];
/** Public names that lead to addresses inside the name, or always to this machine. */
const rebindingSuffixes = ['nip.io', 'sslip.io', 'xip.io', 'localtest.me', 'lvh.me', 'vcap.me', 'lacolhost.com', 'traefik.me'];

/** No authority is longer, and Node 22 takes minutes over a megabyte of one (UTS 46 processing). */
const maxAuthority = 1_024;
const upToPath = /^[^/\\?#]{0,64}:[/\\]*[^/\\?#]*/;

/**
 * The URL that a text is, without what follows its authority; undefined for what is none, or `too_long` for an authority
 * that nothing can resolve.
 */
export function authorityUrl(text: string): URL | 'too_long' | undefined {
  const [start] = upToPath.exec(text.replace(/^[\u0000-\u0020]+/, '')) ?? [];
  if (start === undefined) return undefined;
  if (start.length > maxAuthority) return /^(?:https?|wss?|ftp):|^[^/\\?#]{0,64}:[/\\]{2}/i.test(start) ? 'too_long' : undefined;
  try {
    return new URL(start);
  } catch {
    // No URL is an answer here.
    return undefined;
  }
}

const simpleName = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.[a-z]{2,}$/;

/**
 * The one spelling of a host that rules compare, as a browser would call it (WHATWG URL, host parser): lower case, IDN as punycode,
 * IPv4 in four decimal parts, IPv6 without brackets, v4-mapped addresses as IPv4, no dot at the end. Undefined for what is no host.
 */
export function canonicalHost(text: string): string | undefined {
  if (text.length <= 253 && simpleName.test(text)) return text;
  const host = text.includes(':') && ipaddr.IPv6.isValid(text) ? `[${text}]` : text;
  if (host === '' || host.length > maxAuthority || /[\s/\\?#@]/.test(host) || (host.includes(':') && !/^\[[^\]]*\]$/.test(host))) return undefined;
  try {
    return hostOf(new URL(`http://${host}/`));
  } catch {
    // Not a host: the caller decides what that means.
    return undefined;
  }
}

/** The host of a parsed URL in the spelling of {@link canonicalHost}; undefined where it has none. */
export function hostOf(url: URL): string | undefined {
  const { hostname } = url;
  if (hostname.startsWith('[')) {
    const address = hostname.slice(1, -1);
    return ipaddr.isValid(address) ? ipaddr.process(address).toString() : undefined;
  }
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return host === '' || /^\.|\.\.|\.$/.test(host) || host.length > 253 ? undefined : host;
}

/** Whether a canonical host is an address. */
export function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Whether a canonical host is anything but a name or an address on the public internet: private, loopback, link-local, shared (RFC 6598),
 * reserved, multicast, translated (6to4, NAT64, Teredo) addresses, names without a dot, and names that always lead to such addresses.
 */
export function isPrivateHost(host: string): boolean {
  if (isAddress(host)) {
    const address = ipaddr.process(host);
    if (address.range() !== 'unicast') return true;
    // Only 2000::/3 is assigned to the public internet (RFC 4291 2.4, IANA registry).
    return address.kind() === 'ipv6' && !/^[23][0-9a-f]{3}:/i.test(address.toNormalizedString());
  }
  if (!host.includes('.')) return true;
  return [...privateSuffixes, ...rebindingSuffixes].some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}
