import { Random } from './random.js';
import type { Label, Sample, Value } from './sample.js';
import { email, phone, plainPhone } from './values/contact.js';
import { looseWallet, wallet } from './values/crypto.js';
import { birthDate, deaNumber, driverLicence, itin, medicalId, medicareId, nationalId, recordNumber, passport, ssn, ssnDigits } from './values/documents.js';
import { filler } from './values/filler.js';
import { inventedValue } from './values/invented.js';
import { bankAccount, bic, card, iban } from './values/money.js';
import { ip, ip4, ip6, mac } from './values/network.js';
import { company, firstName, fullName, lastName, rareName, street, town, type Locale } from './values/people.js';

/** Texts of one kind with slots `<<kind>>` or `<<kind.locale>>`; the locales are gone through in turn. */
export interface Family {
  readonly name: string;
  readonly locales: readonly Locale[];
  readonly templates: readonly string[];
}

export function family(name: string, locales: string, ...templates: readonly string[]): Family {
  // The lists are written in this folder; an unknown locale fails at the first value drawn for it.
  return { name, locales: locales.split(' ') as Locale[], templates };
}

const slot = /<<([a-z][a-z_0-9]*)(?:\.([a-z]{2}))?>>/g;

export function fill(family: Family, template: string, random: Random, locale: Locale): Sample {
  let text = '';
  let from = 0;
  const labels: Label[] = [];
  for (const match of template.matchAll(slot)) {
    const [whole, kind = '', of] = match;
    text += template.slice(from, match.index);
    from = match.index + whole.length;
    // Written in this folder as well: two letters that name a locale.
    const value = draw(kind, random, (of ?? locale) as Locale);
    if (value.category !== undefined) labels.push({ category: value.category, start: text.length, end: text.length + value.text.length });
    text += value.text;
  }
  return { family: family.name, text: text + template.slice(from), labels };
}

/** `rounds` texts of every template. */
export function generate(families: readonly Family[], rounds: number, seed: number): Sample[] {
  return families.flatMap((family) =>
    family.templates.flatMap((template, at) => {
      const random = new Random(seed * 7919 + at * 101 + family.name.length * 13 + template.length);
      return Array.from({ length: rounds }, (_, round) => fill(family, template, random, family.locales[(round + at) % family.locales.length] ?? 'us'));
    }),
  );
}

function draw(kind: string, random: Random, locale: Locale): Value {
  switch (kind) {
    case 'email':
      return { category: 'email', text: email(random, locale) };
    case 'phone':
      return { category: 'phone', text: phone(random, locale) };
    case 'plain_phone':
      return { category: 'phone', text: plainPhone(random, locale) };
    case 'ssn':
      return { category: 'ssn', text: ssn(random) };
    case 'plain_ssn':
      return { category: 'ssn', text: ssnDigits(random) };
    case 'card':
      return { category: 'credit_card', text: card(random) };
    case 'ip':
      return { category: 'ip_address', text: ip(random) };
    case 'ip4':
      return { category: 'ip_address', text: ip4(random) };
    case 'ip6':
      return { category: 'ip_address', text: ip6(random) };
    case 'iban':
      return { category: 'iban', text: iban(random, locale) };
    case 'passport':
      return { category: 'passport', text: passport(random, locale) };
    case 'national':
      return { category: locale === 'us' ? 'ssn' : 'national_id', text: nationalId(random, locale) };
    case 'dob':
      return { category: 'date_of_birth', text: birthDate(random, locale) };
    case 'wallet':
      return { category: 'crypto_address', text: wallet(random) };
    case 'loose_wallet':
      return { category: 'crypto_address', text: looseWallet(random) };
    case 'mac':
      return { category: 'mac_address', text: mac(random) };
    case 'licence':
      return { category: 'driver_license', text: driverLicence(random, locale) };
    case 'medical':
      return { category: 'medical_id', text: medicalId(random, locale) };
    case 'mrn':
      return { category: 'medical_id', text: recordNumber(random) };
    case 'medicare':
      return { category: 'medical_id', text: medicareId(random) };
    case 'dea':
      return { category: 'medical_id', text: deaNumber(random) };
    case 'bic':
      return { category: 'bank_account', text: bic(random) };
    case 'account':
      return { category: 'bank_account', text: bankAccount(random, locale) };
    case 'itin':
      return { category: 'itin', text: itin(random) };
    case 'name':
      return { category: 'person_name', text: fullName(random, locale) };
    case 'rare_name':
      return { category: 'person_name', text: rareName(random) };
    case 'first':
      return { category: 'person_name', text: firstName(random, locale) };
    case 'last':
      return { category: 'person_name', text: lastName(random, locale) };
    default:
      return inventedValue(kind, random) ?? { text: place(kind, random, locale) };
  }
}

function place(kind: string, random: Random, locale: Locale): string {
  if (kind === 'street') return street(random, locale);
  if (kind === 'town') return town(random, locale);
  return kind === 'company' ? company(random) : filler(kind, random);
}
