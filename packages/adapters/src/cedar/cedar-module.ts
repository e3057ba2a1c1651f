import { PolicyLoadError } from '@enforcecore/core';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { CedarFault } from './cedar-issues.js';
import type { CedarEntity, CedarEntityUid } from './cedar-request.js';
import type { CedarRecord } from './cedar-value.js';
import type { CedarResponse } from './cedar-verdict.js';

type Answer<T = unknown> = ({ readonly type: 'success' } & T) | { readonly type: 'failure'; readonly errors: readonly CedarFault[] };

interface PolicyText {
  readonly staticPolicies: string;
}

interface AuthorizationRequest {
  readonly principal: CedarEntityUid;
  readonly action: CedarEntityUid;
  readonly resource: CedarEntityUid;
  readonly context: CedarRecord;
  readonly entities: readonly CedarEntity[];
  readonly preparsedPolicySetId: string;
  readonly preparsedSchemaName?: string;
  readonly validateRequest?: boolean;
}

/** What is used of `@cedar-policy/cedar-wasm`; written down here, so that the types do not need the optional peer either. */
export interface CedarModule {
  policySetTextToParts(text: string): Answer<{ readonly policies: readonly string[]; readonly policy_templates: readonly string[] }>;
  policyToJson(policy: string): Answer<{ readonly json: { readonly annotations?: Readonly<Record<string, string | null>> } }>;
  preparsePolicySet(id: string, policies: PolicyText): Answer;
  preparseSchema(name: string, schema: string): Answer;
  validate(call: { readonly schema: string; readonly policies: PolicyText }): Answer<{ readonly validationErrors: readonly { readonly error: CedarFault }[] }>;
  checkParseEntities(call: { readonly entities: readonly CedarEntity[]; readonly schema?: string }): Answer;
  statefulIsAuthorized(request: AuthorizationRequest): Answer<{ readonly response: CedarResponse }>;
}

/**
 * Cedar, compiled to WebAssembly. Loaded when an engine is made and not when this package is imported: the peer is optional,
 * and compiling it takes a while.
 *
 * @throws PolicyLoadError when it is not installed, or does not load.
 */
export function loadCedar(load: (id: string) => unknown = createRequire(import.meta.url)): CedarModule {
  keepCallsToCedarOutOfLine();
  let loaded: unknown;
  try {
    loaded = load('@cedar-policy/cedar-wasm/nodejs');
  } catch (cause) {
    const missing = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'MODULE_NOT_FOUND';
    const why = missing ? 'it is not installed' : 'it was found and did not load';
    throw new PolicyLoadError(`cedarEngine() needs @cedar-policy/cedar-wasm, and ${why}: npm install @cedar-policy/cedar-wasm`, { cause });
  }
  if (!isCedar(loaded)) {
    throw new PolicyLoadError(
      'cedarEngine() needs preparsed policy sets, which this @cedar-policy/cedar-wasm does not have: npm install @cedar-policy/cedar-wasm@^4.13.0',
    );
  }
  return loaded;
}

/**
 * Until V8 13 (Node 20 and 22), a caller of WebAssembly that is deoptimised while the call runs aborts the process ("Fatal
 * error, unreachable code") when the result is a JavaScript value, as all of Cedar's are. That needs the call to be inlined
 * into optimised code, so the inlining is switched off: for the process, as V8 has no narrower switch, and for later calls of
 * any WebAssembly a little slower. Nothing else changes.
 */
function keepCallsToCedarOutOfLine(): void {
  if (Number.parseInt(process.versions.v8, 10) < 13) setFlagsFromString('--no-turbo-inline-js-wasm-calls');
}

function isCedar(loaded: unknown): loaded is CedarModule {
  const needed = ['preparsePolicySet', 'preparseSchema', 'statefulIsAuthorized', 'validate', 'checkParseEntities', 'policySetTextToParts', 'policyToJson'];
  // Any object can be asked for a member by name.
  return typeof loaded === 'object' && loaded !== null && needed.every((name) => typeof (loaded as Record<string, unknown>)[name] === 'function');
}
