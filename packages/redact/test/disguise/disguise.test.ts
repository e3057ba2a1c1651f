import { describe, expect, it } from '@jest/globals';
import { Redactor } from '../../src/redactor.js';
import { benignTexts } from './benign-texts.js';
import { disguises } from './disguises.js';

const redactor = new Redactor({ categories: ['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban'] });

/** Values by category; a part after `|` is what is disguised and hidden, with what stands before it as its context. */
const values: Readonly<Record<string, readonly string[]>> = {
  email: ['john.doe@acme-corp.com', 'maria_k77@posteo.net', 'li.wei+news@uni.kern.edu'],
  phone: ['+1 415 732 2187', '(415) 732-2187', '+49 30 9018 1258'],
  ssn: ['536-22-8714', '212-47-9038'],
  credit_card: ['4111 1111 1111 1111', '5555-5555-5555-4444'],
  ip_address: ['203.0.113.77', '2001:db8:85a3::8a2e:370:7334'],
  iban: ['DE89 3704 0044 0532 0130 00', 'GB82WEST12345698765432'],
  aws: ['AKIAQ3EGRI7XW2LK5TZB', 'AKIA5WNOM7JDKV3T2LQX'],
  github: ['ghp_x7Kd93LmQpT2vZ8bRw5nYc1JhF4sGe6UaB0D', 'ghp_Zq4Wm8Rt1Yx6Kp3Nb9Vd5Hc2Jf7Lg0Se4UaT'],
  password: ['password: |Tr0ub4dor-x9', 'DB_PASSWORD=|kV7pQ2mXw9'],
  credentials: ['postgres://app:|s3cr3tPw9@db.internal:5432/main', 'https://deploy:|Zx81kQm2@git.acme.io/repo'],
};
const sentences = ['Please note %s for later', 'see (%s) there', '%s'];

interface Sample {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The value as the control finds it, disguised in place: a URL keeps what stands around its password. */
function sample(sentence: string, value: string, apply: (value: string) => string): Sample {
  const [context = '', hidden = ''] = value.includes('|') ? value.split('|') : ['', value];
  const url = context.includes('//');
  const secret = url ? hidden.slice(0, hidden.indexOf('@')) : hidden;
  const [before = '', after = ''] = sentence.split('%s');
  const disguised = apply(secret);
  const start = before.length + context.length;
  return { text: before + context + disguised + (url ? hidden.slice(secret.length) : '') + after, start, end: start + disguised.length };
}

function isFound({ text, start, end }: Sample): boolean {
  const findings = redactor.detect(text);
  // A finding may leave out a leading `(` or take a URL's user name along, never a part of the value.
  return findings.some((finding) => finding.start <= start + 1 && finding.end >= end);
}

function isExact({ text, start, end }: Sample): boolean {
  return redactor.detect(text).some((finding) => finding.start === start && finding.end === end);
}

const plain = (value: string): string => value;

describe('a disguised value', () => {
  it.each(disguises)('is found as well as in the open: $name', ({ apply }) => {
    const missed: string[] = [];
    let controls = 0;
    for (const value of Object.values(values).flat()) {
      for (const sentence of sentences) {
        const control = sample(sentence, value, plain);
        if (!isFound(control)) continue;
        controls += 1;
        const disguised = sample(sentence, value, apply);
        if (isExact(control) ? !isExact(disguised) : !isFound(disguised)) missed.push(disguised.text);
      }
    }

    expect(missed.slice(0, Math.floor(controls * 0.05) < missed.length ? undefined : 0)).toEqual([]);
  });

  it.each(Object.entries(values))('has a control of its own: %s', (_category, list) => {
    expect(list.map((value) => isFound(sample('%s', value, plain)))).toEqual(list.map(() => true));
  });
});

describe('a harmless text', () => {
  it.each(benignTexts)('stays as it is: %j', (text) => {
    expect(redactor.detect(text)).toEqual([]);
  });
});
