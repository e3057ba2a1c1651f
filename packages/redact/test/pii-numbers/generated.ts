import { labelled, type Labelled } from './labelled.js';

/** A seeded source of numbers, so that a failing text can be had again. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(count: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * count);
  }

  pick<T>(list: readonly T[], fallback: T): T {
    return list[this.below(list.length)] ?? fallback;
  }

  /** `#` becomes a digit, `%` one from 2 to 9, `*` a letter. */
  fill(pattern: string): string {
    return pattern.replace(/[#%*]/g, (sign) => (sign === '*' ? String.fromCharCode(97 + this.below(26)) : String(sign === '#' ? this.below(10) : 2 + this.below(8))));
  }
}

const phones = [
  '(%##) %##-####', '(%##)%##-####', '%##-%##-####', '%##.%##.####', '1-%##-%##-####', '+1-%##-%##-####', '001-%##-%##-####', '+1 (%##) %##-####', '%##-%##-####x###', '(%##)%##-####x#####', '+1-%##-%##-####x####', '%##.%##.#### x##', '%##-%##-#### ext. ##', '+1%##%######',
  '+44(0)1632 96####', '+44 20 7946 0###', '020 7946 0###', '(0161) 496 0###', '0117 496 0###', '07700 900###', '+44 7700 900###', '0044 20 7946 0###', '+49 30 %#######', '+49 (0) 151 %#######', '0%## %######', '+49(0)%## %######', '(0%###) ######', '0%# %## ## ##', '01 %# %# %# ##', '+33 6 %# ## ## ##', '06.%#.##.##.##', '+33 (0)1 %# ## ## ##',
  '+39 06 %#######', '+39 34# %######', '+34 6## ### ###', '+34 91# ## ## ##', '+31 6 %#######', '06-%#######', '+32 47# ## ## ##', '04%# ## ## ##', '+41 79 %## ## ##', '079 %## ## ##', '+43 664 %######', '0664 %######', '+61 4## ### ###', '04## ### ###', '(0%) %### ####', '+64 21 %## ####', '+91 9#### #####', '+91-9#########', '9#### #####',
  '+55 11 9####-####', '(11) 9####-####', '11 9####-####', '+52 55 %### ####', '+81 3-%###-####', '03-%###-####', '090-%###-####', '+86 138 #### ####', '138-####-####', '+82 10-%###-####', '010-%###-####', '+972 54-%##-####', '054-%##-####', '+27 82 %## ####', '082 %## ####', '+48 60# ### ###', '+46 70-%## ## ##', '+47 4## ## ###', '+45 %# ## ## ##', '+358 40 %######', '+351 91# ### ###', '+90 53# ### ## ##', '053# ### ## ##', '+7 912 ###-##-##', '8 (912) ###-##-##', '+971 50 %## ####', '+65 9### ####', '+353 87 %## ####',
];
const bare = ['%##%######', '1%##%######', '07#########', '06########', '9#########', '+4915#########'];
const mails = ['****@****.com', '**.****@***.co.uk', '****+**@***-**.org', '*****##@****.io', '*_***@***.***.net', '*.*******@****.travel', "*'****@***.ie"];
const ip4 = ['192.168.%#.1##', '10.%#.1##.%#', '172.16.%#.%#', '203.0.113.1##', '8.%#.1##.1##', '1##.1##.%#.%#'];
const ip6 = ['2001:db8::%###', '2001:0db8:85a3:%###:%###:8a2e:0370:73%#', 'fe80::%#:a#ff:fe#e:%%%%', '2a02:%##:%##::%', '::ffff:192.0.2.1##', 'fd00:%###:%###::1'];
const cards = ['4###############', '51##############', '4### #### #### ####', '55##-####-####-####', '37#############', '37## ###### #####', '6011 #### #### ####', '6011############', '36############', '3530############', '2720 #### #### ####', '62##############'];

const sentences = [
  'You can find me under V.', 'Please update my file: V', 'V', 'V,', '(V)', '"V"', 'Data: V; done', 'It was V, I think.', 'name;V;city', '| Jane | V |', 'Sent to V\nThanks', 'V is what she gave me', '- V', '<li>V</li>', 'log user=jane value=V ok', '{"value": "V"}', 'My details are as follows: Jane Roe, V, Oslo', 'Was haben Sie notiert? V', 'Mes coordonnées : V', 'Mis datos son V.',
];
const phoneSentences = ['Phone: V', 'call me at V', 'my number is V', 'You can reach me on V.', '"phone": "V"', 'Tel. V', 'Mobile V', 'Telefon: V', 'Téléphone : V', 'teléfono: V', 'WhatsApp V', '<phone>V</phone>', 'phone=V', 'Text V for details', 'contact number: V', 'V (mobile)', 'V is my phone number', 'Handy: V', 'celular V', 'fax V'];
const ssnSentences = ['SSN: V', 'ssn=V', 'my social security number is V', '"ssn":"V"', 'Social Security # V', 'V is my SSN', 'SSN V was used', 'taxpayer id V', 'número de seguro social V', 'SS# V'];

/** A number whose last digit makes the sum right (Luhn). */
function checked(digits: string): string {
  const places = digits.replace(/\D/g, '').slice(0, -1);
  let sum = 0;
  for (let i = places.length - 1, double = true; i >= 0; i -= 1, double = !double) {
    const value = Number(places[i]) * (double ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return digits.slice(0, -1) + String((10 - (sum % 10)) % 10);
}

function issued(dice: Dice): string {
  return `${String(100 + dice.below(500))}-${String(10 + dice.below(89))}-${String(1000 + dice.below(8999))}`;
}

/** As many texts as asked for, each with one value. */
export function generated(seed: number, count: number): readonly Labelled[] {
  const dice = new Dice(seed);
  return Array.from({ length: count }, () => one(dice));
}

function one(dice: Dice): Labelled {
  const put = (list: readonly string[], category: string, value: string): Labelled => labelled(dice.pick(list, 'V').replace('V', () => `{{${category}|${value}}}`));
  switch (dice.below(8)) {
    case 0:
      return put(sentences, 'email', dice.fill(dice.pick(mails, '')));
    case 1:
      return put(phoneSentences, 'phone', dice.fill(dice.pick(bare, '')));
    case 2:
      return put(ssnSentences, 'ssn', issued(dice).replaceAll('-', ''));
    case 3:
      return put(sentences, 'ssn', issued(dice));
    case 4:
      return put(sentences, 'credit_card', checked(dice.fill(dice.pick(cards, ''))));
    case 5:
      return put(sentences, 'ip_address', dice.fill(dice.pick(dice.below(2) === 0 ? ip4 : ip6, '')));
    default:
      return put(dice.below(2) === 0 ? phoneSentences : sentences, 'phone', dice.fill(dice.pick(phones, '')));
  }
}

const numbers = ['order V', 'Order number: V', 'invoice V paid', 'id=V', '"id": V', 'ticket #V', 'user_id V', 'ts=V', 'took V ns', 'offset V', 'V bytes', 'rows: V', 'part no. V', 'commit V', 'build V', 'tracking V', 'x = V;', 'a[V]', 'size V', 'account V', 'total: V', 'seed V', 'const n = V;'];
const shapes = ['%######', '%#######', '%########', '%#########', '1%########', '1%##########', '%##########', '%###########', '17########', '17###########', '2024####', '%##.%##', '%.%##.%#', '%##,%##,###'];

/** Numbers that are nobody's. */
export function ordinary(seed: number, count: number): readonly string[] {
  const dice = new Dice(seed);
  return Array.from({ length: count }, () => dice.pick(numbers, 'V').replace('V', dice.fill(dice.pick(shapes, ''))));
}
