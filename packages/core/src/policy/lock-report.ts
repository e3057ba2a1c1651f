import type { PolicyIssue } from '../errors.js';
import type { LockTree } from './lock-paths.js';
import { issueAt } from './policy-fault.js';
import type { MapNode, Place, PolicyNode } from './policy-node.js';

/** Nobody reads more, and a hostile document could have a hundred thousand. */
const maxIssues = 1000;

/** What a child makes looser than its parent locked. */
export class LockReport {
  readonly issues: PolicyIssue[] = [];
  readonly #start: Place;

  constructor(child: MapNode) {
    this.#start = child.place;
  }

  /** `at` is the looser value; where there is none, the issue stands at the start of the child document. */
  loose(path: string, at: PolicyNode | undefined, locked: PolicyNode | undefined, lock: LockTree, expected: string): void {
    if (this.issues.length >= maxIssues) return;
    const { file, line, column } = (locked ?? lock).place;
    const where = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
    this.issues.push(issueAt(at?.place ?? { ...this.#start, path }, { message: `looser than ${where} locks`, expected }));
  }
}

export function member(node: PolicyNode | undefined, name: string): PolicyNode | undefined {
  return node?.kind === 'map' ? node.entries.get(name)?.node : undefined;
}
