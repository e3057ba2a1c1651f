import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { PolicyIssue } from '../errors.js';
import { fileStart, issueAt, loadFault, type Fault } from './policy-fault.js';
import { nodeAt, toPlain, type MapEntry, type MapNode, type PlainValue, type PolicyNode } from './policy-node.js';
import { TableEntry, checkName, type CheckContext } from './schema/key.js';
import { PolicySchema } from './schema/policy.schema.js';

/**
 * Checks the values of a merged document; each issue points to the file that said it. What comes back holds no value that
 * was refused, so that the rest can still be compiled and its faults be told as well.
 */
export function validateDocument(document: MapNode, issues: PolicyIssue[]): PolicySchema {
  const { instance, errors } = runSchema(document);
  if (errors.length === 0) return instance;
  const refused = new Set<PolicyNode>();
  for (const error of errors) collect(error, [], document, issues, refused);
  return runSchema(without(document, refused)).instance;
}

function runSchema(document: MapNode): { readonly instance: PolicySchema; readonly errors: readonly ValidationError[] } {
  try {
    const instance = plainToInstance(PolicySchema, schemaInput(document));
    const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };
    return { instance, errors: validateSync(instance, options) };
  } catch (cause) {
    // Clean input cannot get here; a polluted Object.prototype in the process can.
    throw loadFault(fileStart(document.place.file), { message: 'the schema check failed', expected: 'an unmodified Object.prototype' }, cause);
  }
}

/** The document as the schema classes take it: tables as lists, so that no tool's name ever becomes a property. */
function schemaInput(node: PolicyNode): PlainValue {
  if (node.kind === 'list') return node.items.map(schemaInput);
  if (node.kind !== 'map') return toPlain(node);
  const members = [...node.entries].map(([key, entry]) => [key, schemaInput(entry.node)] as const);
  if (node.isTable !== true) return Object.fromEntries(members);
  return members.map(([$key, value]) => (isRecord(value) ? { ...value, $key } : { $key, $value: value }));
}

function isRecord(value: PlainValue): value is Readonly<Record<string, PlainValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function without(node: MapNode, refused: ReadonlySet<PolicyNode>): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    if (!refused.has(entry.node)) entries.set(key, { ...entry, node: cleaned(entry.node, refused) });
  }
  return { ...node, entries };
}

function cleaned(node: PolicyNode, refused: ReadonlySet<PolicyNode>): PolicyNode {
  if (node.kind === 'map') return without(node, refused);
  if (node.kind !== 'list') return node;
  return { ...node, items: node.items.filter((item) => !refused.has(item)).map((item) => cleaned(item, refused)) };
}

function collect(error: ValidationError, above: readonly string[], document: MapNode, issues: PolicyIssue[], refused: Set<PolicyNode>): void {
  const value: unknown = error.value;
  const path = [...above, value instanceof TableEntry ? (value.$key ?? error.property) : error.property];
  for (const child of error.children ?? []) collect(child, path, document, issues, refused);
  const names = Object.keys(error.constraints ?? {});
  if (names.length === 0) return;
  const context: unknown = error.contexts?.[checkName];
  if (isCheckContext(context)) report(context, value, path, document, issues, refused);
  // Keys and kinds were checked before; if the two ever disagree, the stricter one holds.
  else issues.push(issueAt(nodeAt(document, path).place, { message: `refused by the schema: ${names.join(', ')}` }));
}

function report(
  { check, each, table = false }: CheckContext,
  value: unknown,
  path: readonly string[],
  document: MapNode,
  issues: PolicyIssue[],
  refused: Set<PolicyNode>,
): void {
  const tell = (item: unknown, at: readonly string[]): void => {
    add(check(item), at, document, issues, refused);
  };
  const tellAll = (items: unknown, at: readonly string[]): void => {
    if (each && Array.isArray(items)) items.forEach((item: unknown, index) => { tell(item, [...at, String(index)]); });
    else tell(items, at);
  };
  if (!table || !Array.isArray(value)) {
    tellAll(value, path);
    return;
  }
  for (const entry of value as readonly { readonly $key?: string; readonly $value?: unknown }[]) tellAll(entry.$value, [...path, entry.$key ?? '']); // as schemaInput made it
}

function add(fault: Fault | undefined, path: readonly string[], document: MapNode, issues: PolicyIssue[], refused: Set<PolicyNode>): void {
  if (fault === undefined) return;
  const node = nodeAt(document, path);
  const missing = node === document;
  const place = missing ? { ...node.place, path: path.join('.') } : node.place;
  refused.add(node);
  // A key whose value was refused before is not missing.
  if (missing && issues.some((issue) => issue.path === place.path)) return;
  issues.push(issueAt(place, fault));
}

function isCheckContext(context: unknown): context is CheckContext {
  return typeof context === 'object' && context !== null && 'check' in context && typeof context.check === 'function';
}
