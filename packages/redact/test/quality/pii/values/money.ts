import { ibanCheck, luhnDigit } from '../check-digits.js';
import type { Random } from '../random.js';
import type { Locale } from './people.js';

// Prefix and length of what each scheme issues.
const schemes: readonly (readonly [string, number])[] = [
  ['4', 16], ['4', 16], ['4', 16], ['4', 13], ['4', 19], ['51', 16], ['55', 16], ['5234', 16], ['2221', 16], ['2720', 16], ['34', 15], ['37', 15], ['6011', 16], ['644', 16], ['65', 16], ['300', 14], ['36', 14], ['38', 14],
  ['3528', 16], ['3589', 16], ['62', 16], ['5018', 16], ['6304', 16], ['6759', 12], ['6759', 16], ['2131', 15], ['1800', 15], ['2200', 16], ['5893', 18], ['6062', 16],
];

export function card(random: Random): string {
  const [prefix, length] = random.pick(schemes);
  const body = prefix + random.digits(length - prefix.length - 1);
  return grouped(random, body + luhnDigit(body));
}

function grouped(random: Random, digits: string): string {
  const sign = random.pick(['', '', '', ' ', ' ', '-', '-']);
  if (sign === '' || digits.length < 14) return digits;
  if (digits.length === 15) return `${digits.slice(0, 4)}${sign}${digits.slice(4, 10)}${sign}${digits.slice(10)}`;
  if (digits.length === 14) return `${digits.slice(0, 4)}${sign}${digits.slice(4, 10)}${sign}${digits.slice(10)}`;
  return digits.replace(/\d{4}(?=\d)/g, (four) => four + sign);
}

// `#` digit, `?` letter, `*` either: the account part after country and check digits (ISO 13616 registry).
const accounts: Readonly<Record<string, string>> = {
  DE: '##################', GB: '????##############', FR: '##########***********##', ES: '####################', IT: '?##########************', NL: '????##########', BE: '############', AT: '################', CH: '#####************', PT: '#####################',
  PL: '########################', SE: '####################', NO: '###########', DK: '##############', FI: '##############', IE: '????##############', BR: '#######################?*', AE: '###################', SA: '##******************', TR: '######****************',
  CZ: '####################', GR: '#######****************', LU: '###*************', MT: '????#####******************', RO: '????****************', HU: '########################', HR: '#################', IL: '###################', CY: '########****************', EE: '################',
};
const homes: Partial<Record<Locale, string>> = { de: 'DE', uk: 'GB', fr: 'FR', es: 'ES', it: 'IT', nl: 'NL', br: 'BR', pl: 'PL', se: 'SE' };

export function iban(random: Random, locale: Locale): string {
  const country = (random.chance(0.7) ? homes[locale] : undefined) ?? random.pick(Object.keys(accounts));
  const account = random.shape(accounts[country] ?? '').toUpperCase();
  const solid = country + ibanCheck(country, account) + account;
  const kind = random.int(10);
  if (kind < 5) return solid;
  if (kind === 5) return solid.toLowerCase();
  return solid.replace(/.{4}(?=.)/g, (four) => four + (kind === 6 ? '-' : ' '));
}

export function bankAccount(random: Random, locale: Locale): string {
  switch (locale) {
    case 'uk':
      return random.digits(8);
    case 'in':
      return random.shape('N' + '#'.repeat(random.between(9, 11)));
    case 'jp':
      return random.digits(7);
    case 'au':
      return random.shape(random.pick(['N########', 'N#######']));
    default:
      return random.shape('N' + '#'.repeat(random.between(7, 11)));
  }
}

/** ISO 9362: bank, country, place and now and then a branch. */
export function bic(random: Random): string {
  return random.shape(`????${random.pick(['DE', 'FR', 'GB', 'NL', 'ES', 'IT', 'US'])}**${random.pick(['', '', '\\X\\X\\X', '###'])}`);
}
