import { Environment } from '@marcbachmann/cel-js';
import { ConditionError } from './condition-error.js';

/** What a reference page says about a name; the example is an expression of type bool. */
export interface ConditionName {
  readonly name: string;
  /** The type of a variable, or the shape of a call. */
  readonly signature: string;
  readonly description: string;
  readonly example: string;
}

type Row = readonly [name: string, signature: string, description: string, example: string];

const named = (rows: readonly Row[]): readonly ConditionName[] =>
  Object.freeze(rows.map(([name, signature, description, example]) => Object.freeze({ name, signature, description, example })));

const time = 'google.protobuf.Timestamp';

/** The variables that every condition can read; `text` and `value` exist where a rule declares them. */
export const conditionVariables = named([
  ['tool', 'string', 'The canonical name of the tool.', 'tool == "send_mail"'],
  ['args', 'map(string, dyn)', 'The arguments of the call. Numbers are doubles that compare and calculate with integers; objects are maps, sets lists, dates timestamps.', 'args.amount <= 1000'],
  ['agent', 'string', 'Who calls; empty when unknown.', 'agent != ""'],
  ['tenant', 'string', 'For whom; empty when unknown.', 'tenant == "acme"'],
  ['session', 'Session', 'The session of the call: `id`, a string, empty when there is none.', 'session.id == ""'],
  ['time', 'timestamp', 'When the call is decided.', 'time.getHours("Europe/Berlin") >= 8'],
  ['env', 'map(string, string)', 'The environment variables as they were when the policy was loaded.', 'has(env.CI) && env.CI == "true"'],
  ['labels', 'map(string, string)', 'The labels of the call.', '"team" in labels'],
]);

/** The functions, methods and macros of conditions; every other name of CEL is refused when a policy is loaded. */
export const conditionFunctions = named([
  ['has', 'has(map.member): bool', 'Whether a member is there.', 'has(args.to)'],
  ['size', 'size(string | bytes | list | map): int', 'Code points, bytes, elements or entries; also written as a method.', 'size(args.to) < 3'],
  ['re2', "re2(text, 'pattern'): bool", 'Whether the RE2 pattern occurs anywhere in the text, in linear time. The pattern is a literal and regards case unless it starts with (?i).', "re2(args.subject, '(?i)urgent')"],
  ['host', 'host(text): string', 'The host name of a URL as WHATWG reads it, without a final dot; empty when the text is no URL.', 'host(args.url) == "example.com"'],
  ['ip_in', "ip_in(text, 'cidr'): bool", 'Whether the text is an IP address within the network, which is a literal; false when it is no address. An IPv4 address mapped into IPv6 is in the networks of both.', "ip_in(args.ip, '10.0.0.0/8')"],
  ['lower', 'lower(text): string', 'The text in lower case by the Unicode mapping.', 'lower(args.name) == "root"'],
  ['string', 'string(value): string', 'Text of a bool, number or UTF-8 bytes.', 'string(1) == "1"'],
  ['int', 'int(value): int', 'A double cut to an integer, or decimal digits read; an error out of 64 bits.', 'int("12") == 12'],
  ['uint', 'uint(value): uint', 'The same without sign.', 'uint("12") == 12u'],
  ['double', 'double(value): double', 'A number, or a decimal number read.', 'double("1.5") == 1.5'],
  ['bool', 'bool(value): bool', 'A bool, or one of true, false, t, f, 1, 0 read.', 'bool("true")'],
  ['bytes', 'bytes(text): bytes', 'The text in UTF-8.', 'size(bytes("é")) == 2'],
  ['type', 'type(value): type', 'The type of a value. Numbers of arguments are doubles.', 'type(args.amount) == double'],
  ['dyn', 'dyn(value): dyn', 'The value without its static type.', 'dyn(tool) != 1'],
  ['timestamp', 'timestamp(text | int): timestamp', 'A time in RFC 3339 with its offset, or in seconds since 1970.', 'time > timestamp("2020-01-01T00:00:00Z")'],
  ['duration', 'duration(text): duration', 'A length of time, such as 1h30m; the units are h, m, s, ms, us, ns.', 'duration("90m") == duration("1h30m")'],
  ['all', 'list.all(x, condition): bool', 'Whether the condition holds for every element of a list, or key of a map.', 'args.to.all(x, x.endsWith("@example.com"))'],
  ['exists', 'list.exists(x, condition): bool', 'Whether it holds for at least one.', 'args.to.exists(x, x == "a@example.com")'],
  ['exists_one', 'list.exists_one(x, condition): bool', 'Whether it holds for exactly one.', 'args.to.exists_one(x, x == "a@example.com")'],
  ['filter', 'list.filter(x, condition): list', 'The elements for which it holds.', 'size(args.to.filter(x, x.endsWith(".com"))) <= 5'],
  ['map', 'list.map(x, value): list', 'The list of the values; with three arguments the second one filters.', 'args.to.map(x, lower(x)).all(x, x != "")'],
  ['startsWith', 'text.startsWith(text): bool', 'Whether the text begins so.', 'tool.startsWith("send_")'],
  ['endsWith', 'text.endsWith(text): bool', 'Whether the text ends so.', 'tool.endsWith("_mail")'],
  ['contains', 'text.contains(text): bool', 'Whether the text holds the other.', 'args.subject.contains("URGENT")'],
  ['indexOf', 'text.indexOf(text, from?): int', 'Where it occurs first, in UTF-16 code units, or -1.', 'tool.indexOf("_") >= 0'],
  ['lastIndexOf', 'text.lastIndexOf(text, from?): int', 'Where it occurs last, or -1.', 'tool.lastIndexOf("_") == 4'],
  ['substring', 'text.substring(start, end?): string', 'A part of the text, in UTF-16 code units.', 'tool.substring(0, 4) == "send"'],
  ['trim', 'text.trim(): string', 'The text without white space around.', '" a ".trim() + tool == "asend_mail"'],
  ['lowerAscii', 'text.lowerAscii(): string', 'A to Z in lower case.', 'tool.lowerAscii() == tool'],
  ['upperAscii', 'text.upperAscii(): string', 'a to z in upper case.', 'tool.upperAscii() == "SEND_MAIL"'],
  ['split', 'text.split(separator, limit?): list(string)', 'The parts between separators.', 'tool.split("_")[0] == "send"'],
  ['join', 'list.join(separator?): string', 'The texts in one.', 'args.to.join(",").endsWith(".com")'],
  ['getFullYear', "time.getFullYear('zone'?): int", 'The year; without an IANA zone, as everywhere here, in UTC.', 'time.getFullYear() >= 2020'],
  ['getMonth', "time.getMonth('zone'?): int", 'The month, 0 is January.', 'time.getMonth() <= 11'],
  ['getDate', "time.getDate('zone'?): int", 'The day of the month from 1.', 'time.getDate() >= 1'],
  ['getDayOfMonth', "time.getDayOfMonth('zone'?): int", 'The day of the month from 0.', 'time.getDayOfMonth() >= 0'],
  ['getDayOfWeek', "time.getDayOfWeek('zone'?): int", 'The day of the week, 0 is Sunday.', 'time.getDayOfWeek("America/New_York") in [0, 1, 2, 3, 4, 5, 6]'],
  ['getHours', "time.getHours('zone'?): int", 'The hour from 0 to 23; of a duration all its hours.', 'time.getHours("Europe/Berlin") < 24'],
  ['getMinutes', "time.getMinutes('zone'?): int", 'The minute; of a duration all its minutes.', 'duration("2h").getMinutes() == 120'],
  ['getSeconds', "time.getSeconds('zone'?): int", 'The second; of a duration all its seconds.', 'time.getSeconds() < 60'],
  ['getMilliseconds', "time.getMilliseconds('zone'?): int", 'The milliseconds of the second; of a duration all of them.', 'time.getMilliseconds() < 1000'],
]);

