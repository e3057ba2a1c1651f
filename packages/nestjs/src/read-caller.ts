import { EnforceCoreError, InvalidInputError, toolCallIdOf, type Caller } from '@enforcecore/core';

const words = ['tenant', 'agent', 'session'] as const;
const names: readonly string[] = [...words, 'toolCallId', 'signal', 'labels'];

/**
 * Reads what `caller` returned, property by property: an own one, or a getter of its class. What names nobody by mistake is
 * refused, since its calls would be made as nobody's.
 *
 * @throws EnforceCoreError `SETTINGS` for a fault of the resolver; InvalidInputError for an empty word, which came from outside
 */
export function readCaller(given: unknown): Caller {
  try {
    if (!isReadable(given)) throw notKnown(`returned ${kindOf(given)}; return {} for a request that may go without, or throw`);
    return callerFrom(given);
  } catch (error) {
    if (EnforceCoreError.is(error)) throw error;
    throw new EnforceCoreError('SETTINGS', 'the caller of the request is not known: what `caller` returned cannot be read', { cause: error });
  }
}

function callerFrom(given: Readonly<Record<string, unknown>>): Caller {
  const stray = Object.keys(given).find((key) => !names.includes(key));
  if (stray !== undefined) throw notKnown(`returned ${JSON.stringify(stray.slice(0, 64))} beside what a caller has: ${names.join(', ')}`);
  const [tenant, agent, session] = words.map((name) => wordOf(given[name], name));
  return { tenant, agent, session, ...idOf(given['toolCallId']), ...signalOf(given['signal']), ...labelsOf(given['labels']) };
}

/** An object that may be meant as a caller: a plain one, or one that has something of a caller; no list, map, error or function. */
function isReadable(given: unknown): given is Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain || names.some((name) => name in given);
}

/** Length is left to the call, whose entry then says so. */
function wordOf(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw notKnown(`returned ${kindOf(value)} as ${name}, which is text; leave it out where there is none`);
  if (value === '') throw new InvalidInputError(`${name} of the caller is empty`);
  return value;
}

function idOf(value: unknown): Pick<Caller, 'toolCallId'> {
  const toolCallId = toolCallIdOf(value);
  return toolCallId === undefined ? {} : { toolCallId };
}

function signalOf(signal: unknown): Pick<Caller, 'signal'> {
  if (signal === undefined) return {};
  if (!(signal instanceof AbortSignal)) throw notKnown(`returned ${kindOf(signal)} as signal, which is an AbortSignal`);
  return { signal };
}

function labelsOf(labels: unknown): Pick<Caller, 'labels'> {
  if (labels === undefined) return {};
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels) || labels instanceof Map) throw notKnown(`returned ${kindOf(labels)} as labels, which are an object of texts`);
  if (!Object.values(labels).every((value) => typeof value === 'string')) throw notKnown('returned a label that is not text');
  return { labels: labels as Readonly<Record<string, string>> }; // seen above
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'another object' : `a ${typeof value}`;
}

function notKnown(why: string): EnforceCoreError {
  return new EnforceCoreError('SETTINGS', `the caller of the request is not known: \`caller\` ${why}`);
}
