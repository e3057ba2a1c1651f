import { afterAll, describe, expect, it } from '@jest/globals';
import { Folder } from '../files.test.kit.js';
import { PolicyLines } from './explain-lines.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});

describe('PolicyLines', () => {
  it('quotes a line, whatever ends it, and says where in it the place is', () => {
    const file = folder.file('a:1.yaml', '\ufeffone\r\ntwo\rthree\nfour');

    expect([1, 2, 3, 4].map((line) => new PolicyLines().at(`${file}:${String(line)}:2`))).toEqual(
      ['one', 'two', 'three', 'four'].map((text, i) => ({ line: i + 1, text, offset: 1 })),
    );
  });

  it('counts what is written out in front of the place', () => {
    const file = folder.file('b.yaml', '\u202eab');

    expect(new PolicyLines().at(`${file}:1:3`)).toEqual({ line: 1, text: '\\u202eab', offset: 7 });
  });

  it('cuts a long line around the place', () => {
    const file = folder.file('c.yaml', `${'a'.repeat(1_000_000)}X${'b'.repeat(1_000_000 - 1)}`);

    const quote = new PolicyLines().at(`${file}:1:1000001`);

    expect(quote?.text).toBe(`…${'a'.repeat(30)}X${'b'.repeat(69)}…`);
    expect(quote?.text.charAt(quote.offset)).toBe('X');
  });

  it.each(['nowhere', 'none.yaml:1:1', '/:1:1', '/dev/zero:1:1'])('quotes nothing of %s', (place) => {
    expect(new PolicyLines().at(place)).toBeUndefined();
  });

  it('quotes nothing beyond the end, nor of a file larger than any policy', () => {
    const [short, large] = [folder.file('d.yaml', 'x'), folder.file('e.yaml', 'x\n'.repeat(2_000_000))];

    expect(new PolicyLines().at(`${short}:9:1`)).toBeUndefined();
    expect(new PolicyLines().at(`${large}:1:1`)).toBeUndefined();
  });
});
