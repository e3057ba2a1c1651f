import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatSignedNote, MAX_SIGNATURES, parseSignedNote } from './signed-note.js';

const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const refused = expect.objectContaining({ name: 'TrailError', code: 'FORMAT' });

describe('a signed note', () => {
  it('is read as text and signatures, and written as it was', () => {
    const note = parseSignedNote(`${TEXT}\n${PETER}${PETER}`);

    expect(note.text).toBe(TEXT);
    expect(note.signatures.map(({ name, keyId, bytes }) => [name, keyId, bytes.length])).toEqual(Array(2).fill(['PeterNeumann', 'c74f20a3', 64]));
    expect(formatSignedNote(note)).toBe(`${TEXT}\n${PETER}${PETER}`);
  });

  it('may have empty lines in its text: the last one counts', () => {
    expect(parseSignedNote(`solo\n\n— not a signature\n\n${PETER}`).text).toBe('solo\n\n— not a signature\n');
  });

  it('is a bare text only where that was asked for', () => {
    expect(parseSignedNote(TEXT, { allowUnsigned: true })).toEqual({ text: TEXT, signatures: [] });
    expect(formatSignedNote({ text: TEXT, signatures: [] })).toBe(TEXT);
    expect(() => parseSignedNote(TEXT)).toThrow(refused);
    expect(() => parseSignedNote(`${TEXT}\n`, { allowUnsigned: true })).toThrow(refused);
  });

  it('has up to a hundred signatures', () => {
    expect(parseSignedNote(`${TEXT}\n${PETER.repeat(MAX_SIGNATURES)}`).signatures).toHaveLength(100);
    expect(() => parseSignedNote(`${TEXT}\n${PETER.repeat(MAX_SIGNATURES + 1)}`)).toThrow(refused);
  });

  it('is refused where a byte is not as C2SP writes it', () => {
    const hostile = [
      '',
      '\n',
      `${TEXT}\n`,
      `${TEXT}${PETER}`,
      `${TEXT}\n${PETER.slice(0, -1)}`,
      `\u0001${TEXT}\n${PETER}`,
      `${TEXT}\r\n${PETER}`,
      `${TEXT}\t\n\n${PETER}`,
      `\ud800${TEXT}\n${PETER}`,
      `${TEXT}\n${PETER}\n`,
      `${TEXT}\n${PETER}Unexpected line.\n`,
      `${TEXT}\n${PETER.replace('—', '-')}`,
      `${TEXT}\n${PETER.replace('— ', '—  ')}`,
      `${TEXT}\n ${PETER}`,
      `${TEXT}\n${PETER.replace('\n', ' \n')}`,
      `${TEXT}\n${PETER.replace('PeterNeumann', 'Peter Neumann')}`,
      `${TEXT}\n${PETER.replace('PeterNeumann', 'Peter+Neumann')}`,
      `${TEXT}\n${PETER.replace('PeterNeumann', 'Peter\u2003Neumann')}`,
      `${TEXT}\n${PETER.replace('PeterNeumann', '')}`,
      `${TEXT}\n${PETER.replace('=', '')}`,
      `${TEXT}\n${PETER.replace('AM=', 'AN=')}`,
      `${TEXT}\n${PETER.replace('x08', 'x-8')}`,
      `${TEXT}\n— PeterNeumann x08gow==\n`,
      `${'x'.repeat(1_000_000)}\n\n${PETER}`,
    ];

    for (const note of hostile) expect(() => parseSignedNote(note)).toThrow(refused);
    for (const note of [null, undefined, 7, {}, [TEXT]]) expect(() => parseSignedNote(note as string)).toThrow(refused);
  });

  it('is written again byte for byte, or refused, whatever it is', () => {
    const pieces = fc.constantFrom('\n', '\n\n', '— ', 'a', ' ', 'x08gow==', 'x08go/ZJ', PETER, '+', '\u0085', '\0', '=', '\ud83d', '__proto__');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.boolean(), (parts, allowUnsigned) => {
        const note = parts.join('');
        let result: unknown;
        try {
          result = formatSignedNote(parseSignedNote(note, { allowUnsigned }));
        } catch (error) {
          result = error;
        }
        expect([note, refused]).toContainEqual(result);
      }),
      { numRuns: 2000 },
    );
  });
});
