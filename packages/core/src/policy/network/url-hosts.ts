/** A place in a text that a program could take for a host. */
export interface HostMention {
  /** As written: with escapes, capitals, brackets; without user and port. */
  readonly host: string;
  readonly offset: number;
  /** False when only the slashes before it say that it is a host. */
  readonly hasScheme: boolean;
}

/** Schemes whose host may follow any number of slashes, none included (WHATWG URL, special schemes). */
const specialSchemes: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss', 'ftp']);
const maxScheme = 32;
const maxHost = 4096;

/**
 * Every authority of a URL in a text, wherever it stands, by its slashes: `scheme://host`, `//host`, `http:/host`, `http:\\host`. Linear: no character
 * belongs to two authorities, but those that stand behind a backslash.
 */
export function urlHosts(text: string): readonly HostMention[] {
  const reader = new AuthorityReader(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === colon) {
      const scheme = schemeBefore(text, at);
      const start = skipSlashes(text, at + 1);
      const slashes = start.slashes;
      // Other schemes have an authority behind exactly two slashes (RFC 3986 3.2); `file:///` has none.
      if (scheme === '' || (!specialSchemes.has(scheme) && !(slashes === 2 && text.startsWith('//', start.at - 2)))) continue;
      reader.add(start.at, true);
      if (slashes > 0) at = start.at - 1;
    } else if (isSlash(code) && isSlash(text.charCodeAt(at + 1))) {
      const start = skipSlashes(text, at);
      if (at === 0 || !isWordCharacter(text.charCodeAt(at - 1))) reader.add(start.at, false);
      at = start.at - 1;
    }
  }
  return reader.mentions;
}

const colon = 0x3a;

function isSlash(code: number): boolean {
  return code === 0x2f || code === 0x5c;
}

/** Tabs and line breaks inside a URL are dropped by the WHATWG parser. */
function isDropped(code: number): boolean {
  return code === 0x09 || code === 0x0a || code === 0x0d;
}

function isWordCharacter(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f || code === 0x2e;
}

function schemeBefore(text: string, end: number): string {
  let scheme = '';
  for (let at = end - 1; at >= 0 && scheme.length < maxScheme && end - at <= 2 * maxScheme; at--) {
    const code = text.charCodeAt(at);
    if (isDropped(code)) continue;
    const fits = (isWordCharacter(code) && code !== 0x5f) || code === 0x2b || code === 0x2d;
    if (!fits) break;
    scheme = (text[at] ?? '') + scheme;
    // What a line break parts is one scheme only where it makes a known one.
    if (specialSchemes.has(scheme.toLowerCase()) && !isWordCharacter(text.charCodeAt(at - 1))) break;
  }
  return scheme.replace(/^[^a-z]+/i, '').toLowerCase();
}

function skipSlashes(text: string, from: number): { readonly at: number; readonly slashes: number } {
  let at = from;
  let slashes = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isSlash(code)) slashes++;
    else if (!isDropped(code)) break;
  }
  return { at, slashes };
}

const ends = /[\s/\\?#"'<>`{}|^(),;\0-\x20]/g;

/** Reads authorities from left to right; what was found once for a stretch of text holds for every start in it. */
class AuthorityReader {
  readonly mentions: HostMention[] = [];
  readonly #text: string;
  #from = 0;
  #end = -1;
  #userinfoEnd = -1;

  constructor(text: string) {
    this.#text = text;
  }

  add(start: number, hasScheme: boolean): void {
    const text = this.#text;
    const end = this.#findEnd(start);
    this.#addHost(start, end, hasScheme);
    // `good.com\@evil.com`: a browser ends the host at the backslash or quote, RFC 3986 reads on to the at sign.
    if (/["'\\]/.test(text[end] ?? '') && text[end + 1] === '@') this.#addHost(end + 2, this.#findEnd(end + 2), hasScheme);
  }

  #findEnd(start: number): number {
    if (start < this.#from || start > this.#end) {
      ends.lastIndex = start;
      this.#from = start;
      this.#end = ends.exec(this.#text)?.index ?? this.#text.length;
      const at = this.#text.slice(start, this.#end).lastIndexOf('@');
      this.#userinfoEnd = at < 0 ? -1 : start + at;
    }
    return this.#end;
  }

  #addHost(start: number, end: number, hasScheme: boolean): void {
    if (start >= end) return;
    const from = Math.max(start, this.#userinfoEnd + 1);
    // A host is shorter by far; the rest of a stretch without an end cannot make it one.
    const hostAndPort = this.#text.slice(from, Math.min(end, from + maxHost));
    const bracket = hostAndPort.startsWith('[') ? hostAndPort.indexOf(']') + 1 : 0;
    const portAt = hostAndPort.indexOf(':', bracket);
    // Marks behind a URL in a sentence are no part of it.
    const host = (portAt < 0 ? hostAndPort : hostAndPort.slice(0, portAt)).replace(/(?<![.!*_~-])[.!*_~-]+$/, '');
    if (host !== '') this.mentions.push({ host, offset: from, hasScheme });
  }
}
