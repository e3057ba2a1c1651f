import { neverSchemes } from './html-names.js';

/** A page that no relative URL leaves without naming another host. */
const page = new URL('https://page.invalid/folder/');

/** Which URLs an attribute may hold. */
export class HtmlUrls {
  readonly #schemes: ReadonlySet<string>;
  readonly #allowRelative: boolean;

  constructor(schemes: readonly string[], allowRelative: boolean) {
    for (const scheme of schemes) {
      if (!/^[a-z][a-z0-9+.-]*$/.test(scheme)) throw new Error(`sink: html: schemes: "${scheme}" is not a scheme: expected a word such as https, in lower case and without a colon`);
      if (neverSchemes.has(scheme)) throw new Error(`sink: html: schemes: "${scheme}" can hold code and cannot be allowed`);
    }
    this.#schemes = new Set(schemes);
    this.#allowRelative = allowRelative;
  }

  /** Why a URL is refused; it is read as the WHATWG URL standard does, as browsers do. */
  refusal(value: string): string | undefined {
    // HOSTILE: browsers drop tabs and line ends, other readers do not, so both would have to be checked.
    if (/[\0-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]/.test(value)) return 'a URL holds a control character';
    const text = value.trim();
    const url = parse(text) ?? parse(text, page);
    if (url === undefined) return 'a URL does not parse';
    const isRelative = parse(text) === undefined;
    if (!isRelative) return this.#schemes.has(url.protocol.slice(0, -1)) ? undefined : 'a URL has a scheme that is not in schemes';
    // `//host/` takes the scheme of the page.
    if (url.host !== page.host || url.protocol !== page.protocol) return this.#schemes.has('https') ? undefined : 'a URL without a scheme names a host, and schemes has no "https"';
    if (/^[^/?#]*:/.test(text)) return 'a URL without a scheme holds a colon in its first part';
    return this.#allowRelative ? undefined : 'a URL has no scheme, and allow_relative is false';
  }
}

/** True when a text that is not meant as a URL would run code if it were one. */
export function looksLikeCode(value: string): boolean {
  const url = parse(value);
  return url !== undefined && ['javascript:', 'vbscript:', 'data:'].includes(url.protocol);
}

function parse(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // Not a URL is an answer here.
    return undefined;
  }
}
