import { Buffer } from 'node:buffer';
import { dirname, resolve } from 'node:path';
import type { PolicyIssue } from '../errors.js';
import { objectName, readObject } from './object-document.js';
import { ClosureWalk } from './closure-walk.js';
import type { PolicyClosure } from './policy-closure.js';
import { fileStart, issueAt, loadFault } from './policy-fault.js';
import { isInside, outside, realDirectory, realFile, tooLarge } from './policy-files.js';
import type { PolicyNode } from './policy-node.js';
import { shapeDocument } from './policy-shape-walk.js';
import { maxPolicyBytes, readYaml } from './yaml-document.js';

export { mergeClosure, type PolicyClosure } from './policy-closure.js';

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
  const parents = document.entries.get('extends');
  if (parents?.node.kind === 'list' && parents.node.items.length > 0) {
    const message = 'only a policy loaded from a file can extend another';
    issues.push(issueAt(parents.keyPlace, { message, expected: 'the rules written out, or a file' }));
  }
  return { label, source, root: { document, parents: [] }, names: [label], files: [], ways: [], digests: [], issues };
}

export function loadFile(path: string, options: { readonly root?: string } = {}): PolicyClosure {
  if (typeof path !== 'string' || path === '') {
    throw loadFault(fileStart('<file>'), { message: 'no path was given', expected: 'the path of a policy file' });
  }
  const start = fileStart(path);
  const real = realFile(path, start);
  const root = options.root === undefined ? dirname(real) : realDirectory(options.root);
  if (!isInside(root, real)) throw outside(start, path, root);
  return { label: path, source: resolve(path), ...new ClosureWalk(root).load(path, real) };
}
