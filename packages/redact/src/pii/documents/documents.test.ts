import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { piiCategories } from '../../categories.js';
import { Sink } from '../../finding.js';
import { makePlan } from '../../plan.js';
import { Redactor } from '../../redactor.js';
import { isBech32 } from './bech32.js';
import { isBase58Check } from './base58.js';
import { luhn, verhoeff, weighted } from './check-digits.js';
import { ibanEnd } from './iban.js';
import { macAround } from './mac.js';
import { isMonth } from './months.js';
import { topicsAround } from './topics.js';

const redactor = new Redactor({ secrets: false, categories: piiCategories });
const found = (text: string): string[] => redactor.detect(text).map(({ category, start, end }) => `${category}:${text.slice(start, end)}`);

function macs(text: string): string[] {
  const sink = new Sink();
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) macAround(text, at, makePlan(new Set(['mac_address']), new Set()), sink);
  return sink.found.map(({ start, end }) => text.slice(start, end));
}

describe('check digits', () => {
  it('know the numbers the standards print', () => {
    expect([luhn('79927398713'), luhn('79927398710'), verhoeff('2363'), verhoeff('2364')]).toEqual([true, false, true, false]);
  });

  it('weigh every digit', () => {
    const nhs = weighted([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11);

    expect([nhs('9434765919'), nhs('9434765918'), nhs('943476591')]).toEqual([true, false, false]);
  });

  it.each(['A12UEL5L', 'A1LQFN3A'])('leave %s alone: it is too short for an account', (text) => {
    expect(isBech32(text)).toBe(false);
  });

  it('notice one changed character of an address', () => {
    expect([isBech32('bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'), isBech32('bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp')]).toEqual([true, false]);
    expect([isBase58Check('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'), isBase58Check('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'), isBase58Check('0OIl')]).toEqual([true, false, false]);
  });
});

describe('an IBAN', () => {
  it('ends where its country says', () => {
    expect(ibanEnd('DE89 3704 0044 0532 0130 00 is mine', 0)).toBe(27);
  });

  it.each(['DE88370400440532013000', 'ZZ89370400440532013000', 'DE8937040044053201300', 'DE893704004405320130001'])('is not %s', (text) => {
    expect(ibanEnd(text, 0)).toBe(-1);
  });

  it('may be mistyped where the word stands right before it', () => {
    expect(found('IBAN: DE88 3704 0044 0532 0130 00')).toEqual(['iban:DE88 3704 0044 0532 0130 00']);
  });
});

describe('words around a number', () => {
  const categories = (text: string, value: string): string[] => topicsAround(text, text.indexOf(value), text.indexOf(value) + value.length).map(({ category }) => category);

  it('count nearest first', () => {
    expect(categories('passport 1, license no 2, MRN X', 'X')).toEqual(['medical_id', 'driver_license', 'passport']);
  });

  it('are read out of names of properties', () => {
    expect([categories('{"passportNumber": "X"}', 'X'), categories('date_of_birth=X', 'X'), categories("driver's license X", 'X'), categories('D.O.B.: X', 'X')]).toEqual([
      ['passport', 'passport'], ['date_of_birth'], ['driver_license'], ['date_of_birth'],
    ]);
  });

  it.each(['<PASSPORT> X', '[HMAC:0123456789abcdef] X', 'passport ***** X', 'passport ⟦EMAIL_1⟧ X', 'passport\nX'])('stop at what redaction leaves: %j', (text) => {
    expect(categories(text, 'X')).toEqual([]);
  });

  it('after a number end with its clause', () => {
    expect([categories('X is my passport', 'X'), categories('X, passport: Y', 'X'), categories('X passport: Y', 'X')]).toEqual([['passport'], [], []]);
  });
});

describe('documents', () => {
  it.each([
    ['room 5 12:30', ['date_time:12:30']], ['12:30 12:45', ['date_time:12:30', 'date_time:12:45']], ['5 May 2020 10:30', ['date_time:5 May 2020 10:30']], ['may 5', []], ['on May 5', ['date_time:May 5']],
    ['born 15.01.80, hired 2010-05-05', ['date_of_birth:15.01.80', 'date_time:2010-05-05']], ['2024-01-15T10:30:00Z', ['date_time:2024-01-15T10:30:00Z']], ['1980年1月15日', ['date_time:1980年1月15日']],
    ['passport A12345678, phone +1 555 123 4567', ['passport:A12345678', 'phone:+1 555 123 4567']], ['Geburtsdatum 19800115', ['date_of_birth:19800115']], ['DOB: 12345678', []],
    ['NI AB 12 34 56 C', ['national_id:AB 12 34 56 C']], ['BSB 062-000', ['bank_account:062-000']], ['Insurance RSS MRA 85T10 A562S', ['national_id:RSS MRA 85T10 A562S']],
    ['passport order no 123456789', []], ['MRN 408264) discharged. Ref 741828', ['medical_id:408264']], ['SSN: 987-65-4321', ['ssn:987-65-4321']], ['dob: 03-12-84', ['date_of_birth:03-12-84']], ['passport 123456789 or 123456780', ['passport:123456789', 'passport:123456780']],
    ['order passport 123456789', ['passport:123456789']],
  ])('reads %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('answers nothing nobody asked for', () => {
    const passports = new Redactor({ secrets: false, categories: ['passport'] });

    expect(passports.detect('passport 1, license no D1234567')).toEqual([]);
  });

  it.each([
    ['00:1a:2b:3c:4d:5e', ['00:1a:2b:3c:4d:5e']], ['lladdr de:ad:be:ef:ca:fe REACHABLE', ['de:ad:be:ef:ca:fe']], ['16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48', []], ['10:30:45', []], ['x00:1a:2b:3c:4d:5e', []],
    ['00:11:22:33:44:55:66:77', ['00:11:22:33:44:55:66:77']], ['00:1a:2b:3c:4d:5e7', []],
  ])('reads the MAC addresses of %j', (text, expected) => {
    expect(macs(text)).toEqual(expected);
  });

  it.each(['P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<', 'I<D<<MUSTERMANN<<ERIKA<<<<<<<<'])('reads the name line %j of a country with one letter', (line) => {
    expect(redactor.detect(line).map(({ start, end }) => line.slice(start, end))).toEqual([line]);
  });

  it('knows months in any case, and words that are months only with a year', () => {
    expect([isMonth('JANVIER', false), isMonth('may', false), isMonth('may', true), isMonth('May', false), isMonth('day', true)]).toEqual([true, false, true, true, false]);
  });

  const part = fc.constantFrom(
    'passport ', 'born ', 'DOB: ', 'IBAN ', 'MRN ', 'account number ', 'DE89 3704 0044 0532 0130 00', '123456789', 'A1234567', '12345678Z', '1980-01-15', '15 May 1980', '12:30', 'AB 12 34 56 C', '001a.2b3c.4d5e', '756.1234.5678.97',
    'P<UTOERIKSSON<<ANNA<MARIA<<<', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', ' ', ', ', '\n', '-', '.', ':', '<', 'x', 'É', '護照', '[HMAC:0123456789012345]',
  );

  it('are hidden once and for all', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const once = redactor.redact(parts.join('')).text;

        expect(redactor.redact(once).text).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it('stand within one line', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');

        for (const { start, end } of redactor.detect(text)) expect(text.slice(start, end)).not.toContain('\n');
      }),
      { numRuns: 300 },
    );
  });
});
