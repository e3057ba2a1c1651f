import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { PolicyIssue } from '../errors.js';
import { fileStart, issueAt, loadFault, type Fault } from './policy-fault.js';
import { nodeAt, toPlain, type MapNode, type PlainValue, type PolicyNode } from './policy-node.js';
import { PolicySchema, RateRuleSchema, checkName, type CheckContext } from './policy.schema.js';

/** Checks the values of a merged document; each issue points to the file that said it. */
export function validateDocument(document: MapNode, issues: PolicyIssue[]): PolicySchema {
  const { instance, errors } = runSchema(document);
  for (const error of errors) collect(error, [], document, issues);
  return instance;
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
  if (node.kind !== 'map') return toPlain(node);
  const members = [...node.entries].map(([key, entry]) => [key, schemaInput(entry.node)] as const);
  if (node.isTable !== true) return Object.fromEntries(members);
  return members.map(([tool, rule]) => (isRecord(rule) ? { ...rule, tool } : { tool }));
}

function isRecord(value: PlainValue): value is Readonly<Record<string, PlainValue>> {
  return typeof value === 'object' && value !== null;
}

function collect(error: ValidationError, above: readonly string[], document: MapNode, issues: PolicyIssue[]): void {
  const value: unknown = error.value;
  const path = [...above, value instanceof RateRuleSchema ? (value.tool ?? error.property) : error.property];
  for (const child of error.children ?? []) collect(child, path, document, issues);
  const names = Object.keys(error.constraints ?? {});
  if (names.length === 0) return;
  const context: unknown = error.contexts?.[checkName];
  if (isCheckContext(context)) report(context, value, path, document, issues);
  // Keys and kinds were checked before; if the two ever disagree, the stricter one holds.
  else issues.push(issueAt(nodeAt(document, path).place, { message: `refused by the schema: ${names.join(', ')}` }));
}

function report({ check, each }: CheckContext, value: unknown, path: readonly string[], document: MapNode, issues: PolicyIssue[]): void {
  if (each && Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      add(check(item), [...path, String(index)], document, issues);
    });
  } else {
    add(check(value), path, document, issues);
  }
}

function add(fault: Fault | undefined, path: readonly string[], document: MapNode, issues: PolicyIssue[]): void {
  if (fault === undefined) return;
  const node = nodeAt(document, path);
  const missing = node === document;
  const place = missing ? { ...node.place, path: path.join('.') } : node.place;
  // A key whose value was refused before is not missing.
  if (missing && issues.some((issue) => issue.path === place.path)) return;
  issues.push(issueAt(place, fault));
}

function isCheckContext(context: unknown): context is CheckContext {
  return typeof context === 'object' && context !== null && 'check' in context && typeof context.check === 'function';
}
