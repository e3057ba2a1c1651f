import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { TAMPERINGS } from './tampering.test.kit.js';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['nothing,key,checkpoint,witness,expected head', 'the trail alone'],
  ['key,checkpoint,expected head', "the log's public key, or a checkpoint or head kept elsewhere"],
  ['key,checkpoint,witness,expected head', "the log's public key, or anything kept elsewhere"],
  ['checkpoint,witness,expected head', 'something kept elsewhere: a checkpoint, a head, or a witness'],
]);

describe('the page for auditors', () => {
  it('lists every way to tamper that is tested, and what finds it', () => {
    const page = readFileSync(new URL('../../../../docs/security/what-the-trail-proves.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('| what was done'));

    const rows = [...table.matchAll(/^\| (.+) \| (.+) \|$/gm)].slice(1).map((match) => [match[1], match[2]]);

    expect(rows).toEqual(TAMPERINGS.map(({ what, foundWith }) => [what, WORDS.get(foundWith.join())]));
  });
});
