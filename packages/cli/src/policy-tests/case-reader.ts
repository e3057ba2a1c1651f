import type { Decision, PolicyIssue } from '@enforcecore/core';
import { nearestName } from '../text/nearest-name.js';
import { valueOf, type CaseMap, type CaseNode, type Place } from './case-node.js';
import { anInstant, instantOf } from './instant.js';
import type { CaseFile, Expectation, PolicyCase } from './policy-case.js';

const fileKeys = ['policy', 'cases'] as const;
const caseKeys = ['name', 'tool', 'args', 'agent', 'tenant', 'session', 'labels', 'environment', 'time', 'result', 'expect'] as const;
const expectKeys = ['decision', 'rule', 'type', 'reason', 'path', 'args', 'result'] as const;
const decisions: readonly Decision[] = ['allowed', 'blocked', 'redacted'];
const maxText = 4_096;
/** To guess what was meant takes time, and only the first issues are shown. */
const maxGuesses = 100;

/** Turns a document into cases; everything that is wrong with it becomes an issue. */
export class CaseReader {
  readonly #file: string;
  readonly #issues: PolicyIssue[];

  constructor(file: string, issues: PolicyIssue[]) {
    this.#file = file;
    this.#issues = issues;
  }

  file(document: CaseNode): Pick<CaseFile, 'policy' | 'cases'> {
    const map = this.#map(document, '', fileKeys);
    const cases = map === undefined ? undefined : this.#member(map, 'cases', '');
    if (map === undefined || cases === undefined) return { policy: undefined, cases: [] };
    const policy = this.#text(map, 'policy', '');
    if (cases.kind === 'list' && cases.items.length > 0) return { policy, cases: this.#cases(cases.items) };
    this.#fault(cases.place, 'cases', cases.kind === 'list' ? 'there is no case' : `got ${kindOf(cases)}`, 'a list of cases');
    return { policy, cases: [] };
  }

  #cases(items: readonly CaseNode[]): PolicyCase[] {
    const lines = new Map<string, number>();
    return items.flatMap((item, index) => {
      const one = this.#case(item, `cases[${String(index)}]`);
      if (one === undefined) return [];
      const first = lines.get(one.name);
      if (first !== undefined) this.#fault(one.place, `cases[${String(index)}].name`, `the name is given twice, first on line ${String(first)}`, 'each name once');
      lines.set(one.name, first ?? one.place.line);
      return [one];
    });
  }

