import { isIP } from 'node:net';
import { authorityUrl, canonicalHost, hostOf, isAddress } from './host.js';
import { HostList } from './host-list.js';
import { isPlausibleDomain } from './plausible-domain.js';
import { urlHosts } from './url-hosts.js';

export interface NetworkOptions {
  /** Hosts that may be named: `example.com`, `*.example.com` (every host below, not itself) or `*`. Addresses pass only by name or `*`. */
  readonly allowed_domains?: readonly string[];
  /** Hosts that may not, with every host below them; they win over `allowed_domains`. */
  readonly denied_domains?: readonly string[];
  /** Whether what `allowed_domains` does not name is refused. Default true. */
  readonly deny_all_other?: boolean;
  /** Gives the text as it looks: without invisible letters, in compatibility form. Default: NFKC without ignorable code points. */
  readonly fold?: (text: string) => { readonly text: string } | undefined;
}

export interface NetworkFault {
  /** Words of the policy only. */
  readonly reason: string;
  /** UTF-16 offset of the host in the text; absent when it was found in the folded text. */
  readonly offset?: number;
}

/** The hosts that a policy lets texts name and tools reach. */
export interface NetworkRule {
  /**
   * Judges every host that a text names: URLs of any scheme, `//host`, and bare hosts where they fill the text, begin with `www.` or stand before a port or a path.
   * A denied host is found as a word anywhere, in e-mail addresses too; otherwise those name no host, unless `:` follows as in `git@host:path`.
   */
  check(text: string): readonly NetworkFault[];
  /** Judges the host of a connection: a name, or an address with or without brackets. */
  judgeHost(host: string, port?: number): NetworkFault | undefined;
  /** Whether `allowed_domains` spells out this very address; a name, a block or `*` does not. */
  namesAddress(address: string): boolean;
}

/** @throws Error when a pattern is no host */
export function compileNetwork(options: NetworkOptions): NetworkRule {
  return new HostRule(options);
}

const unreadable: NetworkFault = Object.freeze({ reason: 'host cannot be read' });
const none: readonly NetworkFault[] = Object.freeze([]);
/** Faults of one text; whoever wrote more than that is refused anyway. */
const maxFaults = 16;

class HostRule implements NetworkRule {
  readonly #allowed: HostList;
  readonly #denied: HostList;
  readonly #denyOthers: boolean;
  readonly #fold: (text: string) => { readonly text: string } | undefined;

  constructor({ allowed_domains: allowed, denied_domains: denied, deny_all_other: denyOthers, fold }: NetworkOptions) {
    this.#allowed = new HostList(allowed ?? [], { name: 'allowed_domains', mode: 'allow' });
    this.#denied = new HostList(denied ?? [], { name: 'denied_domains', mode: 'deny' });
    this.#denyOthers = denyOthers ?? true;
    this.#fold = fold ?? foldLightly;
  }

