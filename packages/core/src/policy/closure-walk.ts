import { dirname, isAbsolute, join, resolve, win32 } from 'node:path';
import { PolicyValidationError, type PolicyIssue } from '../errors.js';
import type { PolicyClosure, PolicyDocument } from './policy-closure.js';
import { sha256 } from './policy-digest.js';
import { LocatedLoadError, fileStart, loadFault } from './policy-fault.js';
import { isInside, outside, readPolicyBytes, realFile, tooLarge } from './policy-files.js';
import { quote, type MapNode, type Place, type PolicyNode } from './policy-node.js';
import { shapeDocument } from './policy-shape-walk.js';
import { maxPolicyBytes, readYaml } from './yaml-document.js';

const maxParents = 16;
const maxFiles = 64;
/** Each mention of a parent costs one merge, also where the file was read before. */
const maxMentions = 128;
const maxClosureBytes = 4 * 1024 * 1024;
const maxClosureValues = 200_000;

/** A document of the closure, with the number of files on its longest way up. */
interface ReadDocument extends PolicyDocument {
  readonly height: number;
}

interface OpenFile {
  readonly shown: string;
  readonly real: string;
}

/** Follows `extends` from file to file, inside the root folder only; every file is read once, by its real path. */
export class ClosureWalk {
  readonly #root: string;
  readonly #issues: PolicyIssue[] = [];
  readonly #faults: LocatedLoadError[] = [];
  readonly #digests: string[] = [];
  readonly #names: string[] = [];
  readonly #files: string[] = [];
  readonly #ways: string[] = [];
  readonly #read = new Map<string, ReadDocument>();
  readonly #open: OpenFile[] = [];
  #bytes = 0;
  #values = 0;
  #mentions = 0;
  #full = false;

  constructor(root: string) {
    this.#root = root;
  }

  load(shown: string, real: string): Pick<PolicyClosure, 'root' | 'names' | 'files' | 'ways' | 'digests' | 'issues'> {
    this.#ways.push(resolve(shown));
    const root = this.#document({ shown, real }, fileStart(shown));
    const [first, ...more] = this.#faults;
    // One fault alone is a load error; beside others it would hide them, so they are listed together.
    if (first !== undefined && more.length === 0 && this.#issues.length === 0) throw first;
    this.#issues.push(...this.#faults.map(({ issue }) => issue));
    return { root, names: this.#names, files: this.#files, ways: [...new Set(this.#ways)], digests: this.#digests, issues: this.#issues };
  }

  #document(file: OpenFile, place: Place): ReadDocument {
    const document = this.#contents(file, place);
    this.#open.push(file);
    const parents = this.#parents(document);
    this.#open.pop();
    const read = { document, parents, height: 1 + Math.max(0, ...parents.map(({ height }) => height)) };
    this.#read.set(file.real, read);
    return read;
  }

  #contents({ shown, real }: OpenFile, place: Place): MapNode {
    if (this.#files.length === maxFiles) throw this.#tooMuch(place, 'the policy extends too many files', `at most ${String(maxFiles)}`);
    const bytes = readPolicyBytes(real, place);
    if (bytes.length > maxPolicyBytes) throw tooLarge(place, bytes.length);
    this.#names.push(shown);
    this.#files.push(real);
    this.#digests.push(sha256(bytes));
    this.#bytes += bytes.length;
    if (this.#bytes > maxClosureBytes) {
      throw this.#tooMuch(place, 'the files of the policy have too many bytes together', `at most ${String(maxClosureBytes)}`);
    }
    const node = readYaml(decode(bytes, fileStart(shown)), shown, this.#issues);
    this.#values += countValues(node);
    if (this.#values > maxClosureValues) {
      throw this.#tooMuch(place, 'the files of the policy have too many values together', `at most ${String(maxClosureValues)}`);
    }
    return shapeDocument(node, this.#issues);
  }

  #parents(document: MapNode): ReadDocument[] {
    const node = document.entries.get('extends')?.node;
    const parents = new Map<string, ReadDocument>();
    for (const item of node?.kind === 'list' ? node.items : []) {
      if (this.#full) break;
      try {
        const file = this.#resolve(item);
        if (parents.has(file.real)) throw loadFault(item.place, { message: 'this parent is listed twice', expected: 'each parent once' });
        parents.set(file.real, this.#parent(file, item.place));
      } catch (error) {
        // Safe to go on: a closure with a fault never becomes a policy, and the other parents may have faults as well.
        if (error instanceof LocatedLoadError) this.#faults.push(error);
        // A parent that is no map: what is wrong with it is among the issues already.
        else if (!(error instanceof PolicyValidationError)) throw error;
      }
    }
    return [...parents.values()];
  }

  #parent(file: OpenFile, place: Place): ReadDocument {
    if (++this.#mentions > maxMentions) throw this.#tooMuch(place, 'the files of the policy extend each other too often', `at most ${String(maxMentions)} times`);
    const first = this.#open.findIndex(({ real }) => real === file.real);
    if (first >= 0) {
      const chain = [...this.#open.slice(first), file].map(({ shown }) => shown).join(' -> ');
      throw loadFault(place, { message: `the policies extend each other in a circle: ${chain}`, expected: 'a chain that ends' });
    }
    const known = this.#read.get(file.real);
    if (this.#open.length + (known?.height ?? 1) > maxParents + 1) {
      throw loadFault(place, { message: 'the chain of parents is too long', expected: `at most ${String(maxParents)} parents` });
    }
    return known ?? this.#document(file, place);
  }

  #resolve({ place, ...node }: PolicyNode): OpenFile {
    const path = node.kind === 'scalar' && typeof node.value === 'string' ? node.value.trim() : '';
    if (path === '' || path.includes('\0')) throw loadFault(place, { message: 'this is no path', expected: 'the path of a policy file, such as base.yaml' });
    const from = this.#open[this.#open.length - 1] ?? { shown: '', real: this.#root };
    if (isAbsolute(path) || win32.isAbsolute(path)) {
      throw loadFault(place, { message: `the absolute path ${quote(path)} is not allowed`, expected: 'a path relative to this file' });
    }
    // Checked as written before the disk is asked, and again after symbolic links are followed.
    const target = resolve(dirname(from.real), path);
    if (!isInside(this.#root, target)) throw outside(place, path, this.#root);
    this.#ways.push(target);
    const real = realFile(target, place);
    if (!isInside(this.#root, real)) throw outside(place, path, this.#root);
    return { shown: join(dirname(from.shown), path), real };
  }

  /** A limit of the whole closure: nothing further is read. */
  #tooMuch(place: Place, message: string, expected: string): LocatedLoadError {
    this.#full = true;
    return loadFault(place, { message, expected });
  }
}

function countValues(node: PolicyNode): number {
  if (node.kind === 'list') return node.items.reduce((sum, item) => sum + countValues(item), 1);
  if (node.kind === 'map') return [...node.entries.values()].reduce((sum, { node: member }) => sum + countValues(member), 1);
  return 1;
}

function decode(bytes: Uint8Array, place: Place): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw loadFault(place, { message: 'the file is not valid UTF-8', expected: 'text saved as UTF-8' }, cause);
  }
}
