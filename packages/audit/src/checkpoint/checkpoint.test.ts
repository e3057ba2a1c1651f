import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_ROOT } from '../tree/tree-state.js';
import { checkpointText, parseCheckpoint, type Checkpoint } from './checkpoint.js';

// The example of C2SP tlog-checkpoint.
const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const ROOT = '0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62';
const refused = expect.objectContaining({ name: 'TrailError', code: 'FORMAT' });

describe('a checkpoint', () => {
  it('is origin, size and root, as C2SP shows them', () => {
    const checkpoint = { origin: 'example.com/behind-the-sofa', size: 20_852_163, root: ROOT };

    expect(parseCheckpoint(TEXT)).toEqual(checkpoint);
    expect(checkpointText(checkpoint)).toBe(TEXT);
  });

  it('tells of the lines that others added, and keeps them', () => {
    const extended = `${TEXT}Timestamp: 1\n— \n`;

    const checkpoint = parseCheckpoint(extended);

    expect(checkpoint.extensions).toEqual(['Timestamp: 1', '— ']);
    expect(checkpointText(checkpoint)).toBe(extended);
  });

  it('is refused in any other form', () => {
    const [origin = '', size = '', root = ''] = TEXT.split('\n');
    const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');
    const hostile = [
      '',
      '\n',
      TEXT.slice(0, -1),
      lines(origin, size),
      lines('', size, root),
      lines(origin, '', root),
      ...['-1', '+1', '01', '1e3', '0x10', ' 1', '1 ', '1.0', '９', '9007199254740992', '99999999999999999999'].map((bad) => lines(origin, bad, root)),
      ...['', root.slice(1), root.replace('=', ''), `${root} `, root.replace('2I=', '2J='), 'AAAA', root.replace('/', '_')].map((bad) => lines(origin, size, bad)),
      lines(origin, '0', root),
      lines(origin, size, root, ''),
      lines(origin, size, root, 'a', '', 'b'),
      lines(origin, size, root, ...Array<string>(200).fill('x')),
      lines(`${origin}\r`, size, root),
      lines(`${origin}\ud800`, size, root),
    ];

    for (const text of hostile) expect(() => parseCheckpoint(text)).toThrow(refused);
    for (const text of [null, 3, {}, [TEXT]]) expect(() => parseCheckpoint(text as string)).toThrow(refused);
  });

  it('is never written for what it cannot say', () => {
    const good: Checkpoint = { origin: 'o', size: 1, root: ROOT };
    const hostile: unknown[] = [
      { ...good, origin: '' },
      { ...good, origin: 'o\n9' },
      { ...good, origin: 7 },
      { ...good, size: -1 },
      { ...good, size: 1.5 },
      { ...good, size: '1' },
      { ...good, size: 2 ** 53 },
      { ...good, size: 0 },
      { ...good, root: ROOT.toUpperCase() },
      { ...good, root: `${ROOT}\n` },
      { ...good, extensions: [''] },
      { ...good, extensions: ['a\nb'] },
    ];

    for (const checkpoint of hostile) expect(() => checkpointText(checkpoint as Checkpoint)).toThrow(refused);
    expect(parseCheckpoint(checkpointText({ origin: 'o', size: 0, root: EMPTY_ROOT })).size).toBe(0);
  });

  it('is read as it was written', () => {
    const line = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[\0-\x1f]/.test(text) && text.isWellFormed());
    fc.assert(
      fc.property(line, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.array(line, { maxLength: 3 }), (origin, size, extensions) => {
        const checkpoint = extensions.length === 0 ? { origin, size, root: ROOT } : { origin, size, root: ROOT, extensions };
        expect(parseCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
      }),
    );
  });
});
