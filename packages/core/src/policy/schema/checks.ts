import { piiCategories, strategies } from '@enforcecore/redact';
import type { Fault } from '../policy-fault.js';
import { describeScalar, type PlainScalar } from '../policy-node.js';
import { readArgumentPath } from '../argument-path.js';
import { violationTypes } from '../../errors.js';
import { nearestKey } from '../nearest-key.js';
import { addressBlock } from '../network/address-block.js';
import { readToolPattern } from '../tool-name.js';

/** Looks at one value of a policy; the answer says what is wrong with it, if anything. */
export interface Check {
  (value: unknown): Fault | undefined;
  /** What is right, as a message says it. */
  readonly expected: string;
  /** The same for editors: a fragment of JSON Schema. */
  readonly schema: JsonSchema;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the shipped redactor finds by itself. */
export const knownPiiCategories: readonly string[] = piiCategories;

/** What only a recogniser of names finds; `person` is another word for `person_name`. */
export const recognisedCategories: readonly string[] = ['person_name', 'person', 'location', 'organization'];

/** What `pii_redaction` without categories means, as in the reference. */
export const defaultPiiCategories: readonly string[] = ['email', 'phone', 'ssn', 'credit_card', 'ip_address'];

/** From loosest to strictest; the second list are other words for the same levels. */
export const sensitivityLevels = ['public', 'internal', 'confidential', 'restricted'] as const;
export const sensitivityAliases: readonly string[] = ['low', 'medium', 'high', 'critical'];

/** A timer of Node fires at once beyond this many milliseconds. */
const maxTimerMs = 2 ** 31 - 1;
/** Above this, micro-dollars would not be exact integers. */
const maxCostUsd = 9e9;

export const aName = made('a name for the policy, 1 to 256 characters', { type: 'string', minLength: 1, maxLength: 256 }, (value, expected) =>
  value === undefined ? { message: 'the name is missing', expected } : text(value, expected),
);

export const aText = made('text, 1 to 1024 characters', { type: 'string', minLength: 1, maxLength: 1024 }, (value, expected) => text(value, expected, 1024));

/** A name for a rule: it stands in entries and errors. */
export const aRuleName = made('a short name, 1 to 128 characters', { type: 'string', minLength: 1, maxLength: 128 }, (value, expected) => text(value, expected, 128));

export const aPath = made('the path of a file', { type: 'string', minLength: 1 }, (value, expected) =>
  typeof value === 'string' && value.trim() !== '' && !value.includes('\0') ? undefined : { message: got(value), expected },
);

export const aVersion = made('text such as "1.0", or a number', { type: ['string', 'number'] }, (value, expected) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : text(value, expected),
);

export const aFlag = made('true or false', { type: 'boolean' }, (value, expected) =>
  typeof value === 'boolean' ? undefined : { message: got(value), expected },
);

export const aScalar = made('text, a number, true, false or null', { type: ['string', 'number', 'boolean', 'null'] }, (value, expected) =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
    ? undefined
    : { message: got(value), expected },
);

/** `true` for the whole document, or names of keys. */
export const aLock = made('true, or the path of a key such as rules.network', { type: ['boolean', 'string'] }, (value, expected) =>
  value === true || (typeof value === 'string' && /^[\w.*<>:-]{1,256}$/.test(value)) ? undefined : { message: got(value), expected },
);

export const seconds = number('a number of seconds from 0.001 to 2147483', { exclusiveMinimum: 0, maximum: 2147483 }, (n) => n >= 0.001 && n * 1000 <= maxTimerMs);
export const usd = number('an amount in USD from 0 to 9000000000', { minimum: 0, maximum: maxCostUsd }, (n) => n >= 0 && n <= maxCostUsd);
export const atLeastOne = number('a whole number of at least 1', { type: 'integer', minimum: 1 }, (n) => n >= 1 && Number.isSafeInteger(n));
export const count = number('a whole number of at least 0', { type: 'integer', minimum: 0 }, (n) => n >= 0 && Number.isSafeInteger(n));
export const bytes = number('a whole number of at least 1; leave the key out for no limit', { type: 'integer', minimum: 1 }, (n) => n >= 1 && Number.isSafeInteger(n));
export const aNumber = number('a number', {}, Number.isFinite);
export const aSharePart = number('a number above 0, up to 1', { exclusiveMinimum: 0, maximum: 1 }, (n) => n > 0 && n <= 1);
export const aShare = number('a number from 0 to 1', { minimum: 0, maximum: 1 }, (n) => n >= 0 && n <= 1);
export const aPort = number('a port from 1 to 65535', { type: 'integer', minimum: 1, maximum: 65535 }, (n) => Number.isInteger(n) && n >= 1 && n <= 65535);

export const toolPattern = made('a tool name, with * for any run of characters', { type: 'string', minLength: 1 }, (value) => {
  const { fault } = readToolPattern(value);
  if (fault === undefined) return undefined;
  if (typeof value !== 'string') return { message: got(value), expected: 'a tool name; put it in quotes if it is meant as text' };
  return { message: `${describe(value)} is no tool name: ${fault}` };
});

const hostName = /^(?:\*|(?:\*\.)?[\p{L}\p{N}_-]+(?:[.\u3002][\p{L}\p{N}_-]+)*\.?|\[?[0-9a-fA-F:.]+\]?|.*\*.*)$/u;

export const hostPattern = made('a host such as api.example.com, or *.example.com', { type: 'string', minLength: 1, maxLength: 255 }, (value, expected) => {
  if (typeof value !== 'string') return { message: got(value), expected };
  const host = value.trim();
  if (host.includes('/') || host.includes('@')) return { message: got(value), expected: `${expected}; without scheme, path or user` };
  return host !== '' && host.length <= 255 && hostName.test(host) ? undefined : { message: got(value), expected };
});

/** One of a few words. */
export function oneOf(words: readonly string[], aliases: readonly string[] = []): Check {
  const all = [...words, ...aliases];
  return made(`one of ${words.join(', ')}`, { enum: all }, (value, expected) => {
    if (typeof value === 'string' && all.includes(value)) return undefined;
    if (typeof value !== 'string') return { message: got(value), expected };
    const nearest = nearestKey(value, words);
    return { message: got(value), expected, ...(nearest === undefined ? {} : { nearest }) };
  });
}

export const piiCategory = oneOf([...knownPiiCategories, ...recognisedCategories]);
/** `regex` and `ner` are the Python EnforceCore's names for how to look; what is found is replaced as by `placeholder`. */
export const piiStrategy = oneOf(strategies, ['regex', 'ner']);
export const strategyOf = oneOf(strategies);
export const action = oneOf(['block', 'redact', 'log']);
export const mode = oneOf(['enforce', 'monitor']);
export const sandboxStrategy = oneOf(['inline', 'worker', 'process', 'bubblewrap'], ['none', 'subprocess']);
export const rateAlgorithm = oneOf(['sliding_window', 'gcra']);
export const period = oneOf(['ever', 'hour', 'day', 'month']);
export const tripScope = oneOf(['tool', 'agent', 'tenant', 'session', 'all']);
export const whenUnavailable = oneOf(['fail_closed', 'local_allowance']);
export const childProcesses = oneOf(['deny', 'proxy', 'allow']);
export const violationWord = oneOf(violationTypes);

/** What limits tell calls apart by. */
export const limitDimension = made(
  'tool, agent, tenant, session, or an argument such as args.account',
  { type: 'string', pattern: '^(?:tool|agent|tenant|session|args[.\\[].+)$', maxLength: 512 },
  (value, expected) => {
    if (typeof value !== 'string') return { message: got(value), expected };
    if (['tool', 'agent', 'tenant', 'session'].includes(value)) return undefined;
    const path = argumentOf(value);
    if (path === undefined) return { message: got(value), expected };
    const { fault } = readArgumentPath(path);
    return fault === undefined ? undefined : { message: `got a path that cannot be read: ${fault}`, expected };
  },
);

/** The argument's path in a dimension such as `args.account`. */
export function argumentOf(dimension: string): string | undefined {
  return /^args[.[]/.test(dimension) ? dimension.slice('args'.length).replace(/^\./, '') : undefined;
}

export const anAddressBlock = made('an address or a block such as 10.1.0.0/16 or ::1', { type: 'string', minLength: 2, maxLength: 64 }, (value, expected) =>
  typeof value === 'string' && addressBlock(value) !== undefined ? undefined : { message: got(value), expected },
);
export const sensitivity = oneOf(sensitivityLevels, sensitivityAliases);
export const appliesTo = oneOf(['arguments', 'results', 'both']);
export const valueType = oneOf(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);
export const sinkKind = oneOf(['sql', 'shell', 'path', 'url', 'html', 'code']);
export const allowOrDeny = oneOf(['allow', 'deny']);

/** Text that another part compiles when the policy is loaded, and whose faults it tells. */
export const source = made('text, 1 to 4096 characters', { type: 'string', minLength: 1, maxLength: 4096 }, (value, expected) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 4096 ? undefined : { message: got(value), expected },
);

export const aWord = made('a word', { type: 'string', minLength: 1, maxLength: 256 }, (value, expected) => text(value, expected));

function made(expected: string, schema: JsonSchema, check: (value: unknown, expected: string) => Fault | undefined): Check {
  return Object.assign((value: unknown) => check(value, expected), { expected, schema });
}

function number(expected: string, schema: JsonSchema, fits: (value: number) => boolean): Check {
  return made(expected, { type: 'number', ...schema }, (value) => {
    if (typeof value === 'number' && fits(value)) return undefined;
    const quoted = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
    return { message: got(value), expected: quoted ? `${expected}; take the quotes off` : expected };
  });
}

function text(value: unknown, expected: string, maxLength = 256): Fault | undefined {
  if (typeof value !== 'string') return { message: got(value), expected };
  const length = value.trim().length;
  if (length === 0 || length > maxLength) return { message: length === 0 ? 'got empty text' : `got ${String(length)} characters`, expected };
  // Names and versions are written into the audit trail, whose JSON must be well-formed Unicode.
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(maxLength > 256 ? value.replaceAll('\n', ' ') : value)) {
    return { message: 'got a control character or half a character', expected };
  }
  return undefined;
}

function got(value: unknown): string {
  return `got ${describe(value)}`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a map';
  return describeScalar(value as PlainScalar); // Checks only see plain values: what is no object is a scalar.
}
