import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { authorityUrl } from '../network/host.js';
import { compilePattern, PatternError } from '@enforcecore/redact/patterns';
import { ConditionError } from './condition-error.js';
import type { ConditionMeter } from './condition-meter.js';

/** What stands in for the library's function; `undefined` leaves the operands to the library. */
export type Implementation = (operands: readonly unknown[], meter: ConditionMeter) => unknown;

/** A literal argument of a call in a condition, or undefined when the argument is no literal. */
export interface LiteralArgument {
  readonly value: unknown;
  readonly offset: number;
}

const noOverload = 'no such overload: the function does not take values of these types';

/** Our own meaning of a call, with literal arguments compiled once; undefined when the library's will do. */
export function implementationOf(name: string, isMethod: boolean, args: readonly LiteralArgument[]): Implementation | undefined {
  if (!isMethod) return functionNamed(name, args);
  const zoned = args.length === 1 ? zonedParts.get(name) : undefined;
  if (zoned !== undefined) return zonedPart(zoned, literalText(args[0], 'the time zone'));
  return methodNamed(name);
}

function functionNamed(name: string, args: readonly LiteralArgument[]): Implementation | undefined {
  switch (name) {
    case 're2':
      return re2(literalText(args[1], 'the pattern of re2()'));
    case 'ip_in':
      return ipIn(literalText(args[1], 'the network of ip_in()'));
    case 'host':
      return ([text]) => hostOf(textOf(text));
    case 'lower':
      return ([text]) => textOf(text).toLowerCase();
    case 'int':
      return ([value]) => toInteger(value, -(2n ** 63n), 2n ** 63n - 1n);
    case 'uint':
      return ([value]) => (typeof value === 'string' && !/^\d{1,20}$/u.test(value) ? fail('conversion failed') : undefined);
    case 'double':
      return ([value]) => (typeof value === 'string' ? toDouble(value) : undefined);
    case 'timestamp':
      return ([value]) => (typeof value === 'string' ? toTimestamp(value) : undefined);
    case 'duration':
      return ([value]) => checkDuration(textOf(value));
    default:
      return undefined;
  }
}

function methodNamed(name: string): Implementation | undefined {
  switch (name) {
    case 'lowerAscii':
      return ([text]) => textOf(text).replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase());
    case 'upperAscii':
      return ([text]) => textOf(text).replaceAll(/[a-z]+/gu, (letters) => letters.toUpperCase());
    case 'contains':
    case 'indexOf':
    case 'lastIndexOf':
      return chargeSearch;
    case 'split':
      return (operands, meter) => {
        if (typeof operands[0] === 'string') meter.charge(operands[0].length / 1000);
        chargeSearch(operands, meter);
      };
    default:
      return undefined;
  }
}

function literalText(argument: LiteralArgument | undefined, what: string): { readonly text: string; readonly offset: number } {
  if (typeof argument?.value === 'string') return { text: argument.value, offset: argument.offset };
  throw new ConditionError(`${what} must be a string literal, so that it is checked when the policy is loaded`, argument?.offset);
}

function fail(message: string): never {
  throw new ConditionError(message);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : fail(noOverload);
}

function re2({ text: source, offset }: { readonly text: string; readonly offset: number }): Implementation {
  try {
    const pattern = compilePattern(source);
    return ([text]) => pattern.test(textOf(text));
  } catch (error) {
    if (error instanceof PatternError) throw new ConditionError(error.message, offset);
    throw error;
  }
}

function ipIn({ text: network, offset }: { readonly text: string; readonly offset: number }): Implementation {
  const [address, bits] = network.split('/');
  if (address === undefined || isIP(address) === 0 || bits === undefined || !ipaddr.isValidCIDR(network)) {
    throw new ConditionError(`"${network}" is no network (expected CIDR, such as 10.0.0.0/8 or fc00::/7)`, offset);
  }
  const cidr = ipaddr.parseCIDR(network);
  return ([text]) => {
    const ip = addressOf(textOf(text));
    if (ip === undefined) return false;
    const plain = ip instanceof ipaddr.IPv6 && ip.isIPv4MappedAddress() ? ip.toIPv4Address() : ip;
    return [ip, plain].some((candidate) => candidate.kind() === cidr[0].kind() && candidate.match(cidr));
  };
}

