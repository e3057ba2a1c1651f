import { CORE_SCHEMA, YAMLException, constructFromEvents, parseEvents } from 'js-yaml';
import { EnforceCoreError, type PolicyIssue } from '../errors.js';
import { fileStart, loadFault, LocatedLoadError } from './policy-fault.js';
import { maxPolicyDepth, maxPolicyValues, printable, type PolicyNode } from './policy-node.js';
import { YamlLines } from './yaml-lines.js';
import { EventWalk, pairsTag } from './yaml-walk.js';

const schema = CORE_SCHEMA.withTags(pairsTag);
/** What aliases repeat counts again, so that a few lines cannot stand for millions of values. */
const maxAliases = 1000;
export const maxPolicyBytes = 1024 * 1024;

/** Reads one YAML document into nodes with places; faults that leave a document to read go to `issues`. */
export function readYaml(text: string, file: string, issues: PolicyIssue[]): PolicyNode {
  // The mark of byte order would shift every column of the first line.
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = new YamlLines(source);
  try {
    const events = parseEvents(source, { filename: file, maxDepth: maxPolicyDepth });
    if (events.length > 2 * maxPolicyValues) {
      throw loadFault(fileStart(file), { message: 'the document has too many values', expected: `at most ${String(maxPolicyValues)}` });
    }
    const values = constructFromEvents(events, { source, filename: file, schema, maxAliases });
    return new EventWalk(events, source, file, lines, issues).document(values);
  } catch (error) {
    throw yamlFault(error, file, lines);
  }
}

/** A YAML document with the place of every value. */
export interface ReadYaml {
  /** `undefined` when there is nothing to read; `issues` then says why. */
  readonly document: PolicyNode | undefined;
  readonly issues: readonly PolicyIssue[];
}

/**
 * Reads YAML as policies are read: one document, 32 levels, 100 000 values, nothing executed, `__proto__` a key like any
 * other. For files that stand beside policies.
 */
export function readYamlDocument(text: string, file = '<yaml>'): ReadYaml {
  const issues: PolicyIssue[] = [];
  try {
    return { document: readYaml(text, file, issues), issues };
  } catch (error) {
    if (!(error instanceof LocatedLoadError)) throw error;
    return { document: undefined, issues: [...issues, error.issue] };
  }
}

function yamlFault(error: unknown, file: string, lines: YamlLines): unknown {
  if (EnforceCoreError.is(error)) return error;
  if (!(error instanceof YAMLException)) {
    return loadFault(fileStart(file), { message: 'the YAML cannot be read', expected: 'a simpler document' }, error);
  }
  const place = error.mark === undefined ? fileStart(file) : { file, ...lines.at(error.mark.position), path: '' };
  if (error.reason.startsWith('aliases exceeded')) {
    return loadFault(place, { message: 'too many aliases (*name)', expected: `at most ${String(maxAliases)}` }, error);
  }
  if (error.reason.includes('maxDepth')) {
    return loadFault(place, { message: 'nested too deeply', expected: `at most ${String(maxPolicyDepth)} levels` }, error);
  }
  return loadFault(place, { message: `not valid YAML: ${printable(error.reason)}` }, error);
}
