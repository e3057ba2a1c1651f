import { createRequire } from 'node:module';
import { compilePattern } from '@enforcecore/redact/patterns';
import type * as AjvFormats from 'ajv-formats/dist/formats.js';
import type { Work } from './work.js';

const require = createRequire(import.meta.url);

type Test = (text: string) => boolean;

/** Characters that a text of a format can have. None of the tests takes more than linear time in what is left. */
const mostChars: ReadonlyMap<string, number> = new Map([
  ['date', 10], ['time', 64], ['date-time', 64], ['iso-time', 64], ['iso-date-time', 64], ['duration', 128],
  ['email', 320], ['hostname', 254], ['ipv4', 15], ['ipv6', 45], ['uuid', 45], ['regex', 1_000],
  ['uri', 8_192], ['uri-reference', 8_192], ['uri-template', 8_192],
  ['json-pointer', 8_192], ['json-pointer-uri-fragment', 8_192], ['relative-json-pointer', 8_192],
]);

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The formats that are checked: those of ajv-formats, in linear time, by a bound on their length or by RE2. */
export function formatTests(work: Work): Readonly<Record<string, Test | { readonly type: 'number'; readonly validate: (n: number) => boolean } | true>> {
  const { fullFormats } = require('ajv-formats/dist/formats.js') as typeof AjvFormats; // the package's own types
  const tests = [...mostChars].map(([name, most]) => [name, bounded(testOf(name, fullFormats[name as keyof typeof fullFormats]), most, work)] as const); // one of its names
  return {
    ...Object.fromEntries(tests),
    url: bounded(testOf('uri', fullFormats.uri), 8_192, work),
    byte: (text) => {
      work.spend(text.length);
      return text.length % 4 === 0 && base64.test(text);
    },
    int32: { type: 'number', validate: (n) => Number.isInteger(n) && n >= -(2 ** 31) && n < 2 ** 31 },
    int64: { type: 'number', validate: (n) => Number.isInteger(n) },
    float: { type: 'number', validate: () => true },
    double: { type: 'number', validate: () => true },
    password: true,
    binary: true,
  };
}

/** Those that take quadratic time as JavaScript's own patterns, and have no lookahead. */
const byRe2: ReadonlySet<string> = new Set(['email', 'uri-template']);

function testOf(name: string, format: unknown): Test {
  if (format instanceof RegExp) {
    if (!byRe2.has(name)) return (text) => format.test(text);
    const linear = compilePattern(format.source, { ignoreCase: format.flags.includes('i') });
    return (text) => linear.test(text);
  }
  if (typeof format === 'function') return format as Test; // ajv-formats has functions of texts only
  return (format as { readonly validate: Test }).validate; // or such an object
}

function bounded(test: Test, most: number, work: Work): Test {
  return (text) => {
    if (text.length > most) return false;
    work.spend(text.length * 4);
    return test(text);
  };
}
