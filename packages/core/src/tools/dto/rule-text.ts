import { ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import { constantList, constantText } from './constant-text.js';
import { ruleName } from './dto-shape.js';

type Text = string | ((constants: readonly unknown[]) => string | undefined);

/** What a broken rule asks for, by the name of the rule. INVARIANT: made of words and of the author's constants, never of a value. */
const texts: ReadonlyMap<string, Text> = new Map<string, Text>([
  ['isDefined', 'must be given'],
  ['isString', 'must be a string'],
  ['isNumber', 'must be a number'],
  ['isInt', 'must be a whole number'],
  ['isBoolean', 'must be true or false'],
  ['isArray', 'must be a list'],
  ['isObject', 'must be an object'],
  ['nestedValidation', 'must be an object'],
  ['unknownValue', 'must be an object of fields'],
  ['whitelistValidation', 'must not be there'],
  ['isNotEmptyObject', 'must be an object with something in it'],
  ['isEmpty', 'must be empty'],
  ['isNotEmpty', 'must not be empty'],
  ['isDate', 'must be a date'],
  ['isDateString', 'must be a date as ISO 8601 writes it, such as 2030-01-31'],
  ['isIso8601', 'must be a date as ISO 8601 writes it, such as 2030-01-31'],
  ['isRFC3339', 'must be a time as RFC 3339 writes it, such as 2030-01-31T12:00:00Z'],
  ['isEmail', 'must be an email address'],
  ['isUrl', 'must be a URL'],
  ['isFqdn', 'must be a domain name'],
  ['isIp', 'must be an IP address'],
  ['isUuid', 'must be a UUID'],
  ['isJson', 'must be JSON text'],
  ['isPort', 'must be a port number'],
  ['isPhoneNumber', 'must be a phone number with its country code, such as +4930123456'],
  ['isMobilePhone', 'must be a mobile phone number'],
  ['isNumberString', 'must be a number written as text'],
  ['isBooleanString', 'must be the text true or false'],
  ['isBase64', 'must be Base64'],
  ['isHexadecimal', 'must be hexadecimal'],
  ['isAlpha', 'must be letters only'],
  ['isAlphanumeric', 'must be letters and digits only'],
  ['isAscii', 'must be ASCII only'],
  ['isLowercase', 'must be lower case'],
  ['isUppercase', 'must be upper case'],
  ['isLatitude', 'must be a latitude'],
  ['isLongitude', 'must be a longitude'],
  ['isLocale', 'must be a locale, such as en-GB'],
  ['isTimeZone', 'must be a time zone, such as Europe/Oslo'],
  ['isISO31661Alpha2', 'must be a country code of two letters'],
  ['isISO4217CurrencyCode', 'must be a currency code of three letters'],
  ['isPositive', 'must be above 0'],
  ['isNegative', 'must be below 0'],
  ['min', at('must be at least')],
  ['max', at('must be at most')],
  ['minDate', at('must not be before')],
  ['maxDate', at('must not be after')],
  ['isDivisibleBy', at('must be divisible by')],
  ['equals', at('must be')],
  ['notEquals', at('must not be')],
  ['contains', at('must contain')],
  ['notContains', at('must not contain')],
  ['minLength', characters('at least', 0)],
  ['maxLength', characters('at most', 0)],
  ['isLength', ([min, max]) => `must have from ${constantText(min) ?? '0'} to ${constantText(max) ?? 'any number of'} characters`],
  ['arrayNotEmpty', 'must have at least 1 item'],
  ['arrayMinSize', ([size]) => `must have at least ${counted(size, 'item')}`],
  ['arrayMaxSize', ([size]) => `must have at most ${counted(size, 'item')}`],
  ['arrayUnique', 'must have no item twice'],
  ['arrayContains', ([items]) => among('must contain each of', items)],
  ['arrayNotContains', ([items]) => among('must contain none of', items)],
  ['isIn', ([values]) => among('must be one of', Array.isArray(values) ? values : undefined)],
  ['isNotIn', ([values]) => among('must be none of', Array.isArray(values) ? values : undefined)],
  ['isEnum', ([, values]) => among('must be one of', values)],
  ['matches', ([pattern]) => (pattern instanceof RegExp && pattern.source.length <= 100 ? `must match ${String(pattern)}` : 'must match its pattern')],
]);

function at(words: string): Text {
  return ([constant]) => {
    const text = typeof constant === 'function' ? undefined : constantText(constant);
    return text === undefined ? undefined : `${words} ${text}`;
  };
}

function characters(words: string, index: number): Text {
  return (constants) => `must have ${words} ${counted(constants[index], 'character')}`;
}

function counted(count: unknown, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}

function among(words: string, values: unknown): string | undefined {
  const list = constantList(values);
  return list === undefined ? undefined : `${words}: ${list}`;
}

/**
 * What the rule of a name expects of a property, for a model to act on.
 *
 * @param rules those of the property
 */
export function ruleText(name: string, rules: readonly ValidationMetadata[]): string {
  const broken = rules.filter((rule) => ruleName(rule) === name);
  const own = broken.map(constantMessage);
  const [first] = own;
  // With two rules of one name, class-validator does not tell which broke.
  if (first !== undefined && own.every((message) => message === first)) return first;
  const text = texts.get(name);
  const constants = broken.length === 1 ? (broken[0]?.constraints as readonly unknown[] | undefined) : undefined; // `any[]`, left out by some
  const said = typeof text === 'function' ? (constants === undefined ? undefined : text(constants)) : text;
  const expected = said ?? `must pass the rule ${/^[\w$-]{1,64}$/.test(name) ? name : 'of its author'}`;
  return broken.some(({ each }) => each) && name !== 'nestedValidation' ? `each item ${expected}` : expected;
}

/** The author's own message, where it is a text in which nothing of the value is put. */
function constantMessage({ type, message, constraints, propertyName }: ValidationMetadata): string | undefined {
  const text: unknown = message;
  // class-validator's own, noted as if it were the author's.
  if (type === ValidationTypes.NESTED_VALIDATION && typeof text === 'string' && text.startsWith('nested property ')) return undefined;
  if (typeof text !== 'string' || text === '' || text.includes('$value')) return undefined;
  const list = (constraints as readonly unknown[] | undefined) ?? []; // as above
  const said = text
    .replaceAll(/\$constraint(\d{1,2})/g, (_all, n: string) => constantText(list[Number(n) - 1]) ?? constantList(list[Number(n) - 1]) ?? '…')
    .replaceAll('$property', () => propertyName)
    .replaceAll('$target', () => 'the arguments');
  // The path stands in front of it.
  return said.startsWith(`${propertyName} `) ? said.slice(propertyName.length + 1) : said;
}