  check(text: string): readonly NetworkFault[] {
    if (!this.#mayName(text)) return none;
    const faults = new Map<string, NetworkFault>();
    this.#scan(text, faults, true);
    if (hasForeign.test(text)) {
      const folded = this.#fold(text)?.text;
      if (folded !== undefined && folded !== text) this.#scan(folded, faults, false);
    }
    return faults.size === 0 ? none : [...faults.values()];
  }

  judgeHost(host: string, _port?: number): NetworkFault | undefined {
    const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
    // A zone says which interface of this machine, not which host (RFC 4007).
    const canonical = canonicalHost(bare.includes(':') ? bare.replace(/%.*$/, '') : bare);
    if (canonical === undefined) return unreadable;
    const denied = this.#denied.match(canonical);
    if (denied !== undefined) return { reason: `host matches denied_domains ${JSON.stringify(denied)}` };
    if (this.#denyOthers && this.#allowed.match(canonical) === undefined) return { reason: 'host is not in rules.network.allowed_domains' };
    return undefined;
  }

  namesAddress(address: string): boolean {
    const canonical = canonicalHost(address);
    return canonical !== undefined && isAddress(canonical) && this.#allowed.matchNamed(canonical) !== undefined;
  }

  #mayName(text: string): boolean {
    return marks.test(text) || (text.length < 64 && /^\s*localhost\s*$/i.test(text)) || this.#denied.hasWords;
  }

  #scan(text: string, faults: Map<string, NetworkFault>, located: boolean): void {
    const seen = new Set<string>();
    const judge = (host: string, offset: number): void => {
      if (faults.size >= maxFaults || seen.has(host)) return;
      const canonical = canonicalHost(host) ?? host;
      const isNew = !seen.has(canonical);
      seen.add(host).add(canonical);
      if (!isNew) return;
      const fault = this.judgeHost(host);
      // Without a list of allowed hosts, what no resolver takes leads nowhere.
      if (fault === undefined || (!this.#denyOthers && fault === unreadable)) return;
      const key = located ? `${offset} ${fault.reason}` : fault.reason;
      if (!faults.has(key) && (located || !sameReason(faults, fault))) faults.set(key, located ? { ...fault, offset } : fault);
    };
    const leads = /^\s*[/\\]{2}\S+\s*$/.test(text);
    for (const [index, { host, offset, hasScheme }] of urlHosts(text).entries()) {
      if (hasScheme || (leads && index === 0) || isPlausibleHost(host, false)) judge(host, offset);
    }
    judgeWhole(text, judge);
    this.#scanWords(text, judge);
  }

  #scanWords(text: string, judge: (host: string, offset: number) => void): void {
    for (const match of text.matchAll(words)) {
      const word = match[0];
      if (!word.includes('.') && !this.#denied.hasWords && word.length !== 'localhost'.length) continue;
      const end = match.index + word.length;
      const host = trimWord(word.length > maxHost ? word.slice(-maxHost) : word);
      if (host === '') continue;
      if (this.#namesDenied(host)) judge(host, match.index);
      else if (standsAsHost(text, match.index, end, host)) judge(host, match.index);
    }
    if (!text.includes('[')) return;
    for (const match of text.matchAll(/\[[0-9a-f:.]{2,45}\](?=:\d|\/)/gi)) judge(match[0], match.index);
  }

  #namesDenied(word: string): boolean {
    if (this.#denied.isEmpty || (!word.includes('.') && !this.#denied.hasWords)) return false;
    const canonical = canonicalHost(word);
    return canonical !== undefined && this.#denied.matchNamed(canonical) !== undefined;
  }
}

function sameReason(faults: ReadonlyMap<string, NetworkFault>, { reason }: NetworkFault): boolean {
  return [...faults.values()].some((fault) => fault.reason === reason);
}

const marks = /[.:/\\\u0080-\uffff]/;
const hasForeign = /[\u0080-\uffff]/;
const words = /[\w.\-\u00a1-\u2027\u202a-\u2fff\u3001-\uffff]+/g;
/** RFC 1035 2.3.4: a name has at most 253 characters; the end of it says whose it is. */
const maxHost = 250;

function trimWord(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && /[.\-_]/.test(word[start] ?? '')) start++;
  while (end > start && /[.\-_]/.test(word[end - 1] ?? '')) end--;
  return word.slice(start, end);
}

/** Whether a dotted word in running text is meant as a host: by `www.`, or by the port or path behind it. */
function standsAsHost(text: string, start: number, end: number, host: string): boolean {
  if (!host.includes('.') && !/^localhost$/i.test(host)) return false;
  const before = text[start - 1] ?? '';
  // Part of a path, of a URL that was judged, or of an e-mail address.
  if (before === '/' || before === '\\') return false;
  const next = text[end] ?? '';
  if (before === '@') return next === ':' && /\S/.test(text[end + 1] ?? '');
  if (/^www\d?\./i.test(host)) return true;
  const followed = (next === ':' && /\d/.test(text[end + 1] ?? '')) || (next === '/' && text[end - 1] !== '.');
  return followed && isPlausibleHost(host, false);
}

function isPlausibleHost(host: string, whole: boolean): boolean {
  if (/^localhost$/i.test(host) || isIP(host.replace(/^\[|\]$/g, '')) !== 0) return true;
  return isPlausibleDomain(host, { followed: whole, whole });
}

/** The text as one destination: what a URL parser makes of it, or a bare host with a port or a path. */
function judgeWhole(text: string, judge: (host: string, offset: number) => void): void {
  const start = text.length - text.trimStart().length;
  const whole = text.trim();
  if (/^[a-z][a-z0-9+.\-\t\r\n]{0,31}:/i.test(whole)) {
    const host = parsedHost(whole);
    if (host !== undefined) judge(host, start);
  }
  if (whole.length > 8192) return;
  const parts = /^(?:[^\s/@:]*(?::[^\s/@]*)?@(?=[^\s@]*[:/]))?(\[[^\]\s]*\]|[^\s:/\\?#@[\]]+)(:\d{1,5})?(?:[/?#\\]\S*)?$/.exec(whole);
  const name = parts?.[1];
  if (name !== undefined && !/^\.+$/.test(name)) {
    const followed = (parts?.[2] ?? '') !== '' || name.length < whole.length;
    const numeric = /^0x[0-9a-f]+(?:\.|$)/i.test(name) && followed;
    if (numeric || /^localhost\.?$/i.test(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || isPlausibleDomain(name, { followed, whole: true })) judge(name, start);
  } else if (whole.length > 2 && isIP(whole.replace(/%.*$/, '')) === 6) {
    judge(whole, start);
  }
}

function parsedHost(text: string): string | undefined {
  // Not one URL, or none that could be resolved: the URLs in it were judged one by one.
  const url = authorityUrl(text);
  // `mailto:` and `data:` have no host; a single letter is the drive of a path.
  if (url === undefined || url === 'too_long' || url.hostname === '' || url.protocol.length < 3) return undefined;
  return hostOf(url) ?? url.hostname;
}

function foldLightly(text: string): { readonly text: string } {
  return { text: text.replace(/\p{Default_Ignorable_Code_Point}+/gu, '').normalize('NFKC') };
}
