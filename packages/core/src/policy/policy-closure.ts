import type { PolicyIssue } from '../errors.js';
import { readLocks } from './lock-paths.js';
import { issueAt } from './policy-fault.js';
import { ComparisonBudget, loosenings } from './policy-locks.js';
import { mergeDocuments, ruleName } from './policy-merge.js';
import type { MapNode, PolicyNode } from './policy-node.js';
import { keysOf, type SchemaClass } from './schema/key.js';
import { PolicySchema } from './schema/policy.schema.js';

/** A document as it was shaped, and the documents that it extends, in their order. One file is one object. */
export interface PolicyDocument {
  readonly document: MapNode;
  readonly parents: readonly PolicyDocument[];
}

/** A policy and everything that it extends, with what is wrong with each document on its own. */
export interface PolicyClosure {
  readonly label: string;
  readonly source: string | undefined;
  readonly root: PolicyDocument;
  /** All documents as messages name them, in the order of first reading. */
  readonly names: readonly string[];
  /** The real paths of all files, in the order of first reading. */
  readonly files: readonly string[];
  /** The absolute paths that led to them, before links were followed. */
  readonly ways: readonly string[];
  /** SHA-256 over the bytes of each of `files`. */
  readonly digests: readonly string[];
  readonly issues: readonly PolicyIssue[];
}

/**
 * The one document that a closure says together: parents from left to right, later over earlier, and each document over
 * its parents. `locked` is what all of them lock. What is looser than a lock allows, locks of unknown keys and rules of
 * one name in one list go to `issues`.
 */
export function mergeClosure(closure: PolicyClosure, issues: PolicyIssue[]): MapNode {
  const merged = new Map<PolicyDocument, MapNode>();
  const whole = mergeOf(closure.root, merged);
  const budget = new ComparisonBudget();
  const loose = new Map<string, PolicyIssue>();
  for (const [document, ancestor] of merged) {
    refuseTwins(document.document, PolicySchema, issues);
    const locks = readLocks(document.document, ancestor, issues);
    if (locks === undefined || ancestor === whole) continue;
    for (const issue of loosenings(ancestor, whole, locks, budget)) {
      // What two ancestors lock is told once.
      const key = JSON.stringify([issue.file, issue.line, issue.column, issue.path]);
      if (!loose.has(key)) loose.set(key, issue);
    }
  }
  for (const issue of loose.values()) issues.push(issue);
  return whole;
}

/** Each document is merged once, however many ways lead to it. */
function mergeOf(of: PolicyDocument, done: Map<PolicyDocument, MapNode>): MapNode {
  const known = done.get(of);
  if (known !== undefined) return known;
  const entries = new Map(of.document.entries);
  entries.delete('extends');
  const own: MapNode = { ...of.document, entries };
  const [first, ...others] = of.parents.map((parent) => mergeOf(parent, done));
  const merged = first === undefined ? own : [...others, own].reduce((below, above) => mergeDocuments(below, above), first);
  done.set(of, merged);
  return merged;
}

/** D-12: of two rules with one name, one would silently be lost. */
function refuseTwins(block: MapNode, schema: SchemaClass, issues: PolicyIssue[]): void {
  for (const [name, { node }] of block.entries) {
    const key = keysOf(schema).get(name);
    if (key === undefined) continue;
    if ('block' in key && node.kind === 'map') refuseTwins(node, key.block(), issues);
    if ('blocks' in key && node.kind === 'list') twinsIn(node.items, issues);
    if (!('table' in key) || node.kind !== 'map') continue;
    for (const { node: entry } of node.entries.values()) if (entry.kind === 'map') refuseTwins(entry, key.table(), issues);
  }
}

function twinsIn(rules: readonly PolicyNode[], issues: PolicyIssue[]): void {
  const first = new Map<string, PolicyNode>();
  for (const rule of rules) {
    const name = ruleName(rule);
    if (name === undefined) continue;
    const twin = first.get(name);
    if (twin === undefined) {
      first.set(name, rule);
      continue;
    }
    const where = twin.place.line === 0 ? '' : ` on line ${String(twin.place.line)}`;
    issues.push(issueAt(rule.place, { message: `says again what "${twin.place.path}"${where} says`, expected: 'another name' }));
  }
}
