import { Tokenizer, type Token } from 'parse5';
import type { SinkCheck, SinkFault } from '../sink.js';
import { textFault, textLimit } from '../sql/text-bounds.js';
import { defaultAttributes, defaultTags, neverAttributes, neverTags, urlAttributes } from './html-names.js';
import { HtmlUrls, looksLikeCode } from './html-url.js';

/** What HTML a tool may be given; plain data of a policy. */
export interface HtmlSinkOptions {
  /** Elements; those of formatted text when left out. Elements that run code or change how text is read cannot be named. */
  readonly tags?: readonly string[];
  /** Attributes of every element, or by element with `*` for every element; those of links, images and tables when left out. */
  readonly attributes?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** Schemes of URLs, without the colon; `['https', 'http', 'mailto']` when left out. */
  readonly schemes?: readonly string[];
  /** Whether URLs without a scheme may stand; true when left out. */
  readonly allow_relative?: boolean;
  /** UTF-16 units that a text may have; 100000 when left out. */
  readonly max_length?: number;
}

/** Open elements beyond which a text is refused: readers that recurse are left standing. */
const maxDepth = 512;

/**
 * Compiles a check that a text is HTML of nothing but allowed elements, attributes and URLs.
 *
 * The text is read by the tokenizer of the WHATWG standard. A parse error is a refusal, but for a lone `<` before white space
 * or a digit and for an unknown named reference, which every reader takes for text. Comments, declarations and processing
 * instructions are refused.
 *
 * @throws Error when an option names what cannot be allowed.
 */
export function compileHtmlSink(options: HtmlSinkOptions): SinkCheck {
  const rules = new HtmlRules(options);
  const limit = textLimit('html', options.max_length);
  return (text) => textFault(text, limit) ?? markupFault(text, rules);
}

class HtmlRules {
  readonly #tags: ReadonlySet<string>;
  readonly #attributes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #urls: HtmlUrls;

  constructor(options: HtmlSinkOptions) {
    const attributes = options.attributes ?? defaultAttributes;
    const byTag: Readonly<Record<string, readonly string[]>> = isList(attributes) ? { '*': attributes } : attributes;
    this.#tags = new Set((options.tags ?? defaultTags).map((tag) => allowedName('tags', tag, neverTags)));
    this.#attributes = new Map(Object.entries(byTag).map(([tag, names]) => [tag, new Set(names.map((name) => allowedName('attributes', name, neverAttributes)))]));
    this.#urls = new HtmlUrls(options.schemes ?? ['https', 'http', 'mailto'], options.allow_relative ?? true);
  }

  tagReason(tag: Token.TagToken): string | undefined {
    return this.#tags.has(tag.tagName) ? undefined : 'an element is not in tags';
  }

  attributeReason(tag: Token.TagToken, { name, value }: Token.Attribute): string | undefined {
    const isAllowed = this.#attributes.get('*')?.has(name) === true || this.#attributes.get(tag.tagName)?.has(name) === true;
    if (!isAllowed) return 'an attribute is not in attributes';
    if (urlAttributes.has(name)) return this.#urls.refusal(value);
    return looksLikeCode(value) ? 'an attribute holds a URL of code' : undefined;
  }
}

function isList(value: readonly string[] | Readonly<Record<string, readonly string[]>>): value is readonly string[] {
  return Array.isArray(value);
}

function allowedName(list: 'tags' | 'attributes', word: string, never: ReadonlySet<string>): string {
  if (!/^[a-z][a-z0-9-]*$/.test(word)) throw new Error(`sink: html: ${list}: "${word}" is not a name: expected letters, digits and hyphens in lower case`);
  const isHandler = list === 'attributes' && word.startsWith('on');
  if (isHandler || never.has(word)) throw new Error(`sink: html: ${list}: "${word}" cannot be allowed`);
  return word;
}

/** The first fault of a text; what comes after it is not looked at. */
function markupFault(text: string, rules: HtmlRules): SinkFault | undefined {
  const reading: { fault: SinkFault | undefined; depth: number } = { fault: undefined, depth: 0 };
  const refuse = (reason: string, offset: number | undefined): void => {
    reading.fault ??= offset === undefined ? { reason } : { reason, offset };
  };
  const ignore = (): void => undefined;
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onComment: (token) => refuse('a comment, a declaration or a processing instruction is not allowed', token.location?.startOffset),
      onDoctype: (token) => refuse('a document type is not allowed', token.location?.startOffset),
      onStartTag: (token) => {
        const reason = rules.tagReason(token) ?? firstReason(token, rules);
        if (reason !== undefined) refuse(reason, token.location?.startOffset);
        // HTML ignores the slash and leaves the element open, XML closes it.
        if (token.selfClosing && !voidTags.has(token.tagName)) refuse('an element that is not void ends in "/>"', token.location?.startOffset);
        reading.depth += voidTags.has(token.tagName) ? 0 : 1;
        if (reading.depth > maxDepth) refuse(`more than ${String(maxDepth)} elements are open`, token.location?.startOffset);
      },
      onEndTag: (token) => {
        const reason = rules.tagReason(token);
        if (reason !== undefined) refuse(reason, token.location?.startOffset);
        reading.depth = Math.max(0, reading.depth - 1);
      },
      onEof: ignore,
      onCharacter: ignore,
      onNullCharacter: (token) => refuse('the text holds U+0000', token.location?.startOffset),
      onWhitespaceCharacter: ignore,
      onParseError: ({ code, startOffset }) => {
        if (!isBenign(code, text, startOffset)) refuse(`the text is not valid HTML: ${code}`, startOffset);
      },
    },
  );
  try {
    tokenizer.write(text, true);
  } catch {
    // INVARIANT: whatever a parser throws on hostile text is a refusal.
    return { reason: 'the parser gave up on the text' };
  }
  return reading.fault;
}

function firstReason(tag: Token.TagToken, rules: HtmlRules): string | undefined {
  for (const attribute of tag.attrs) {
    const reason = rules.attributeReason(tag, attribute);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function isBenign(code: string, text: string, offset: number): boolean {
  if (code === 'unknown-named-character-reference') return true;
  return code === 'invalid-first-character-of-tag-name' && /^<?[\s\d]/.test(text.slice(offset, offset + 2)) && text[offset - 1] !== '/';
}

/** Elements without content (WHATWG HTML 13.1.2): they never stay open. */
const voidTags: ReadonlySet<string> = new Set(['area', 'br', 'col', 'hr', 'img', 'source', 'track', 'wbr']);
