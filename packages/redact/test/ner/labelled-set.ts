import { familyNames, givenNames, heldPeople, organizations, people, places } from './invented-names.js';
import { variedSentences } from './varied-sentences.js';

export interface Label {
  readonly category: string;
  readonly start: number;
  readonly end: number;
}

/** A sentence with what a reader would mark in it. */
export interface Labelled {
  readonly text: string;
  readonly labels: readonly Label[];
}

/** `[p]` a person, `[g]` a given name, `[f]` a family name, `[l]` a place, `[o]` an organisation, `[s]` a street. */
const sentences: readonly string[] = [
  'My name is [p] and I would like to change my address.', 'Hello, my name is [p]. I live in [l].', 'I am [p], and I was born in [l].', 'Hi, this is [p] calling about invoice 4471.', "I'm [p] from [o].",
  'Dear Mr. [f], your order has been shipped.', 'Dear Mrs. [f],', 'Dear [g],', 'Hi [g], how are you today?', 'Hello [p], thank you for your message.', 'Please contact Dr. [p] at +1 212 555 0188.', 'Ask for Ms. [f] at the front desk.',
  'Name: [p]', 'Full name: [p], date of birth 12/04/1981', 'Patient: [p], admitted on 3 May', 'Patient name: [p]; attending physician: Dr. [p]', 'First name: [g]', 'Last name: [f]', 'Cardholder: [p], card 4111 1111 1111 1111', 'Account holder: [p]', 'Beneficiary: [p], IBAN DE89 3704 0044 0532 0130 00', 'Passenger [p] is seated in row 14.', 'Employee [p] works at [o].', 'Customer [p] called twice about the refund.',
  'From: [p] <mail@example.org>', 'To: [p] <someone@example.org>', 'Sincerely, [p]', 'Best regards, [p]', 'Kind regards, [g]', 'Signed by [p] on behalf of [o].', 'The report was written by [p] and reviewed by [p].',
  '[p] lives in [l] and works for [o].', '[p] and [p] were both at the meeting.', 'The attendees were [p], [p] and [p].', 'Yesterday [p] opened a new account in [l].', 'We spoke with [p] about the contract.', 'The witness, [p], arrived at 9 am.', 'Send the parcel to [p], [s], [l].',
  'The claim of [p] was rejected.', "[p]'s phone number is 555-0142.", 'Her colleague [p] moved to [l] last year.', '{"name": "[p]", "city": "[l]"}', '{"firstName": "[g]", "lastName": "[f]"}', 'customer_name=[p]', 'Employer: [o]', 'Company: [o], contact: [p]',
  'Herr [f] und Frau [f] wohnen in [l].', 'Je m\'appelle [p].', 'Mme [f] a appelé ce matin.', 'Me llamo [p] y vivo en [l].', 'Sra. [f], su cita es el lunes.', 'Mein Name ist [p].',
  'Could you please update the phone number of [p]?', 'The account belongs to [p].', 'My doctor is Dr. [f].', 'Meeting with [p] at 10:30', '[g] sent me the file this morning.', 'I met [g] in [l] two years ago.', '[p], 34, of [l]', 'I will be travelling to [l] with [g].', 'He studied at [o] before he joined [o].',
];

const lists: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  p: ['person_name', people], g: ['person_name', givenNames], f: ['person_name', familyNames], l: ['location', places], o: ['organization', organizations], s: ['location', ['12 Oak Street', '4 Station Road', '1180 Lincoln Avenue']],
};

/** Every sentence `times` times, each time with other names, the same on every run. */
export function labelledSet(times: number, persons: readonly string[], templates = sentences): Labelled[] {
  const next = new Map<string, number>();
  const pick = (kind: string): [string, string] => {
    const [category, own] = lists[kind] ?? ['', []];
    const list = kind === 'p' ? persons : own;
    const at = next.get(kind) ?? 0;
    next.set(kind, at + 1);
    return [category, list[at % list.length] ?? ''];
  };
  return Array.from({ length: times }, () => templates).flat().map((sentence) => fill(sentence, pick));
}

function fill(sentence: string, pick: (kind: string) => [string, string]): Labelled {
  const labels: Label[] = [];
  let text = '';
  for (const part of sentence.split(/(\[[pgflos]\])/)) {
    if (!/^\[[pgflos]\]$/.test(part)) {
      text += part;
      continue;
    }
    const [category, name] = pick(part.charAt(1));
    labels.push({ category, start: text.length, end: text.length + name.length });
    text += name;
  }
  return { text, labels };
}

/** Small letters after an introduction, which has to be understood all the same. */
const small: Labelled[] = ['jane doe', 'priya raghunathan', 'mohammed al-rashid', 'piotr kowalczyk', 'wei zhang'].map((name) => ({
  text: `hi, my name is ${name} and i need help`,
  labels: [{ category: 'person_name', start: 15, end: 15 + name.length }],
}));

export const labelled: readonly Labelled[] = [...labelledSet(7, people), ...small];
export const heldLabelled: readonly Labelled[] = labelledSet(3, heldPeople);
export const variedLabelled: readonly Labelled[] = labelledSet(5, [...people, ...heldPeople], variedSentences);