export const functionNames: ReadonlySet<string> = new Set(conditionFunctions.map(({ name }) => name));
/** Types can be compared with what type() gives. */
export const typeNames: ReadonlySet<string> = new Set(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type']);
/** Macros that bind their first argument to each element in turn. */
export const comprehensions: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
/** Variables of which only the members that are read get converted. */
export const records: ReadonlySet<string> = new Set(['args', 'env', 'labels', 'value']);

export const conditionLimits = Object.freeze({ characters: 4096, nodes: 1000, depth: 32, loops: 2 });

/** Variables that only some rules have. */
export type ExtraVariables = Readonly<Partial<Record<'text' | 'value', 'string' | 'dyn'>>>;

/** The type of `session`. */
export class SessionFacts {
  id = '';
}

const common = createEnvironment();

export function environmentWith(also: ExtraVariables): Environment {
  const environment = common.clone();
  for (const [name, type] of Object.entries(also)) {
    if (name !== 'text' && name !== 'value') throw new ConditionError(`"${name}" cannot be a variable of a condition (expected text or value)`);
    environment.registerVariable(name, type);
  }
  return environment;
}

function createEnvironment(): Environment {
  const { nodes, depth } = conditionLimits;
  const environment = new Environment({
    enableOptionalTypes: false,
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: nodes, maxDepth: depth, maxListElements: nodes, maxMapEntries: nodes },
  });
  environment.registerType('Session', { ctor: SessionFacts, fields: { id: 'string' } });
  const types = { tool: 'string', args: 'map<string, dyn>', agent: 'string', tenant: 'string', session: 'Session', time, env: 'map<string, string>', labels: 'map<string, string>' };
  for (const [name, type] of Object.entries(types)) environment.registerVariable(name, type);
  mixNumbers(environment);
  // Implemented where a call is compiled, with its literal arguments; unbound they must not answer.
  const unbound = (): never => {
    throw new ConditionError('the function is not compiled');
  };
  for (const signature of ['re2(string, string): bool', 'ip_in(string, string): bool', 'host(string): string', 'lower(string): string']) {
    environment.registerFunction(signature, unbound, { async: false });
  }
  return environment;
}

/** JavaScript has doubles only, so authors would meet `args.amount * 2` as an error if doubles and integers did not mix. */
function mixNumbers(environment: Environment): void {
  const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  };
  for (const [operator, calculate] of Object.entries(operations)) {
    const handler = (left: unknown, right: unknown): number => calculate(Number(left), Number(right));
    for (const types of [['int', 'double'], ['double', 'int'], ['uint', 'double'], ['double', 'uint']]) {
      environment.registerOperator(`${types[0] ?? ''} ${operator} ${types[1] ?? ''}: double`, handler);
    }
    if (operator === '%') environment.registerOperator('double % double: double', handler);
  }
  // Of doubles and integers whose types are known before the call; the library compares the others so already.
  const equal = (left: unknown, right: unknown): boolean => compareNumber(left) == compareNumber(right);
  for (const types of [['int', 'double'], ['uint', 'double'], ['int', 'uint']]) {
    environment.registerOperator(`${types[0] ?? ''} == ${types[1] ?? ''}: bool`, equal);
  }
}

/** A bigint and a number compare exactly with `==`; the library's unsigned integers hold a bigint. */
function compareNumber(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? value.valueOf() : value;
}
