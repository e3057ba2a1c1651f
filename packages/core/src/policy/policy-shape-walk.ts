import type { PolicyIssue } from '../errors.js';
import { nearestKey } from './nearest-key.js';
import { invalidPolicy, issueAt, type Fault } from './policy-fault.js';
import { describe, quote, type MapEntry, type MapNode, type Place, type PolicyNode } from './policy-node.js';
import { homeOf, policyShape, unenforcedAdvice, type MapShape, type PolicyShape, type ToolTableShape, type ValueShape } from './policy-shape.js';
import { readToolPattern } from './tool-name.js';

/**
 * Checks the keys and the kinds of one document and returns it with canonical keys: aliases renamed, `post_call` folded
 * into its rules, tools in canonical spelling. What is wrong goes to `issues` and is left out.
 */
export function shapeDocument(document: PolicyNode, issues: PolicyIssue[]): MapNode {
  const walk = new ShapeWalk(issues);
  const shaped = walk.map(document, policyShape);
  if (shaped === undefined) throw invalidPolicy(document.place.file, issues);
  return shaped;
}

const maxGuesses = 1000;

class ShapeWalk {
  readonly #issues: PolicyIssue[];
  #guesses = 0;

  constructor(issues: PolicyIssue[]) {
    this.#issues = issues;
  }

  map(node: PolicyNode, shape: MapShape): MapNode | undefined {
    if (node.kind !== 'map') {
      this.#wrongKind(node, 'a map');
      return undefined;
    }
    const entries = new Map<string, MapEntry>();
    for (const [written, { keyPlace, node: value }] of node.entries) {
      const key = this.#keyOf(written, shape, keyPlace);
      const keyShape = key === undefined ? undefined : shape.keys[key];
      if (key === undefined || keyShape === undefined) continue;
      const shaped = this.#shaped(value, keyShape, key);
      if (shaped === undefined) continue;
      if (shape.folded?.includes(key) === true && shaped.kind === 'map') {
        for (const [inner, entry] of shaped.entries) this.#put(entries, inner, entry);
      } else {
        this.#put(entries, key, { keyPlace, node: shaped });
      }
    }
    return { kind: 'map', place: node.place, entries };
  }

  #shaped(node: PolicyNode, shape: PolicyShape, key: string): PolicyNode | undefined {
    switch (shape.kind) {
      case 'map':
        return isNull(node) && shape.nullable === true ? node : this.map(node, shape);
      case 'tools':
        return this.#tools(node, shape);
      case 'scalar':
      case 'list':
        return this.#value(node, shape, key);
    }
  }

  #value(node: PolicyNode, shape: ValueShape, key: string): PolicyNode | undefined {
    const empty = isNull(node);
    if (empty ? shape.nullable !== true : node.kind !== shape.kind) {
      this.#wrongKind(node, shape.expected);
      return undefined;
    }
    if (node.kind === 'list') return this.#plainList(node) ? node : undefined;
    // The source tells 1.10 from 1.1, which as numbers are one.
    if (key === 'version' && node.kind === 'scalar' && typeof node.value === 'number' && Number.isFinite(node.value)) {
      return { ...node, value: node.text ?? String(node.value) };
    }
    return node;
  }

  #plainList(node: PolicyNode & { readonly kind: 'list' }): boolean {
    const wrong = node.items.filter((item) => item.kind !== 'scalar');
    for (const item of wrong) this.#wrongKind(item, 'text');
    return wrong.length === 0;
  }

  #tools(node: PolicyNode, shape: ToolTableShape): MapNode | undefined {
    if (node.kind !== 'map') {
      this.#wrongKind(node, 'a map from tool names to limits');
      return undefined;
    }
    const entries = new Map<string, MapEntry>();
    for (const [written, { keyPlace, node: value }] of node.entries) {
      const { canonical, fault } = readToolPattern(written);
      if (fault !== undefined) this.#report(keyPlace, { message: `${quote(written)} is no tool name: ${fault}` });
      const shaped = this.map(value, shape.each);
      if (canonical !== undefined && shaped !== undefined) this.#put(entries, canonical, { keyPlace, node: shaped });
    }
    return { kind: 'map', place: node.place, entries, isTable: true };
  }

  #put(entries: Map<string, MapEntry>, key: string, entry: MapEntry): void {
    const first = entries.get(key);
    if (first === undefined) {
      entries.set(key, entry);
      return;
    }
    const where = first.keyPlace.line === 0 ? '' : ` on line ${String(first.keyPlace.line)}`;
    this.#report(entry.keyPlace, { message: `says again what "${first.keyPlace.path}"${where} says`, expected: 'one of the two' });
  }

  #keyOf(written: string, shape: MapShape, place: Place): string | undefined {
    if (Object.hasOwn(shape.keys, written)) return written;
    if (shape.aliases !== undefined && Object.hasOwn(shape.aliases, written)) return shape.aliases[written];
    // A guess costs time, and nobody reads the thousandth.
    this.#report(place, unknownKey(written, shape, this.#guesses++ < maxGuesses));
    return undefined;
  }

  #wrongKind(node: PolicyNode, expected: string): void {
    this.#report(node.place, { message: `got ${describe(node)}`, expected });
  }

  #report(place: Place, fault: Fault): void {
    this.#issues.push(issueAt(place, fault));
  }
}

function isNull(node: PolicyNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function unknownKey(key: string, shape: MapShape, guess: boolean): Fault {
  const advice = unenforcedAdvice(key, shape);
  if (advice !== undefined) return { message: 'known but not enforced by this version', expected: advice };
  const home = homeOf(key);
  if (home !== undefined) return { message: `this key belongs ${home}` };
  const known = Object.keys(shape.keys);
  const nearest = guess ? nearestKey(key, known) : undefined;
  return nearest === undefined ? { message: 'unknown key', expected: `one of ${known.join(', ')}` } : { message: 'unknown key', nearest };
}
