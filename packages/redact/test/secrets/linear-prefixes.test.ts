import { describe, expect, it } from '@jest/globals';
import { Sink } from '../../src/finding.js';
import { makePlan } from '../../src/plan.js';
import { Scanner } from '../../src/scan.js';
import { keywordRules } from '../../src/secrets/rules/keyword-rules.js';
import { tokenRules } from '../../src/secrets/rules/token-rules.js';
import { secretCategories } from '../../src/secrets/secret-categories.js';

const scanner = new Scanner(makePlan(new Set(), new Set(secretCategories)));
const size = 1 << 13;

/** Processor time in ms, because a busy machine stretches the clock. */
function cost(part: string, length: number): number {
  const text = part.repeat(Math.ceil(length / part.length)).slice(0, length);
  const before = process.cpuUsage();
  scanner.scan(text, false, new Sink());
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

// Linear work on 8 Ki takes a few ms, quadratic work some thirty.
const surelyLinearMs = 15;
const rounds = 6;
const mostGrowth = 10;

/** Quadratic work would be sixteen times as much on four times the text. Noise only adds, so the least of some rounds counts. */
function isLinear(part: string): boolean {
  let [least, leastLong] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    leastLong = Math.min(leastLong, cost(part, size));
    if (leastLong <= surelyLinearMs) return true;
    least = Math.min(least, cost(part, size / 4));
  }
  return leastLong <= least * mostGrowth;
}

const literals = [...new Set(tokenRules.map(({ literal }) => literal))];
const words = [...new Set(keywordRules.flatMap((rule) => rule.words))];
const names = [
  'password', 'passwd', 'passphrase', 'passcode', 'pwd', 'dbpass', 'token', 'secret', 'apiKey', 'api_key', 'aws_secret_access_key', 'secret_key', 'AccountKey', 'private_key_id',
  'shared_access_signature', 'authorization', 'credentials', 'jwt', 'bearer', 'sig', 'pat', 'basic_auth', 'secret_value', 'cookie_secret', 'session_id', 'jsessionid', 'key', 'id',
];
const signs = ['', '=', ':', ' = ', ': ', '=>', ':=', '+=', '?=', '||=', '==', '=a', '=a1-', '=A_', '=a.', '=a/', '=abcdefghijkl+', '="', "='", '=`', '=\\"', '="a",', '="abcdefghij12",', '("', "['", '>', ' ', ' is ', '1='];
const others = [
  'a', 'A', '0', '-', '_', '=', ':', '"', "'", '`', '/', '+', '.', '~', ',', '(', '[', '{', '|', '?', '&', '\\', '$', 'aB3/', 'a-b_', '<apiKey>', '<apiKey>abcdefghij12', 'BEGIN', 'deadbeef01', 'aZ3kQ9',
  'Bearer ', 'Bearer a1B2c3D4.', 'Basic ', 'Authorization: Bearer ', 'Authorization: Basic a1', '--password ', '--token=a', '-u a:', '-u a:b', 'the api key is ', 'abcdefghij12 as the key ',
  '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----"', '-----BEGIN OPENSSH PRIVATE KEY-----\nabcdefghijklmnop\n', 'eyJ.', 'eyJabcdefghij.', 'ewogIC-', 'ewogIC-abcdefghijkl.', 'AKIA1234567890ABCDEF,',
  '://', 'a://a:b', 'a://a:b@', 'a://a:b/c', 'postgres://a:b@', 'postgres://a:b@c', 'https://hooks.slack.com/services/', '?sv=1&sig=a', 'sha256~', '.atlasv1.', '8Q~', '12345678:', 'datadogdatadog1=', '"abcdefghij12",',
  'abcdefghij12=', 'abcdefghij12:', 'abcdefghij12/', 'abcdefghij12+', 'abcdefghij12.', 'abcdefghij12~', 'abcdefghij12|', 'abcdefghij12 ',
];
const crossed = (heads: readonly string[], tails: readonly string[]): string[] => heads.flatMap((head) => tails.map((tail) => head + tail));

describe('work on a repeated part', () => {
  it.each([
    ['the literals of tokens', literals],
    ['literals glued to a run', crossed(literals, ['abcdefghij12-'])],
    ['literals joined by what base64 holds', crossed(literals, ['abcdefghij12/'])],
    ['the words of issuers as names', crossed(words, ['='])],
    ['the words of issuers before quoted values', crossed(words, ['_key="abcdefghij12",'])],
    ['names', crossed(names, ['=', ': ', '="'])],
    ['names and signs', crossed(['password', 'secret_key', 'Authorization', 'sig'], signs)],
    ['other signs and forms', others],
  ])('grows no faster than the text for %s', (_, parts) => {
    expect(parts.filter((part) => !isLinear(part))).toEqual([]);
  }, 120_000);
});
