import * as numbers from './numbers-with-checks.js';
import { Random } from './random.js';
import { sampleOf, type Sample } from './sample.js';

const each = (count: number, make: (random: Random) => Sample, seed: number): readonly Sample[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => make(random));
};

const ibanTemplates = [
  'Please transfer to {} by Friday.', 'IBAN: {}', 'IBAN {} at COBADEFFXXX', '{}', 'iban={}', '"iban": "{}",', 'My IBAN is {}, thank you', 'pay {} or {x}', '<iban>{}</iban>', 'account;{};EUR',
  'Bitte überweisen Sie auf {} bis Montag', 'IBAN:{}', 'Wire it to {} (HSBC).', 'refund goes to {}. Regards', 'this is an iban {} in a sentence', 'list of ibans: {}, and one more', 'virement sur le compte {} svp',
];

function spell(random: Random, iban: string): string {
  const style = random.int(0, 9);
  if (style < 4) return iban;
  const groups = iban.match(/.{1,4}/g)?.join(style === 9 ? '-' : ' ') ?? iban;
  return style === 8 ? groups.toLowerCase() : groups;
}

export const ibans = each(600, (random) => sampleOf('iban', random.pick(ibanTemplates), spell(random, numbers.iban(random))), 1);

const passportForms = ['999999999', 'A99999999', 'A9999999', 'AA999999', 'AA9999999', '99AA99999', 'C01X00T47', 'CFGHJK123', 'C9RK12345', 'AAA999999', 'E99999999', 'G99999999', 'M99999999', 'AA9999999', '99 99 999999', '9999 999999', 'AA 9999999', 'C 9999999', 'X 9999999'];
const passportTemplates = [
  'Passport: {}', 'Passport No. {}', 'passport number {}', 'My passport number is {}.', 'Her U.S. passport, issued in Boston, has the number {}', '{} is my passport number', '"passportNumber": "{}"', 'passport_no={}', 'US passport # {}',
  'Reisepass-Nr.: {}', 'Meine Reisepassnummer lautet {}', 'Numéro de passeport : {}', 'passeport n° {} délivré à Paris', 'pasaporte {}', 'Número de pasaporte: {}', 'passaporto n. {}', 'Paspoortnummer: {}', 'Numer paszportu: {}', 'Паспорт {}', 'паспорт серия и номер {}',
  'Passaporte nº {}', '护照号码：{}', 'パスポート番号は{}です', '여권번호: {}', 'Please bring your passport ({}) to the desk', 'The traveller with passport {} has checked in', 'I lost my passport, number {}, in Rome', 'Name: John Doe, Passport: {}, Country: US',
];
export const passports = each(500, (random) => sampleOf('passport', random.pick(passportTemplates), random.fill(random.pick(passportForms))), 2);

type Maker = (random: Random) => string;
const form = (mask: string): Maker => (random) => random.fill(mask);
/** Kinds that form and check digits give away. */
const strong: readonly Maker[] = [numbers.nino, numbers.dni, numbers.nie, numbers.personnummer, numbers.hetu, numbers.cpf, numbers.ahv, numbers.china, numbers.rodneCislo, numbers.nir];
const strongTemplates = ['{}', 'his number is {} as filed', 'id,{},active', 'value: {}', '({})', 'see {}.', '"{}"', 'Customer {} called today'];
export const strongIds = each(400, (random) => sampleOf('national_id', random.pick(strongTemplates), random.pick(strong)(random)), 3);

