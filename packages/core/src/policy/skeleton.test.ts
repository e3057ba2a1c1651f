import { describe, expect, it } from '@jest/globals';
import { skeletons } from './skeleton.js';
import { canonicalToolName } from './tool-name.js';

function lookAlike(a: string, b: string): boolean {
  const looks = skeletons(canonicalToolName(b));
  return skeletons(canonicalToolName(a)).some((look) => looks.includes(look));
}

describe('skeletons', () => {
  it.each([
    ['Cyrillic', 's\u0435nd_m\u0430il', 'send_mail'],
    ['full-width', '\uff53end', 'send'],
    ['Greek omicron', 't\u03bf\u03bfl', 'tool'],
    ['Greek capitals', '\u0397\u03a4\u03a4\u03a1', 'http'],
    ['Cherokee capitals', '\u13da\u13bb\u13ac\u13de\u13de', 'shell'],
    ['dotless i', 'ma\u0131l', 'mail'],
    ['Turkish capital I with dot', 'MA\u0130L', 'mail'],
    ['digit one', 'she11', 'shell'],
    ['digit zero', 't00l', 'tool'],
    ['rn for m', 'rnail', 'mail'],
    ['mathematical letters', '\u{1d42c}\u{1d421}\u{1d41e}\u{1d425}\u{1d425}', 'shell'],
    ['Roman numeral', 'she\u217c\u217c', 'shell'],
  ])('sees through %s', (_script, disguise, name) => {
    expect(lookAlike(disguise, name)).toBe(true);
  });

  it.each([
    ['mail', 'mall'],
    ['send_mail', 'sendmail'],
    ['read_file', 'write_file'],
    ['i', 'l'],
    ['constructor', 'toString'],
  ])('keeps %s and %s apart', (a, b) => {
    expect(lookAlike(a, b)).toBe(false);
  });
});
