import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cosignatureKey } from '../checkpoint/cosignature.js';
import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { isSatisfied, parseWitnessPolicy } from './witness-policy.js';
import { keyOf, newSigner } from './witness.test.kit.js';

const LOG = newSigner('example.com/log').verifierKey;
const [A = '', B = '', C = '', D = ''] = ['a', 'b', 'c', 'd'].map((name) => newSigner(`${name}.example/w`, 'cosignature/v1').verifierKey);
const PLAIN = newSigner('plain.example/w').verifierKey;

const POLICY = `# who may vouch for our log
log ${LOG}   https://log.example/
\t
witness a ${A} https://a.example/prefix
witness b ${B}   # no address
witness c ${C}\r
witness d ${D}
group others 2 b c d
group both all a others
quorum both
`;

function satisfied(text: string, ...vkeys: string[]): boolean {
  const policy = parseWitnessPolicy(text);
  const verified = vkeys.map((vkey) => ({ key: keyOf({ verifierKey: vkey }), time: 1 }));
  return isSatisfied(policy, { verified });
}

function refused(line: number): unknown {
  return expect.objectContaining({ name: 'TrailError', code: 'FORMAT', message: expect.stringContaining(`line ${String(line)}: `) });
}

describe('a witness policy', () => {
  it('is read as sigsum and tessera write it', () => {
    const policy = parseWitnessPolicy(POLICY);

    expect(policy.logs.map((key) => key.name)).toEqual(['example.com/log']);
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['a', 'https://a.example/prefix'],
      ['b', null],
      ['c', null],
      ['d', null],
    ]);
    expect(policy.keys).toHaveLength(5);
  });

  it('is satisfied by the log and n of m in every group, and by nothing less', () => {
    expect(satisfied(POLICY, LOG, A, B, C)).toBe(true);
    expect(satisfied(POLICY, LOG, A, D, C)).toBe(true);
    expect(satisfied(POLICY, LOG, A, B)).toBe(false);
    expect(satisfied(POLICY, LOG, A, B, B)).toBe(false);
    expect(satisfied(POLICY, LOG, B, C, D)).toBe(false);
    expect(satisfied(POLICY, A, B, C)).toBe(false);
    expect(satisfied(POLICY)).toBe(false);
  });

  it('may have any of a group, one witness, or nobody as its quorum', () => {
    const any = `witness a ${A}\nwitness b ${B}\ngroup g any a b\nquorum g\n`;

    expect([satisfied(any, B), satisfied(any, C), satisfied(any)]).toEqual([true, false, false]);
    expect([satisfied(`witness a ${A}\nquorum a`, A), satisfied(`witness a ${A}\nquorum a`, B)]).toEqual([true, false]);
    expect([satisfied('quorum none'), satisfied(`log ${LOG}\nquorum none`, LOG), satisfied(`log ${LOG}\nquorum none`, A)]).toEqual([true, true, false]);
  });

  it('takes a plain key of a witness as one for cosignatures, and no other signature by it', () => {
    const policy = parseWitnessPolicy(`witness p ${PLAIN}\nquorum p`);
    const plain = keyOf({ verifierKey: PLAIN });
    const by = (key: VerifierKey): boolean => isSatisfied(policy, { verified: [{ key, time: 1 }] });

    expect([by(cosignatureKey(plain)), by(plain)]).toEqual([true, false]);
  });

  it('is not satisfied by a key that only bears a name of the policy', () => {
    const impostor = newSigner('a.example/w', 'cosignature/v1').verifierKey;

    expect(satisfied(`witness a ${A}\nquorum a`, impostor)).toBe(false);
  });

  it('is refused, with the number of the line, where it could mean two things or nothing', () => {
    const w = `witness a ${A}\nwitness b ${B}\n`;
    const cases: readonly (readonly [string, number])[] = [
      ['wintess a', 1],
      [`log`, 1],
      [`log ${LOG} https://x/ more`, 1],
      [`log ${A}`, 1],
      [`log ${LOG}\nlog ${LOG}`, 2],
      [`witness a`, 1],
      [`witness a ${A.replace('+', '-')}`, 1],
      [`witness a ${A} ftp://x/`, 1],
      [`witness a ${A} https://me:secret@x/`, 1],
      [`witness a ${A} nowhere`, 1],
      [`witness a ${A} https://x/ more`, 1],
      [`witness any ${A}`, 1],
      [`witness log ${A}`, 1],
      [`witness a+b ${A}`, 1],
      [`${w}witness a ${C}`, 3],
      [`${w}witness c ${A}`, 3],
      [`log ${PLAIN}\nwitness p ${PLAIN}`, 2],
      [`${w}group g`, 3],
      [`${w}group g 1`, 3],
      [`${w}group g 0 a b`, 3],
      [`${w}group g 3 a b`, 3],
      [`${w}group g -1 a b`, 3],
      [`${w}group g 1.0 a b`, 3],
      [`${w}group g 01 a b`, 3],
      [`${w}group g none a b`, 3],
      [`${w}group a any b`, 3],
      [`${w}group g any a a`, 3],
      [`${w}group g any a b x`, 3],
      [`${w}group g any g`, 3],
      [`${w}group g any a h\ngroup h any g b`, 3],
      [`${w}group g any a\ngroup h any a b`, 4],
      [`${w}group __proto__ any constructor`, 3],
      [`${w}quorum`, 3],
      [`${w}quorum x`, 3],
      [`${w}quorum any`, 3],
      [`${w}quorum a b`, 3],
      [`${w}quorum a\nquorum a`, 4],
      [`${w}quorum none\nquorum none`, 4],
    ];

    for (const [text, line] of cases) expect(() => parseWitnessPolicy(text)).toThrow(refused(line));
    for (const text of ['', w, '\n'.repeat(2000), `#${'x'.repeat(2_000_000)}`, null, 7, {}]) {
      expect(() => parseWitnessPolicy(text as string)).toThrow(expect.objectContaining({ name: 'TrailError', code: 'FORMAT' }));
    }
  });

  it('says no word of an address with a secret in it', () => {
    expect(() => parseWitnessPolicy(`witness a ${A} https://me:hunter2@x/`)).not.toThrow('hunter2');
  });

  it('whatever it is, is a policy or a typed error', () => {
    const word = fc.constantFrom('log', 'witness', 'group', 'quorum', 'a', 'b', 'c', A, B, LOG, 'any', 'all', '1', '2', 'none', '#', '\u0085', '__proto__', 'https://x/');
    const text = fc.array(fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')), { maxLength: 8 }).map((lines) => lines.join('\n'));
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(text, fc.boolean(), (policy, hasQuorum) => {
        try {
          parseWitnessPolicy(hasQuorum ? `${policy}\nquorum none` : policy);
          outcomes.add('read');
        } catch (error) {
          outcomes.add(`${(error as Error).name} ${String((error as { code?: unknown }).code)}`);
        }
      }),
    );
    expect([...outcomes].sort()).toEqual(['TrailError FORMAT', 'read']);
  });
});
