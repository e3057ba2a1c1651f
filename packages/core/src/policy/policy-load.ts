import { Buffer } from 'node:buffer';
import { dirname, isAbsolute, join, relative, resolve, sep, win32 } from 'node:path';
import type { EnforceCoreError, PolicyIssue } from '../errors.js';
import { objectName, readObject } from './object-document.js';
import { sha256 } from './policy-digest.js';
import { LocatedLoadError, fileStart, issueAt, loadFault } from './policy-fault.js';
import { readPolicyBytes, realDirectory, realFile } from './policy-files.js';
import { quote, type MapNode, type Place, type PolicyNode } from './policy-node.js';
import { shapeDocument } from './policy-shape-walk.js';
import { maxPolicyBytes, readYaml } from './yaml-document.js';

/** Documents from the child to its farthest parent, with what is wrong with each on its own. */
export interface PolicyClosure {
  readonly label: string;
  readonly source: string | undefined;
  readonly documents: readonly [MapNode, ...MapNode[]];
  readonly digests: readonly string[];
  readonly issues: readonly PolicyIssue[];
}

const maxParents = 16;

export function loadText(text: string, file = '<yaml>'): PolicyClosure {
  const place = fileStart(file);
  if (typeof text !== 'string') throw loadFault(place, { message: `got a value of type ${typeof text}`, expected: 'YAML text' });
  const size = Buffer.byteLength(text);
  if (size > maxPolicyBytes) throw tooLarge(place, size);
  const issues: PolicyIssue[] = [];
  return single(readYaml(text, file, issues), file, file === '<yaml>' ? undefined : file, issues);
}

export function loadObject(document: unknown): PolicyClosure {
  return single(readObject(document), objectName, undefined, []);
}

function single(node: PolicyNode, label: string, source: string | undefined, issues: PolicyIssue[]): PolicyClosure {
  const document = shapeDocument(node, issues);
  const parent = document.entries.get('extends');
  if (parent?.node.kind === 'scalar' && parent.node.value !== null) {
    const message = 'only a policy loaded from a file can extend another';
    issues.push(issueAt(parent.keyPlace, { message, expected: 'the rules written out, or a file' }));
  }
  return { label, source, documents: [withoutExtends(document)], digests: [], issues };
}

export function loadFile(path: string, options: { readonly root?: string } = {}): PolicyClosure {
  if (typeof path !== 'string' || path === '') {
    throw loadFault(fileStart('<file>'), { message: 'no path was given', expected: 'the path of a policy file' });
  }
  const start = fileStart(path);
  const real = realFile(path, start);
  const root = options.root === undefined ? dirname(real) : realDirectory(options.root);
  if (!isInside(root, real)) throw outside(start, path, root);
  return new ClosureWalk(root).load(path, real);
}

/** Follows `extends` from file to file, inside the root folder only. */
class ClosureWalk {
  readonly #root: string;
  readonly #issues: PolicyIssue[] = [];
  readonly #digests: string[] = [];
  readonly #seen: { readonly shown: string; readonly real: string }[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  load(shown: string, real: string): PolicyClosure {
    const child = this.#read(shown, real, fileStart(shown));
    const documents: [MapNode, ...MapNode[]] = [withoutExtends(child)];
    try {
      this.#parents(child, documents);
    } catch (error) {
      // Faults found so far would be lost behind this one: list them together.
      if (!(error instanceof LocatedLoadError) || this.#issues.length === 0) throw error;
      this.#issues.push(error.issue);
    }
    return { label: shown, source: resolve(shown), documents, digests: this.#digests, issues: this.#issues };
  }

  #parents(child: MapNode, documents: MapNode[]): void {
    let document = child;
    for (let parent = extendsOf(document); parent !== undefined; parent = extendsOf(document)) {
      const { shown, real } = this.#resolve(parent.path, parent.place);
      document = this.#read(shown, real, parent.place);
      documents.push(withoutExtends(document));
    }
  }

  #read(shown: string, real: string, place: Place): MapNode {
    this.#seen.push({ shown, real });
    const bytes = readPolicyBytes(real, place);
    if (bytes.length > maxPolicyBytes) throw tooLarge(place, bytes.length);
    this.#digests.push(sha256(bytes));
    return shapeDocument(readYaml(decode(bytes, fileStart(shown)), shown, this.#issues), this.#issues);
  }

  #resolve(path: string, place: Place): { readonly shown: string; readonly real: string } {
    const from = this.#seen[this.#seen.length - 1] ?? { shown: '', real: this.#root };
    if (isAbsolute(path) || win32.isAbsolute(path)) {
      throw loadFault(place, { message: `the absolute path ${quote(path)} is not allowed`, expected: 'a path relative to this file' });
    }
    // Checked as written before the disk is asked, and again after symbolic links are followed.
    const target = resolve(dirname(from.real), path);
    if (!isInside(this.#root, target)) throw outside(place, path, this.#root);
    const real = realFile(target, place);
    if (!isInside(this.#root, real)) throw outside(place, path, this.#root);
    const shown = join(dirname(from.shown), path);
    const first = this.#seen.findIndex((file) => file.real === real);
    if (first >= 0) {
      const chain = [...this.#seen.slice(first).map((file) => file.shown), shown].join(' -> ');
      throw loadFault(place, { message: `the policies extend each other in a circle: ${chain}`, expected: 'a chain that ends' });
    }
    if (this.#seen.length > maxParents) {
      throw loadFault(place, { message: 'the chain of parents is too long', expected: `at most ${String(maxParents)} parents` });
    }
    return { shown, real };
  }
}

function extendsOf(document: MapNode): { readonly path: string; readonly place: Place } | undefined {
  const node = document.entries.get('extends')?.node;
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  const path = typeof node.value === 'string' ? node.value.trim() : '';
  if (path !== '' && !path.includes('\0')) return { path, place: node.place };
  throw loadFault(node.place, { message: 'this is no path', expected: 'the path of a policy file, such as base.yaml' });
}

function withoutExtends(document: MapNode): MapNode {
  const entries = new Map(document.entries);
  entries.delete('extends');
  return { ...document, entries };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function decode(bytes: Uint8Array, place: Place): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw loadFault(place, { message: 'the file is not valid UTF-8', expected: 'text saved as UTF-8' }, cause);
  }
}

function outside(place: Place, path: string, root: string): EnforceCoreError {
  const message = `${quote(path)} leads out of the policy folder "${root}"`;
  return loadFault(place, { message, expected: 'a file inside it, or a wider root option' });
}

function tooLarge(place: Place, size: number): EnforceCoreError {
  return loadFault(place, { message: `the policy has ${String(size)} bytes`, expected: `at most ${String(maxPolicyBytes)}` });
}
