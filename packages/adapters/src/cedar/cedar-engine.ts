import { PolicyLoadError, YamlPolicyEngine, type Call, type PolicyEngine, type Verdict } from '@enforcecore/core';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { invalidCedar, type CedarSource } from './cedar-issues.js';
import { loadCedar, type CedarModule } from './cedar-module.js';
import { preparePolicies, requireCanonicalTools, type CedarPolicies } from './cedar-policies.js';
import { defaultMapping, type CedarEntity, type CedarEntityUid, type CedarMapping } from './cedar-request.js';
import { defaultCedarLimits, toCedarRecord, UnaskableError, type CedarLimits, type CedarRecord } from './cedar-value.js';
import { allowed, bothOf, unaskable, verdictOf } from './cedar-verdict.js';

/** What an engine decides by. Exactly one of `policies` and `policyFile` is given. */
export interface CedarEngineOptions extends CedarMapping, Partial<CedarLimits> {
  /** Policies in Cedar's own syntax. Templates are refused. */
  readonly policies?: string;
  /** A file that holds them, read once. */
  readonly policyFile?: string | URL;
  /** A schema in Cedar's own syntax: policies are validated when the engine is made, requests when they are decided. */
  readonly schema?: string;
  /** Entities with attributes and groups. Default: none. */
  readonly entities?: readonly CedarEntity[];
  /**
   * Whether the rules of the EnforceCore policy document decide as well; a call then has to pass both, and a deny of either
   * is final. Default: true. What the document says of limits, rates and `pii_redaction` holds in either case.
   */
  readonly alsoPolicyDocument?: boolean;
}

/**
 * A PolicyEngine that asks Cedar: what no policy permits is blocked, what one forbids is blocked, and so is every call in
 * which a policy fails to evaluate.
 *
 * @throws PolicyValidationError for policies, a schema or entities that cannot be used, with line and column.
 * @throws PolicyLoadError when the file cannot be read or `@cedar-policy/cedar-wasm` is not installed.
 */
export function cedarEngine(options: CedarEngineOptions): PolicyEngine {
  return new CedarPolicyEngine(options, loadCedar());
}

type Asked = Parameters<PolicyEngine['decide']>;

/** An engine that may want to look a second time, right before the tool runs. */
interface DocumentEngine extends PolicyEngine {
  decideAgain?(...asked: Asked): Verdict;
}

class CedarPolicyEngine implements PolicyEngine {
  readonly #cedar: CedarModule;
  readonly #policies: CedarPolicies;
  readonly #entities: readonly CedarEntity[];
  readonly #mapping: Required<CedarMapping>;
  readonly #limits: CedarLimits;
  readonly #document: DocumentEngine | undefined;

  constructor(options: CedarEngineOptions, cedar: CedarModule) {
    const { principal, action, resource, context, maxValues, maxTextLength } = options;
    const schema = options.schema === undefined ? undefined : { name: '(Cedar schema)', text: options.schema };
    this.#cedar = cedar;
    this.#policies = preparePolicies(cedar, sourceOf(options), schema, resource === undefined);
    this.#entities = readEntities(cedar, options, resource === undefined);
    this.#mapping = {
      principal: principal ?? defaultMapping.principal,
      action: action ?? defaultMapping.action,
      resource: resource ?? defaultMapping.resource,
      context: context ?? defaultMapping.context,
    };
    this.#limits = { maxValues: maxValues ?? defaultCedarLimits.maxValues, maxTextLength: maxTextLength ?? defaultCedarLimits.maxTextLength };
    this.#document = options.alsoPolicyDocument === false ? undefined : new YamlPolicyEngine();
  }

  /** Everything that the pipeline hands over goes on to the document's engine as well. */
  decide(...asked: Asked): Verdict {
    const cedar = this.#ask(asked[0]);
    return this.#document === undefined ? cedar : bothOf(this.#document.decide(...asked), cedar);
  }

  /** The document's second look. Cedar needs none: nothing outside the call has a part in its decision. */
  decideAgain(...asked: Asked): Verdict {
    if (this.#document?.decideAgain === undefined) return allowed;
    return this.#document.decideAgain(...asked);
  }

  #ask(call: Call): Verdict {
    const principal = uidOf(this.#mapping.principal(call), 'principal');
    const action = uidOf(this.#mapping.action(call), 'action');
    const resource = uidOf(this.#mapping.resource(call), 'resource');
    const given = this.#mapping.context(call);
    try {
      return this.#authorize({ principal, action, resource }, toCedarRecord(given, this.#limits));
    } catch (error) {
      if (error instanceof UnaskableError) return unaskable(error.message);
      throw error;
    }
  }

  #authorize(who: Readonly<Record<'principal' | 'action' | 'resource', CedarEntityUid>>, context: CedarRecord): Verdict {
    const { policySetId, schemaName } = this.#policies;
    try {
      const answer = this.#cedar.statefulIsAuthorized({
        ...who,
        context,
        entities: this.#entities,
        preparsedPolicySetId: policySetId,
        ...(schemaName === undefined ? {} : { preparsedSchemaName: schemaName, validateRequest: true }),
      });
      if (answer.type === 'success') return verdictOf(answer.response, this.#policies);
    } catch {
      // Cedar's messages can quote arguments, so the reason is all that is kept; the call is blocked.
    }
    return unaskable(
      schemaName === undefined ? 'Cedar could not read the request' : 'Cedar could not read the request, or it does not fit the schema',
    );
  }
}

function sourceOf({ policies, policyFile }: CedarEngineOptions): CedarSource {
  if ((policies === undefined) === (policyFile === undefined)) {
    throw new PolicyLoadError('cedarEngine() takes either policies or policyFile, and got ' + (policies === undefined ? 'neither' : 'both'));
  }
  if (policyFile === undefined) return { name: '(Cedar policies)', text: policies ?? '' };
  const name = policyFile instanceof URL ? fileURLToPath(policyFile) : policyFile;
  try {
    return { name, text: readFileSync(policyFile, 'utf8') };
  } catch (cause) {
    throw new PolicyLoadError(`cannot read the Cedar policies in ${name}`, { cause });
  }
}

/** A copy of its own: what the caller does with the list later changes no decision. */
function readEntities(cedar: CedarModule, { entities = [], schema }: CedarEngineOptions, checkTools: boolean): readonly CedarEntity[] {
  const source = { name: '(Cedar entities)', text: '' };
  const copy = structuredClone(entities);
  const checked = cedar.checkParseEntities({ entities: copy, ...(schema === undefined ? {} : { schema }) });
  if (checked.type === 'failure') throw invalidCedar(source, checked.errors);
  if (checkTools) requireCanonicalTools(copy, source, 'entities');
  return copy;
}

/** What a mapping of the application gave, before Cedar reads it. */
function uidOf(uid: CedarEntityUid, part: string): CedarEntityUid {
  // A mapping is code like any other: what it returns is looked at before it is believed.
  const { type, id } = uid as Partial<Record<'type' | 'id', unknown>>;
  if (typeof type === 'string' && typeof id === 'string') return { type, id };
  throw new TypeError(`the ${part} of a Cedar request must be { type, id }, both text`);
}
