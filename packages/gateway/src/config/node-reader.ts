import { nearestKey, type MapNode, type Place, type PolicyIssue, type PolicyNode } from '@enforcecore/core';
import { fillIn, type Environment } from './fill-in.js';

const maxText = 8_192;
/** To guess what was meant takes time, and only the first faults are shown. */
const maxGuesses = 100;

/** A map of the document, and where it is. */
export interface Section {
  readonly node: MapNode;
  readonly path: string;
}

/** Takes values of a document one by one; what is wrong becomes an issue that never holds a value, since values can be secrets. */
export class NodeReader {
  readonly issues: PolicyIssue[];
  readonly #file: string;
  readonly #env: Environment;

  constructor(file: string, env: Environment, issues: PolicyIssue[]) {
    this.#file = file;
    this.#env = env;
    this.issues = issues;
  }

  fault({ line, column }: Pick<Place, 'line' | 'column'>, path: string, message: string, expected?: string, nearest?: string): void {
    this.issues.push({
      file: this.#file, line, column, path, message, ...(expected === undefined ? {} : { expected }), ...(nearest === undefined ? {} : { nearest }),
    });
  }

  /** A map; with `keys`, one that has no others. */
  map(node: PolicyNode, path: string, keys?: readonly string[]): Section | undefined {
    if (node.kind !== 'map') {
      this.fault(node.place, path, `got ${kindOf(node)}`, keys === undefined ? 'a map' : `a map with ${keys.join(', ')}`);
      return undefined;
    }
    for (const [key, { keyPlace }] of keys === undefined ? [] : node.entries) {
      if (keys?.includes(key) === true) continue;
      const nearest = this.issues.length < maxGuesses ? nearestKey(key, keys ?? []) : undefined;
      this.fault(keyPlace, memberPath(path, key), 'unknown key', `one of ${keys?.join(', ') ?? ''}`, nearest);
    }
    return { node, path };
  }

  /** The map under a key, or `undefined` where there is none. */
  section({ node, path }: Section, key: string, keys?: readonly string[]): Section | undefined {
    const entry = node.entries.get(key);
    return entry === undefined ? undefined : this.map(entry.node, memberPath(path, key), keys);
  }

  text({ node, path }: Section, key: string): string | undefined {
    const entry = node.entries.get(key);
    return entry === undefined ? undefined : this.#plain(entry.node, memberPath(path, key));
  }

  texts({ node, path }: Section, key: string, most = 1_000): readonly string[] | undefined {
    const entry = node.entries.get(key);
    if (entry === undefined) return undefined;
    const at = memberPath(path, key);
    if (entry.node.kind !== 'list' || entry.node.items.length > most) {
      this.fault(entry.node.place, at, `got ${kindOf(entry.node)}`, `a list of at most ${String(most)} texts`);
      return undefined;
    }
    return entry.node.items.flatMap((item, index) => {
      const text = this.#plain(item, `${at}[${String(index)}]`, true);
      return text === undefined ? [] : [text];
    });
  }

  /** Names and secrets: what stands as `${NAME}` in a value comes from the environment. */
  secrets(section: Section, key: string, names: RegExp, what: string): Readonly<Record<string, string>> | undefined {
    const map = this.section(section, key);
    if (map === undefined) return undefined;
    const pairs = [...map.node.entries].flatMap(([name, { keyPlace, node }]) => {
      const path = memberPath(map.path, name);
      if (!names.test(name)) this.fault(keyPlace, path, `it is no ${what}`);
      const value = this.#secret(node, path);
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.freeze(Object.fromEntries(pairs));
  }

  whole(section: Section, key: string, least: number, most: number): number | undefined {
    const entry = section.node.entries.get(key);
    if (entry === undefined) return undefined;
    const { node } = entry;
    if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isInteger(node.value) && node.value >= least && node.value <= most) return node.value;
    this.fault(node.place, memberPath(section.path, key), `got ${kindOf(node)}`, `a whole number from ${String(least)} to ${String(most)}`);
    return undefined;
  }

  flag(section: Section, key: string): boolean | undefined {
    const entry = section.node.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.node.kind === 'scalar' && typeof entry.node.value === 'boolean') return entry.node.value;
    this.fault(entry.node.place, memberPath(section.path, key), `got ${kindOf(entry.node)}`, 'true or false');
    return undefined;
  }

  word<W extends string>(section: Section, key: string, words: readonly W[]): W | undefined {
    const entry = section.node.entries.get(key);
    if (entry === undefined) return undefined;
    const { node } = entry;
    const found = node.kind === 'scalar' ? words.find((one) => one === node.value) : undefined;
    if (found === undefined) this.fault(node.place, memberPath(section.path, key), `got ${kindOf(node)}`, `one of ${words.join(', ')}`);
    return found;
  }

  /** The place of a key, or of the map where it is missing. */
  placeOf({ node }: Section, key: string): Place {
    return node.entries.get(key)?.node.place ?? node.place;
  }

  #plain(node: PolicyNode, path: string, mayBeEmpty = false): string | undefined {
    const text = this.#raw(node, path, mayBeEmpty);
    if (text === undefined) return undefined;
    const filled = fillIn(text, undefined);
    if (filled.kind === 'text') return filled.text;
    this.fault(node.place, path, 'it has a ${NAME}, which is filled in only in env, headers and tokens', 'the value itself, or $${NAME} for these characters');
    return undefined;
  }

  #secret(node: PolicyNode, path: string): string | undefined {
    const text = this.#raw(node, path, true);
    if (text === undefined) return undefined;
    const filled = fillIn(text, this.#env);
    if (filled.kind === 'text' && !/[\0\r\n]/.test(filled.text)) return filled.text;
    if (filled.kind === 'text') this.fault(node.place, path, 'it has a line break or a zero byte', 'text on one line');
    else this.fault(node.place, path, `the variable ${filled.name} is not set or empty`, 'it in the environment of the gateway');
    return undefined;
  }

  #raw(node: PolicyNode, path: string, mayBeEmpty: boolean): string | undefined {
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.length <= maxText && (mayBeEmpty || node.value.trim() !== '')) return node.value;
    this.fault(node.place, path, `got ${kindOf(node)}`, `text of ${mayBeEmpty ? 'at most' : '1 to'} ${String(maxText)} characters`);
    return undefined;
  }
}

export function memberPath(path: string, key: string): string {
  const shown = /^[\w-]{1,60}$/.test(key) ? key : JSON.stringify(key.length <= 60 ? key : `${key.slice(0, 57)}...`).replaceAll(/[\p{Cf}\p{Cc}]/gu, '?');
  return path === '' ? shown : `${path}.${shown}`;
}

/** What was written, without its value. */
function kindOf(node: PolicyNode): string {
  if (node.kind === 'list') return `a list of ${String(node.items.length)}`;
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return node.value.trim() === '' ? 'empty text' : `text of ${String(node.value.length)} ${node.value.length === 1 ? 'character' : 'characters'}`;
  return typeof node.value === 'number' ? 'a number' : String(node.value);
}