  #case(item: CaseNode, path: string): PolicyCase | undefined {
    const map = this.#map(item, path, caseKeys);
    if (map === undefined) return undefined;
    const name = this.#required(map, 'name', path);
    const tool = this.#required(map, 'tool', path);
    const expected = this.#member(map, 'expect', path);
    const expect = expected === undefined ? undefined : this.#expectation(expected, `${path}.expect`, map.entries.has('result'));
    if (name === undefined || tool === undefined || expect === undefined) return undefined;
    const result = map.entries.get('result')?.node;
    return {
      name,
      tool,
      place: { line: map.place.line, column: map.place.column },
      args: this.#args(map.entries.get('args')?.node, `${path}.args`) ?? [],
      expect,
      ...this.#texts(map, ['agent', 'tenant', 'session', 'environment'], path),
      ...this.#labels(map, path),
      ...this.#time(map, path),
      ...(result === undefined ? {} : { result: valueOf(result) }),
    };
  }

  #expectation(node: CaseNode, path: string, hasResult: boolean): Expectation | undefined {
    if (node.kind === 'scalar') {
      const decision = this.#decision(node, path);
      return decision === undefined ? undefined : { decision };
    }
    const map = this.#map(node, path, expectKeys);
    const said = map === undefined ? undefined : this.#member(map, 'decision', path);
    const decision = said === undefined ? undefined : this.#decision(said, `${path}.decision`);
    if (map === undefined || decision === undefined) return undefined;
    const args = this.#args(map.entries.get('args')?.node, `${path}.args`);
    const result = this.#result(map.entries.get('result')?.node, path, decision, hasResult);
    if (args !== undefined && decision === 'blocked' && result?.kind !== 'withheld') {
      this.#fault(map.entries.get('args')?.keyPlace ?? map.place, `${path}.args`, 'a blocked call brings no arguments to the tool', 'decision allowed or redacted');
    }
    return {
      decision,
      ...this.#texts(map, ['rule', 'type', 'reason', 'path'], path),
      ...(args === undefined ? {} : { args }),
      ...(result === undefined ? {} : { result }),
    };
  }

  #result(node: CaseNode | undefined, path: string, decision: Decision, hasResult: boolean): Expectation['result'] {
    if (node === undefined) return undefined;
    const withheld = node.kind === 'scalar' && node.value === 'withheld';
    if (!hasResult) this.#fault(node.place, `${path}.result`, 'the case does not say what the tool returns', 'a key result in the case');
    // To withhold a result is to block the call, late.
    if (withheld !== (decision === 'blocked')) {
      this.#fault(node.place, `${path}.result`, `it does not go with the decision ${decision}`, 'withheld with blocked, and any other result with allowed or redacted');
    }
    return withheld ? { kind: 'withheld' } : { kind: 'value', value: valueOf(node) };
  }

  #decision(node: CaseNode, path: string): Decision | undefined {
    const found = node.kind === 'scalar' ? decisions.find((one) => one === node.value) : undefined;
    if (found === undefined) {
      const nearest = node.kind === 'scalar' && typeof node.value === 'string' ? nearestName(node.value, decisions) : undefined;
      this.#fault(node.place, path, `got ${kindOf(node)}`, `one of ${decisions.join(', ')}`, nearest);
    }
    return found;
  }

  #args(node: CaseNode | undefined, path: string): readonly unknown[] | undefined {
    if (node === undefined) return undefined;
    if (node.kind === 'map') return [valueOf(node)];
    if (node.kind === 'list') return node.items.map(valueOf);
    this.#fault(node.place, path, `got ${kindOf(node)}`, 'a map, or a list of positional arguments');
    return undefined;
  }

  #labels(map: CaseMap, path: string): { readonly labels?: Readonly<Record<string, string>> } {
    const node = map.entries.get('labels')?.node;
    if (node === undefined) return {};
    const labels = this.#map(node, `${path}.labels`);
    if (labels === undefined) return {};
    const pairs = [...labels.entries.keys()].map((key) => [key, this.#text(labels, key, `${path}.labels`) ?? ''] as const);
    return { labels: Object.fromEntries(pairs) };
  }

  #time(map: CaseMap, path: string): { readonly timeMs?: number } {
    const entry = map.entries.get('time');
    const text = this.#text(map, 'time', path);
    if (entry === undefined || text === undefined) return {};
    const timeMs = instantOf(text);
    if (timeMs !== undefined) return { timeMs };
    this.#fault(entry.node.place, `${path}.time`, 'it is no time', anInstant);
    return {};
  }

  #texts<K extends string>(map: CaseMap, keys: readonly K[], path: string): Readonly<Partial<Record<K, string>>> {
    const pairs = keys.flatMap((key) => {
      const text = this.#text(map, key, path);
      return text === undefined ? [] : [[key, text] as const];
    });
    return Object.fromEntries(pairs) as Partial<Record<K, string>>; // every key is one of them
  }

  #text(map: CaseMap, key: string, path: string): string | undefined {
    const entry = map.entries.get(key);
    if (entry === undefined) return undefined;
    const { node } = entry;
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.trim() !== '' && node.value.length <= maxText) return node.value;
    this.#fault(node.place, member(path, key), `got ${kindOf(node)}`, `text of 1 to ${String(maxText)} characters`);
    return undefined;
  }

  #required(map: CaseMap, key: string, path: string): string | undefined {
    return this.#member(map, key, path) === undefined ? undefined : this.#text(map, key, path);
  }

  #member(map: CaseMap, key: string, path: string): CaseNode | undefined {
    const node = map.entries.get(key)?.node;
    if (node === undefined) this.#fault(map.place, path, `the key ${key} is missing`);
    return node;
  }

  /** A map; with `keys`, one that has no others. */
  #map(node: CaseNode, path: string, keys?: readonly string[]): CaseMap | undefined {
    if (node.kind !== 'map') {
      this.#fault(node.place, path, `got ${kindOf(node)}`, keys === undefined ? 'a map' : `a map with ${keys.join(', ')}`);
      return undefined;
    }
    for (const [key, { keyPlace: place }] of keys === undefined ? [] : node.entries) {
      if (keys?.includes(key) === true) continue;
      const nearest = this.#issues.length < maxGuesses ? nearestName(key, keys ?? []) : undefined;
      this.#fault(place, member(path, key), 'unknown key', `one of ${keys?.join(', ') ?? ''}`, nearest);
    }
    return node;
  }

  #fault({ line, column }: Place, path: string, message: string, expected?: string, nearest?: string): void {
    this.#issues.push({
      file: this.#file, line, column, path, message, ...(expected === undefined ? {} : { expected }), ...(nearest === undefined ? {} : { nearest }),
    });
  }
}

function member(path: string, key: string): string {
  const shown = /^[\w-]{1,60}$/.test(key) ? key : JSON.stringify(key.length <= 60 ? key : `${key.slice(0, 57)}...`);
  return path === '' ? shown : `${path}.${shown}`;
}

/** What was written, without its value: cases hold arguments. */
function kindOf(node: CaseNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return node.value.trim() === '' ? 'empty text' : `text of ${String(node.value.length)} characters`;
  return typeof node.value === 'number' ? 'a number; put it in quotes if it is meant as text' : String(node.value);
}
