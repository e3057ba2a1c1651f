/** A JSON value as Python's reader takes it in: whole numbers of any size, and `NaN` and `Infinity`. */
export type PythonValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'integer'; readonly digits: string }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'word'; readonly word: 'null' | 'true' | 'false' }
  | { readonly kind: 'list'; readonly items: readonly PythonValue[] }
  | PythonObject;

export interface PythonMember {
  readonly key: string;
  readonly value: PythonValue;
}

/** Members as they stand in the text; a key may come twice. */
export interface PythonObject {
  readonly kind: 'object';
  readonly members: readonly PythonMember[];
}

/** Thrown for text that is no JSON, or nested too deep; never leaves this folder. */
export class NotJson extends Error {}

const MAX_DEPTH = 32;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const HEX = /[0-9a-fA-F]{4}/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'], ['\\', '\\'], ['/', '/'], ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t'],
]);
const NAMED: readonly (readonly [string, PythonValue])[] = [
  ['null', { kind: 'word', word: 'null' }],
  ['true', { kind: 'word', word: 'true' }],
  ['false', { kind: 'word', word: 'false' }],
  ['NaN', { kind: 'float', value: NaN }],
  ['Infinity', { kind: 'float', value: Infinity }],
  ['-Infinity', { kind: 'float', value: -Infinity }],
];

/** Reads what Python's `json.loads` reads, and keeps what it forgets: repeated keys and the digits of whole numbers. */
class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): PythonValue {
    const value = this.#value();
    this.#match(SPACE);
    if (this.#at !== this.#text.length) throw new NotJson('something follows the value');
    return value;
  }

  #value(): PythonValue {
    this.#match(SPACE);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#list());
      case '"':
        return { kind: 'text', text: this.#string() };
      default:
        return this.#scalar();
    }
  }

  #nested(read: () => PythonValue): PythonValue {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NotJson('nested too deep');
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): PythonObject {
    const members: PythonMember[] = [];
    if (this.#takes('}')) return { kind: 'object', members };
    do {
      this.#match(SPACE);
      if (this.#text[this.#at] !== '"') throw new NotJson('a key is not a text');
      const key = this.#string();
      if (!this.#takes(':')) throw new NotJson('no colon after a key');
      members.push({ key, value: this.#value() });
    } while (this.#takes(','));
    if (!this.#takes('}')) throw new NotJson('an object does not end');
    return { kind: 'object', members };
  }

  #list(): PythonValue {
    const items: PythonValue[] = [];
    if (this.#takes(']')) return { kind: 'list', items };
    do items.push(this.#value());
    while (this.#takes(','));
    if (!this.#takes(']')) throw new NotJson('a list does not end');
    return { kind: 'list', items };
  }

  #string(): string {
    let out = '';
    this.#at += 1;
    for (;;) {
      out += this.#match(PLAIN)?.[0] ?? '';
      const stop = this.#text[this.#at];
      this.#at += 1;
      if (stop === '"') return out;
      if (stop !== '\\') throw new NotJson('a text does not end, or holds a control character');
      out += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at);
    this.#at += 1;
    if (letter !== 'u') {
      const meant = ESCAPES.get(letter);
      if (meant === undefined) throw new NotJson('an escape nobody knows');
      return meant;
    }
    const hex = this.#match(HEX);
    if (hex === null) throw new NotJson('an escape without its four digits');
    return String.fromCharCode(parseInt(hex[0], 16));
  }

  #scalar(): PythonValue {
    const named = NAMED.find(([word]) => this.#text.startsWith(word, this.#at));
    if (named !== undefined) {
      this.#at += named[0].length;
      return named[1];
    }
    const found = this.#match(NUMBER);
    if (found === null) throw new NotJson('no value where one is expected');
    if (found[1] !== undefined || found[2] !== undefined) return { kind: 'float', value: Number(found[0]) };
    return { kind: 'integer', digits: found[0] === '-0' ? '0' : found[0] };
  }

  #takes(mark: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }
}

/** Reads one JSON text; throws `NotJson`. */
export function readPythonJson(text: string): PythonValue {
  return new Reader(text).whole();
}