function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // No address is longer; a host of a URL carries brackets.
  if (text.length > 64) return undefined;
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return ipaddr.isValid(bare) ? ipaddr.parse(bare) : undefined;
}

function hostOf(text: string): string {
  const url = authorityUrl(text);
  if (url === 'too_long') return fail('the host is too long');
  // The name with the root's dot is the same name (RFC 1034, 3.1).
  return url === undefined ? '' : url.hostname.replace(/\.$/u, '');
}

function toInteger(value: unknown, min: bigint, max: bigint): bigint | undefined {
  if (typeof value === 'string' && !/^[+-]?\d{1,19}$/u.test(value)) return fail('conversion failed');
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  if (value === Infinity || value === -Infinity) return fail('number out of range');
  const integer = BigInt(typeof value === 'number' ? Math.trunc(value) : value.replace('+', ''));
  return integer < min || integer > max ? fail('number out of range') : integer;
}

function toDouble(value: string): number {
  if (value.length > 64 || !/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/u.test(value)) return fail('conversion failed');
  return Number(value);
}

/** RFC 3339, section 5.6; anything without an offset would be read in the time zone of the process. */
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/u;

function toTimestamp(value: string): Date {
  const [, year, month, day] = (value.length > 40 ? null : rfc3339.exec(value)) ?? fail('conversion failed');
  const ms = Date.parse(value);
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number.isNaN(ms) || Number(day) > lastDay) return fail('conversion failed');
  return new Date(ms);
}

function checkDuration(value: string): undefined {
  // The library's own reading is quadratic in the digits.
  if (value.length > 64 || !/^[+-]?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/u.test(value)) return fail('conversion failed');
  return undefined;
}

/** A native search compares up to the product of both lengths. */
function chargeSearch([text, sought]: readonly unknown[], meter: ConditionMeter): undefined {
  if (typeof text !== 'string' || typeof sought !== 'string') return undefined;
  if (sought.length > 16 && text.length > sought.length) meter.charge(((text.length - sought.length) * sought.length) / 50_000);
  return undefined;
}

type PartOfTime = (parts: Readonly<Record<string, string>>, time: Date) => number;

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const zonedParts: ReadonlyMap<string, PartOfTime> = new Map<string, PartOfTime>([
  ['getFullYear', ({ year }) => Number(year)],
  ['getMonth', ({ month }) => Number(month) - 1],
  ['getDate', ({ day }) => Number(day)],
  ['getDayOfMonth', ({ day }) => Number(day) - 1],
  ['getDayOfWeek', ({ weekday = '' }) => weekdays.indexOf(weekday)],
  ['getHours', ({ hour }) => Number(hour)],
  ['getMinutes', ({ minute }) => Number(minute)],
  ['getSeconds', ({ second }) => Number(second)],
  ['getMilliseconds', (_parts, time) => time.getUTCMilliseconds()],
]);

function zonedPart(part: PartOfTime, { text: timeZone, offset }: { readonly text: string; readonly offset: number }): Implementation {
  const format = zoneFormat(timeZone, offset);
  return ([time]) => {
    if (!(time instanceof Date)) return fail(noOverload);
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return BigInt(part(parts, time));
  };
}

function zoneFormat(timeZone: string, offset: number): Intl.DateTimeFormat {
  const numeric = 'numeric';
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone, hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn', weekday: 'short',
      year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric,
    });
  } catch {
    throw new ConditionError(`"${timeZone}" is no time zone (expected an IANA name, such as Europe/Berlin)`, offset);
  }
}
