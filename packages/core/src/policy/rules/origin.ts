import { dirname, resolve } from 'node:path';
import type { PolicyIssue } from '../../errors.js';
import { issueAt, type Fault } from '../policy-fault.js';
import { itemPath, memberPath, nodeAt, type MapNode, type Place } from '../policy-node.js';
import type { Action } from '../verdict.js';
import type { RuleInfo } from './call-check.js';

export type Keys = readonly (string | number)[];

/** A merged document while it is compiled: where each rule was written, and what is wrong with it. */
export class Origin {
  readonly #document: MapNode;
  readonly #issues: PolicyIssue[];

  constructor(document: MapNode, issues: PolicyIssue[]) {
    this.#document = document;
    this.#issues = issues;
  }

  /** A rule's identity at run time: its path in the document, and where it stands. */
  rule(keys: Keys, action: Action, id: string = pathText(keys)): RuleInfo {
    return Object.freeze({ id, at: positionOf(this.#place(keys)), action });
  }

  /** `file:line:column` of a key, or nothing for documents without lines. */
  at(keys: Keys): string | undefined {
    return positionOf(this.#place(keys));
  }

  /** The folder of the file that said it; relative paths in it start there. */
  folder(keys: Keys): string {
    const { file } = this.#place(keys);
    return file.startsWith('<') ? process.cwd() : dirname(resolve(file));
  }

  /** Whether one file says both: only then is one of them a mistake, and not what a parent decided. */
  sameFile(one: Keys, other: Keys): boolean {
    return this.#place(one).file === this.#place(other).file;
  }

  fault(keys: Keys, fault: Fault): void {
    this.#issues.push(issueAt(this.#place(keys), fault));
  }

  /** What `make` makes, or nothing and an issue with its message. */
  try<T>(keys: Keys, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      this.fault(keys, { message: error instanceof Error ? error.message : 'it cannot be compiled' });
      return undefined;
    }
  }

  #place(keys: Keys): Place {
    return nodeAt(this.#document, keys.map(String)).place;
  }
}

function positionOf({ file, line, column }: Place): string | undefined {
  return line === 0 ? undefined : `${file}:${String(line)}:${String(column)}`;
}

export function pathText(keys: Keys): string {
  return keys.reduce<string>((path, key) => (typeof key === 'number' ? itemPath(path, key) : memberPath(path, key)), '');
}
