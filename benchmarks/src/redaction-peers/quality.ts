import { harmlessScripts } from '../../../packages/redact/test/quality/dist/disguise/harmless-scripts.js';
import { disguisedPairs, isUnseen, measureDisguises, shareSeen } from '../../../packages/redact/test/quality/dist/disguise/measure.js';
import { benignTexts, piiSamples, shareGone } from '../../../packages/redact/test/quality/dist/pii/measure.js';
import { secretSets, shareRight, tallyHarmless, tallySamples, type Redact, type Tally } from '../../../packages/redact/test/quality/dist/secrets/measure.js';
import type { Product, Purpose } from './product.js';

/** One line of the table of quality; `percent` by product. */
export interface QualityRow {
  readonly name: string;
  readonly about: string;
  readonly good: 'high' | 'low';
  readonly texts: number;
  readonly percent: ReadonlyMap<string, number>;
}

interface Measure {
  readonly name: string;
  readonly about: string;
  readonly good: 'high' | 'low';
  readonly purpose: Purpose;
  readonly texts: number;
  /** Share that came out as it should, or of false alarms. */
  readonly share: (redact: Redact) => Promise<number>;
}

/** Hits and false alarms of every product on the same texts; `step` takes every step-th of them. */
export async function measureQuality(products: readonly Product[], step: number, progress: (line: string) => void): Promise<readonly QualityRow[]> {
  const rows: QualityRow[] = [];
  for (const { name, about, good, purpose, texts, share } of measures(step)) {
    const percent = new Map<string, number>();
    for (const product of products) {
      progress(`${name}: ${product.name}`);
      const way = product.ways[purpose];
      percent.set(product.name, Math.round(1_000 * (await share((text) => way.redact(text)))) / 10);
    }
    rows.push({ name, about, good, texts, percent });
  }
  return rows;
}

function measures(step: number): readonly Measure[] {
  const thin = <T>(list: readonly T[]): readonly T[] => list.filter((_, at) => at % step === 0);
  const sets = secretSets();
  const pairs = thin(disguisedPairs('one', 2));
  const plain = [...new Set(pairs.map((pair) => pair.plain))];
  const hits = (name: string, about: string, samples: typeof sets.named): Measure => {
    const some = thin(samples);
    return { name, about, good: 'high', purpose: 'secrets', texts: some.length, share: async (redact) => shareRight(await tallySamples(redact, some)) };
  };
  const alarms = (name: string, about: string, texts: typeof sets.code): Measure => {
    const some = thin(texts);
    const share = async (redact: Redact): Promise<number> => 1 - shareRight(await tallyHarmless(redact, some) satisfies readonly Tally<unknown>[]);
    return { name, about, good: 'low', purpose: 'secrets', texts: some.length, share };
  };
  const texts = piiSamples(2);
  const personal = (name: string, category: string): Measure => {
    const some = thin(texts.filter(({ labels }) => labels.some((label) => label.category === category)));
    return { name, about: 'in sentences, records and forms of many countries', good: 'high', purpose: 'usual', texts: some.length, share: (redact) => shareGone(redact, category, some) };
  };
  const changed = (name: string, about: string, of: readonly string[]): Measure => {
    const some = thin(of);
    return { name, about, good: 'low', purpose: 'usual', texts: some.length, share: async (redact) => (await Promise.all(some.map(async (text) => (await redact(text)) !== text))).filter(Boolean).length / some.length };
  };
  const known = (kind: string): typeof sets.vendor => sets.vendor.filter(({ group }) => group === kind);
  return [
    personal('e-mail addresses', 'email'),
    personal('phone numbers', 'phone'),
    personal('social security numbers', 'ssn'),
    personal('payment cards', 'credit_card'),
    personal('IP addresses', 'ip_address'),
    personal('IBANs', 'iban'),
    hits('named secrets', 'the eleven categories of the Python EnforceCore, each in 40 forms or more', sets.named),
    hits('prefixed keys', 'keys of other issuers that carry a sign of their issuer', known('prefix')),
    hits('keys by name', 'keys known only by the name they are assigned to', known('keyword')),
    hits('generic secrets', 'passwords, secrets, tokens and keys without an issuer', sets.generic),
    hits('in whole files', 'settings, logs, transcripts and messages with several secrets each', sets.documents),
    {
      name: 'plain values', about: 'mail, phone, SSN, card, IP, IBAN, tokens and passwords in sentences', good: 'high', purpose: 'usual', texts: plain.length,
      share: async (redact) => {
        let gone = 0;
        for (const sample of plain) if (isUnseen(sample, await redact(sample.text))) gone += 1;
        return gone / plain.length;
      },
    },
    {
      name: 'of those, disguised', about: 'the plain values a product finds, again in 22 disguises', good: 'high', purpose: 'usual', texts: pairs.length,
      share: async (redact) => shareSeen(await measureDisguises(redact, pairs)),
    },
    alarms('alarms: near misses', 'placeholders, references, examples, wrong length or letters', sets.nearMisses),
    alarms('alarms: code', 'hashes, lock files, pictures, manifests, sources', sets.code),
    alarms('alarms: prose', 'sentences about passwords, keys and tokens', sets.prose),
    changed('alarms: scripts', 'texts of other scripts, of escapes and of encoded data', harmlessScripts('one')),
    changed('alarms: no personal data', 'prose and technical texts with numbers, versions, dates and names of things', benignTexts(1)),
  ];
}