const named: readonly (readonly [string, Maker])[] = [
  ['NHS number: {}', numbers.nhs], ['Her NHS no is {}', (random) => numbers.nhs(random).replace(/^(...)(...)/, '$1 $2 ')], ['National Insurance number {}', numbers.nino], ['SIN: {}', (random) => numbers.sin(random).replace(/^(...)(...)/, '$1-$2-')],
  ['assurance sociale {}', numbers.sin], ['TFN {}', form('999 999 999')], ['Aadhaar: {}', form('2999 9999 9999')], ['my aadhaar number is {}', form('599999999999')], ['PAN card {}', form('AAAPA9999A')], ['DNI: {}', numbers.dni],
  ['codice fiscale {}', form('AAAAAA99A99A999A')], ['numéro de sécurité sociale : {}', numbers.nir], ['Steuer-ID: {}', form('99 999 999 999')], ['Steueridentifikationsnummer {}', form('99999999999')], ['Personalausweis {}', form('L01X00T47')],
  ['BSN: {}', numbers.bsn], ['burgerservicenummer {}', numbers.bsn], ['PESEL {}', numbers.pesel], ['numer PESEL: {}', numbers.pesel], ['personnummer {}', numbers.personnummer], ['fødselsnummer: {}', form('01019912345')], ['CPR-nummer {}', form('010180-9999')],
  ['henkilötunnus {}', numbers.hetu], ['CPF {}', numbers.cpf], ['CNPJ: {}', form('99.999.999/0001-99')], ['RUT {}', form('19.999.999-9')], ['CUIT: {}', form('20-99999999-9')], ['CURP {}', form('GOMC800101HDFRRL09')], ['RFC: {}', form('GOMC800101AB1')],
  ['cédula {}', form('99999999')], ['cédula de ciudadanía No. {}', form('1.999.999.999')], ['주민등록번호: {}', form('800101-1999999')], ['身份证号：{}', numbers.china], ['マイナンバー：{}', form('9999 9999 9999')], ['NRIC: {}', form('S9999999A')],
  ['HKID {}', form('A999999')], ['NIK: {}', form('3999999999999999')], ['TC Kimlik No: {}', form('19999999999')], ['PPS number {}', form('9999999A')], ['NIF: {}', form('299999999')], ['AHV-Nr. {}', numbers.ahv], ['rodné číslo {}', numbers.rodneCislo],
  ['CNP: {}', form('1800101999999')], ['ЕГН {}', form('8001019999')], ['AMKA: {}', form('01018099999')], ['OIB {}', form('99999999999')], ['isikukood {}', form('38001019999')], ['ИНН: {}', form('999999999999')], ['СНИЛС {}', form('999-999-999 99')],
  ['national ID number: {}', form('9999999999')], ['"nationalId": "{}"', form('AA9999999')], ['identity card no. {}', form('AA999999')], ['Emirates ID: {}', form('784-1980-9999999-9')], ['tax ID: {}', form('99-9999999')], ['South African ID {}', form('8001015999089')],
];
export const namedIds = each(550, (random) => {
  const [template, make] = random.pick(named);
  return sampleOf('national_id', `${random.pick(['', 'Client file. ', 'Please note: ', 'Name: Ana, '])}${template}${random.pick(['', '.', ', valid', ' and more text', '\nnext line'])}`, make(random));
}, 4);

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const dateForms: readonly Maker[] = [
  (random) => { const { y, m, d } = numbers.day(random); return `${y}-${m}-${d}`; }, (random) => { const { y, m, d } = numbers.day(random); return `${d}/${m}/${y}`; },
  (random) => { const { y, m, d } = numbers.day(random); return `${m}/${d}/${y.slice(2)}`; }, (random) => { const { y, m, d } = numbers.day(random); return `${d}.${m}.${y}`; },
  (random) => { const { y, m, d } = numbers.day(random); return `${months[Number(m) - 1] ?? ''} ${String(Number(d))}, ${y}`; }, (random) => { const { y, m, d } = numbers.day(random); return `${String(Number(d))} ${months[Number(m) - 1] ?? ''} ${y}`; },
  (random) => { const { y, m, d } = numbers.day(random); return `${String(Number(d))} ${(months[Number(m) - 1] ?? '').slice(0, 3)} ${y}`; }, (random) => { const { y, m, d } = numbers.day(random); return `${(months[Number(m) - 1] ?? '').slice(0, 3)} ${d}, ${y}`; },
  (random) => { const { y, m, d } = numbers.day(random); return `${d}-${m}-${y}`; }, (random) => { const { y, m, d } = numbers.day(random); return `${d}-${(months[Number(m) - 1] ?? '').slice(0, 3)}-${y}`; },
];
const birthTemplates = ['DOB: {}', 'Date of birth: {}', 'born on {} in Ohio', 'She was born {}.', 'My birthday is {}', '"dateOfBirth": "{}"', 'dob={}', 'Patient John Smith (born {})', 'geboren am {}', 'Geburtsdatum: {}', 'née le {} à Lyon', 'Date de naissance : {}', 'Fecha de nacimiento: {}', 'nacido el {}', 'Data di nascita: {}', 'nato il {}', 'data de nascimento: {}', 'Geboortedatum: {}', 'Data urodzenia: {}', 'Дата рождения: {}', 'D.O.B. {}', '<birthDate>{}</birthDate>', '{} (date of birth)'];
export const births = each(400, (random) => sampleOf('date_of_birth', random.pick(birthTemplates), random.pick(dateForms)(random)), 5);
const dateTemplates = ['The meeting is on {}.', 'since {}', '{}', 'Signed {} by the parties', 'due: {}', 'from {} until further notice', '({})', 'log {} start'];
const timeForms: readonly Maker[] = [() => '10:30', () => '9:05 pm', () => '5pm', () => '11:59:59', () => '7 a.m.', () => '23:15', () => '17h30', () => '14.30 Uhr'];
export const dates = each(400, (random) => sampleOf('date_time', random.pick(dateTemplates), random.pick(random.int(0, 2) === 0 ? timeForms : dateForms)(random)), 6);
