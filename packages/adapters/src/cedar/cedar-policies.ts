import { canonicalToolName } from '@enforcecore/core';
import { createHash } from 'node:crypto';
import { invalidCedar, positionAt, refusedCedar, type CedarSource, type Position } from './cedar-issues.js';
import type { CedarModule } from './cedar-module.js';
import { toolType } from './cedar-request.js';

/** A policy set that Cedar holds, parsed and checked. */
export interface CedarPolicies {
  /** What Cedar keeps the set and its schema under. */
  readonly policySetId: string;
  readonly schemaName: string | undefined;
  /** The `@id` of a policy, else the `policyN` that Cedar gives to the Nth, from 0. */
  labelOf(policyId: string): string;
  positionOf(byteOffset: number): Position;
}

/**
 * Parses policies and schema once and has Cedar keep them.
 *
 * @throws PolicyValidationError for what Cedar refuses, for templates, and for tools in a spelling that no call has.
 */
export function preparePolicies(cedar: CedarModule, source: CedarSource, schema: CedarSource | undefined, checkTools: boolean): CedarPolicies {
  const policies = { staticPolicies: source.text };
  const parsed = cedar.policySetTextToParts(source.text);
  if (parsed.type === 'failure') throw invalidCedar(source, parsed.errors);
  if (parsed.policy_templates.length > 0) {
    throw refusedCedar(source, 'policy templates (?principal, ?resource) are not linked here; expected policies without slots');
  }
  const policySetId = nameOf(source.text);
  const kept = cedar.preparsePolicySet(policySetId, policies);
  if (kept.type === 'failure') throw invalidCedar(source, kept.errors);
  const schemaName = schema && prepareSchema(cedar, schema);
  if (schema !== undefined) validate(cedar, source, schema);
  const labels = readPolicies(cedar, source, parsed.policies, checkTools);
  return {
    policySetId,
    schemaName,
    labelOf: (policyId) => labels.get(policyId) ?? policyId,
    positionOf: (byteOffset) => positionAt(source.text, byteOffset),
  };
}

/** By content: what two engines share is the same, and no engine changes what another one decides by. */
function nameOf(text: string): string {
  return `enforcecore:${createHash('sha256').update(text).digest('hex')}`;
}

function prepareSchema(cedar: CedarModule, schema: CedarSource): string {
  const name = nameOf(schema.text);
  const kept = cedar.preparseSchema(name, schema.text);
  if (kept.type === 'failure') throw invalidCedar(schema, kept.errors);
  return name;
}

function validate(cedar: CedarModule, source: CedarSource, schema: CedarSource): void {
  const checked = cedar.validate({ schema: schema.text, policies: { staticPolicies: source.text } });
  if (checked.type === 'failure') throw invalidCedar(source, checked.errors);
  if (checked.validationErrors.length > 0) throw invalidCedar(source, checked.validationErrors.map(({ error }) => error));
}

function readPolicies(cedar: CedarModule, source: CedarSource, texts: readonly string[], checkTools: boolean): ReadonlyMap<string, string> {
  // Cedar names the policies of a text policy0, policy1 … and lists them sorted by that name, policy10 before policy2.
  const ids = texts.map((_, i) => `policy${String(i)}`).sort();
  const labels = new Map<string, string>();
  texts.forEach((text, i) => {
    const read = cedar.policyToJson(text);
    if (read.type === 'failure') throw invalidCedar(source, read.errors);
    const label = read.json.annotations?.['id'];
    const id = ids[i] ?? '';
    // An annotation may stand without a value.
    if (label !== undefined && label !== null && label !== '') labels.set(id, label);
    if (checkTools) requireCanonicalTools(read.json, source, labels.get(id) ?? id);
  });
  return labels;
}

/** A call's tool is in canonical spelling, so a `forbid` on `Tool::"Send_Mail"` would never apply: better to stop. */
export function requireCanonicalTools(value: unknown, source: CedarSource, label: string): void {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value && value.type === toolType && 'id' in value && typeof value.id === 'string') {
    const canonical = canonicalOf(value.id);
    if (canonical !== value.id) {
      const advice = canonical === undefined ? 'which is no name of a tool' : `expected the canonical spelling Tool::"${canonical}"`;
      throw refusedCedar(source, `"${label}" names Tool::"${value.id}", ${advice}`);
    }
  }
  for (const member of Object.values(value)) requireCanonicalTools(member, source, label);
}

function canonicalOf(name: string): string | undefined {
  try {
    return canonicalToolName(name);
  } catch {
    // Told to the author of the policy by who asks.
    return undefined;
  }
}
