import type { Explanation } from '../commands/explain-verdict.js';
import type { PolicyLines } from './explain-lines.js';

/** Why a call is allowed or blocked, for a program. Holds no value of an argument. */
export function explanationJson(explanation: Explanation, lines: PolicyLines): object {
  const { policy, tool, verdict, refused, decision, basisAt, limits, redaction } = explanation;
  const { basis, violations = [], redactions = [] } = verdict ?? {};
  return {
    tool: tool ?? null,
    policy: { name: policy.name, version: policy.version, digest: policy.digest, source: policy.source ?? null, mode: policy.mode },
    decision,
    wouldBeBlocked: decision === 'allowed' && verdict?.decision === 'blocked',
    violations: violations.map((violation) => ({ ...violation, action: violation.action ?? 'block', line: lines.at(violation.at)?.text ?? null })),
    basis: basis === undefined ? null : { ...basis, at: basisAt ?? null, line: lines.at(basisAt)?.text ?? null },
    refused: refused ?? null,
    redactions: redactions.map(({ keys, placeholder, spans }) => ({ path: redactionPath(keys), keys, placeholder, spans: spans ?? null })),
    limits: limits ?? null,
    redaction: redaction ?? null,
    warnings: policy.warnings,
  };
}

/** The path of a hidden value: as rules name it where a single map holds the arguments, `[1].name` for positional ones. */
export function redactionPath(keys: readonly (string | number)[]): string {
  const [first, ...rest] = keys;
  const named = first === 0 && typeof rest[0] === 'string' ? rest : keys;
  return named.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${String(key)}]`;
    if (!/^[\p{L}\p{N}_$-]{1,64}$/u.test(key)) return `${path}[a name of ${String(key.length)} characters]`;
    return path === '' ? key : `${path}.${key}`;
  }, '');
}
