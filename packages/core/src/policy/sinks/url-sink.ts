import { hostOf, isAddress, isPrivateHost } from '../network/host.js';
import { HostList } from '../network/host-list.js';
import { type SinkCheck, type SinkFault } from './sink.js';

export interface UrlSinkOptions {
  /** Schemes without the colon. Default `https`. */
  readonly schemes?: readonly string[];
  /** `example.com`, `*.example.com` (every host below, not itself) or `*`. A denied name covers every host below it too. */
  readonly hosts?: { readonly allowed?: readonly string[]; readonly denied?: readonly string[] };
  /** Default: the default port of the scheme only. */
  readonly ports?: readonly number[];
  /** Whether `user:password@` may stand before the host. Default false. */
  readonly allow_userinfo?: boolean;
  /** Whether hosts may be private, local or reserved. Default false. */
  readonly allow_private?: boolean;
  /** Whether the host may be an address. Default false, but an address that hosts.allowed names passes. */
  readonly allow_ip?: boolean;
  /** UTF-16 code units. Default 2048. */
  readonly max_length?: number;
}

interface UrlRules {
  readonly schemes: ReadonlySet<string>;
  readonly allowed: HostList | undefined;
  readonly denied: HostList;
  readonly ports: ReadonlySet<number> | undefined;
  readonly options: UrlSinkOptions;
}

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443, 'ftp:': 21 };

/**
 * Reads a text as one absolute URL the way a browser does (WHATWG URL) and refuses it when it leads elsewhere than the options say.
 * What parsers are known to read differently (control characters, spaces, backslashes, a missing slash) is refused before.
 * A name may still lead to a private address: only the socket can tell.
 */
export function compileUrlSink(options: UrlSinkOptions = {}): SinkCheck {
  const { hosts, ports } = options;
  const maxLength = options.max_length ?? 2048;
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) throw new Error('max_length: expected a whole number above 0');
  for (const port of ports ?? []) {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`ports: expected whole numbers from 0 to 65535, got ${String(port)}`);
  }
  const rules: UrlRules = {
    schemes: new Set((options.schemes ?? ['https']).map(readScheme)),
    allowed: hosts?.allowed === undefined ? undefined : new HostList(hosts.allowed, { name: 'hosts.allowed', mode: 'allow' }),
    denied: new HostList(hosts?.denied ?? [], { name: 'hosts.denied', mode: 'deny' }),
    ports: ports === undefined ? undefined : new Set(ports),
    options,
  };
  return (text) => {
    if (text.length > maxLength) return { reason: `URL is longer than max_length ${maxLength}`, offset: maxLength };
    return spellingFault(text) ?? urlFault(text, rules);
  };
}

function readScheme(scheme: string): string {
  if (typeof scheme !== 'string' || !/^[a-z][a-z0-9+.-]*:?$/i.test(scheme)) throw new Error(`schemes: expected a scheme such as https, got ${JSON.stringify(scheme)}`);
  return `${scheme.toLowerCase().replace(/:$/, '')}:`;
}

/** What parsers strip, repair or read differently, so that two of them would see two URLs in one text. */
function spellingFault(text: string): SinkFault | undefined {
  const odd = /^[!-[\]-~]*$/.test(text) ? -1 : text.search(/[\0-\x20\x7f-\xa0\\\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}]/u);
  if (odd >= 0) return { reason: 'URL holds a space, a control or invisible character, a backslash or a lone surrogate', offset: odd };
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return { reason: 'not an absolute URL: expected a scheme', offset: 0 };
  return undefined;
}

function urlFault(text: string, rules: UrlRules): SinkFault | undefined {
  const colon = text.indexOf(':');
  const scheme = `${text.slice(0, colon).toLowerCase()}:`;
  if (!rules.schemes.has(scheme)) return { reason: `scheme is not one of ${[...rules.schemes].map((allowed) => allowed.slice(0, -1)).join(', ')}`, offset: 0 };
  // RFC 3986 3: an authority follows exactly two slashes. An empty one is filled from the path by some parsers.
  const hasAuthority = text.startsWith('//', colon + 1);
  if (Object.hasOwn(defaultPorts, scheme) ? !/^\/\/[^/]/.test(text.slice(colon + 1, colon + 4)) : text.startsWith('///', colon + 1) && scheme !== 'file:') {
    return { reason: 'expected "//" and a host after the scheme', offset: colon + 1 };
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { reason: 'not a valid URL' };
  }
  if (url.protocol !== scheme) return { reason: 'not a valid URL' };
  if (rules.options.allow_userinfo !== true && hasAuthority && /^[^/?#]*@/.test(text.slice(colon + 3))) return { reason: 'user name or password before the host', offset: colon + 3 };
  if (url.hostname === '') return hostlessFault(rules);
  return hostFault(url, rules) ?? portFault(url, rules);
}

/** `mailto:` or `data:` lead to no host; they pass only where their scheme was named and no host was asked for. */
function hostlessFault({ allowed }: UrlRules): SinkFault | undefined {
  return allowed === undefined ? undefined : { reason: 'URL without a host is not in hosts.allowed' };
}

function hostFault(url: URL, { allowed, denied, options }: UrlRules): SinkFault | undefined {
  // Only the parser of special schemes canonicalises hosts; borrow it for the others.
  const host = Object.hasOwn(defaultPorts, url.protocol) ? hostOf(url) : hostOfOther(url);
  if (host === undefined) return { reason: 'host is not valid' };
  const entry = denied.match(host);
  if (entry !== undefined) return { reason: `host matches hosts.denied ${JSON.stringify(entry)}` };
  if (allowed !== undefined && allowed.match(host) === undefined) return { reason: 'host is not in hosts.allowed' };
  if (options.allow_private !== true && isPrivateHost(host)) return { reason: 'host is private, local or reserved' };
  if (options.allow_ip !== true && isAddress(host) && allowed?.matchNamed(host) === undefined) return { reason: 'host is an address, not a name' };
  return undefined;
}

function hostOfOther(url: URL): string | undefined {
  try {
    return hostOf(new URL(`http://${url.hostname}/`));
  } catch {
    // No host that any resolver would take.
    return undefined;
  }
}

function portFault(url: URL, { ports }: UrlRules): SinkFault | undefined {
  const port = url.port === '' ? defaultPorts[url.protocol] : Number(url.port);
  if (ports !== undefined) return port !== undefined && ports.has(port) ? undefined : { reason: 'port is not in ports' };
  return url.port === '' ? undefined : { reason: 'port is not the default port of the scheme' };
}
