import { describe, expect, it } from '@jest/globals';
import { formatVerifierKey, parseVerifierKey } from './verifier-key.js';
import { cosignatureKey } from './cosignature.js';

const refused = expect.objectContaining({ name: 'TrailError', code: 'KEY' });

// Of Go's note package, its checksum database, C2SP signed-note, and a witness that is in use.
const KNOWN = [
  'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
  'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
];

describe('a verifier key', () => {
  it('is read with the id that others give it, and written as it was', () => {
    const keys = KNOWN.map(parseVerifierKey);

    expect(keys.map(formatVerifierKey)).toEqual(KNOWN);
    expect(keys.map((key) => key.algorithm)).toEqual(['ed25519', 'ed25519', 'ed25519', 'cosignature/v1']);
    expect(keys.map((key) => key.publicKey.length)).toEqual([32, 32, 32, 32]);
  });

  it('of a witness may have been written as a plain one', () => {
    const plain = parseVerifierKey(KNOWN[0] ?? '');
    const witness = cosignatureKey(plain);

    expect([witness.algorithm, witness.publicKey, witness.keyId === plain.keyId]).toEqual(['cosignature/v1', plain.publicKey, false]);
    expect(cosignatureKey(parseVerifierKey(formatVerifierKey(witness)))).toEqual(witness);
  });

  it('is refused where it was not copied whole, or is of another algorithm', () => {
    const [peter = ''] = KNOWN;
    const hostile = [
      '',
      'PeterNeumann',
      'PeterNeumann+c74f20a3',
      'PeterNeumann+c74f20a3+',
      `${peter}\n`,
      ` ${peter}`,
      peter.replace('c74f20a3', 'C74F20A3'),
      peter.replace('c74f20a3', 'c74f20a4'),
      peter.replace('c74f20a3', 'c74f20a3a'),
      peter.replace('Peter', 'Pater'),
      peter.replace('Neumann', ' Neumann'),
      peter.replace('Peter', 'Peter\u0000'),
      peter.replace('ARpc', 'ASpc'),
      peter.slice(0, -4),
      // Go's own: a key too long and an unknown algorithm, under key ids that fit.
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
      `${'n'.repeat(1_000_000)}+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW`,
    ];

    for (const text of hostile) expect(() => parseVerifierKey(text)).toThrow(refused);
    for (const text of [null, 7, {}, [peter]]) expect(() => parseVerifierKey(text as string)).toThrow(refused);
  });
});
