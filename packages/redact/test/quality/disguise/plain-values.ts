import { below, fill, pick, seeded, type Random } from '../secrets/random.js';
import { place, sampleOf, type Sample } from '../secrets/sample.js';

interface Kind {
  readonly group: string;
  readonly make: (random: Random) => string;
  readonly sentences: readonly string[];
}

const first = ['anna', 'jonas', 'maria.luz', 'k.novak', 'peter_h', 'li.wei', 'sofia', 'omar.k'];
const hosts = ['corp-mail.org', 'posteo-mail.net', 'uni.kern.edu', 'shop.brightside.io', 'office.lindqvist.se'];
const number = (random: Random, least: number, most: number): string => String(least + below(random, most - least + 1));

function card(random: Random): string {
  const digits = fill(pick(random, ['4{d14}', '51{d13}', '55{d13}', '6011{d11}']), random);
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const twice = digit * 2;
    sum += i % 2 === 0 ? (twice > 9 ? twice - 9 : twice) : digit;
  }
  const whole = digits + String((10 - (sum % 10)) % 10);
  const sign = pick(random, ['', ' ', '-']);
  return (whole.match(/\d{4}/g) ?? []).join(sign);
}

function iban(random: Random): string {
  const bank = fill('{d18}', random);
  let rest = 0;
  for (const digit of `${bank}131400`) rest = (rest * 10 + Number(digit)) % 97; // D is 13 and E is 14
  const whole = `DE${String(98 - rest).padStart(2, '0')}${bank}`;
  return random() < 0.5 ? whole : whole.replace(/(.{4})(?=.)/g, '$1 ');
}

const kinds: readonly Kind[] = [
  {
    group: 'email',
    make: (random) => `${pick(random, first)}${number(random, 1, 99)}@${pick(random, hosts)}`,
    sentences: [`Please write to ${place} before Monday.`, `Contact: ${place}`, `email=${place}`, `(${place}) asked again`, `From ${place} to the whole team`, `"${place}", she said`],
  },
  {
    group: 'phone',
    make: (random) => pick(random, ['(415) 732-{d4}', '415-732-{d4}', '+1 212 732 {d4}', '+49 30 9018 {d4}', '+44 20 7946 {d4}', '212-555-{d4}']).replace('{d4}', number(random, 1000, 9999)),
    sentences: [`Call me at ${place} after lunch.`, `Phone: ${place}`, `Reach us on ${place}, day and night`, `his number is ${place}`, `Tel. ${place} or by mail`],
  },
  {
    group: 'ssn',
    make: (random) => `${number(random, 101, 665)}-${number(random, 11, 98)}-${number(random, 1001, 9989)}`,
    sentences: [`The SSN on file is ${place}, as agreed.`, `SSN: ${place}`, `my social security number is ${place}`, `Applicant ${place} was accepted`],
  },
  { group: 'credit_card', make: card, sentences: [`Charge card ${place} please.`, `card number: ${place}`, `paid with ${place} on Friday`, `Visa ${place}, valid until 09/29`] },
  {
    group: 'ip_address',
    make: (random) => pick(random, [`203.0.113.${number(random, 1, 254)}`, `198.51.${number(random, 10, 99)}.${number(random, 1, 254)}`, `2001:db8:${fill('{h4}', random)}::${fill('{h4}', random)}`, `10.${number(random, 10, 99)}.${number(random, 1, 99)}.17`]),
    sentences: [`The request came from ${place} at noon.`, `client ip: ${place}`, `host ${place} is down`, `blocked ${place}, again`],
  },
  { group: 'iban', make: iban, sentences: [`Transfer it to ${place} today.`, `IBAN: ${place}`, `account ${place}, Berlin`] },
  {
    group: 'prefixed token',
    make: (random) => fill(pick(random, ['AKIA{t16}', 'ghp_{a36}', 'xoxb-{d12}-{d12}-{a24}', 'sk_live_{a24}', 'glpat-{a20}', 'npm_{a36}']), random),
    sentences: [`The log shows ${place} in line 7.`, `Use ${place} until Friday`, `token: ${place}`, `export DEPLOY_TOKEN=${place}`, `("${place}")`],
  },
  {
    group: 'assigned secret',
    make: (random) => fill(pick(random, ['{a32}', '{h40}', '{a24}']), random),
    sentences: [`api_key=${place}`, `"apiKey": "${place}"`, `client_secret: ${place}`, `auth_token = '${place}'`, `Authorization: Bearer ${place}`],
  },
  {
    group: 'password',
    make: (random) => fill(pick(random, ['Sommer{d4}!', '{a12}', 'hunter{d2}x', '{a4}-{a4}-{a4}']), random),
    sentences: [`password=${place}`, `"password": "${place}"`, `DB_PASSWORD: ${place}`, `passwd = '${place}'`],
  },
];

/** Values in sentences, as they are written without a disguise: the control. */
export function plainValues(seed: string, rounds = 4): readonly Sample[] {
  const random = seeded(`${seed} plain`);
  return kinds.flatMap(({ group, make, sentences }) => Array.from({ length: rounds }, () => sentences.map((sentence) => sampleOf(group, group, 'plain', sentence, make(random)))).flat());
}
