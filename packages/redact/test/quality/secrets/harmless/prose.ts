import { pick, seeded } from '../random.js';
import type { Harmless } from '../sample.js';

const subjects = ['The password', 'Your API key', 'A bearer token', 'The client secret', 'Every access token', 'The private key', 'This passphrase', 'The secret', 'An SSH key', 'The signing key', 'Our license key', 'The recovery code'];
const predicates = [
  'is stored encrypted and rotated every 90 days.', 'must be at least 12 characters long.', 'expires after 3600 seconds.', 'is shown once, when it is created.', 'has to be kept out of the repository.',
  'was leaked in 2021 and has since been revoked.', 'can be reset under Settings > Security.', 'is required: see chapter 4, page 112.', 'is sent in the header of each request.', 'never leaves the device.',
  'should not be shared, not even with support.', 'is 64 hexadecimal characters, 256 bits in all.', 'may contain letters, digits and the signs -, _ and !.', 'belongs to the service, not to a person.',
];
const openings = ['', 'Note: ', 'Hi team, ', 'According to the handbook: ', 'Tip 7: ', 'From the release notes (v2.14.1): ', 'Q: what now? A: ', '> ', '- ', '### ', 'Reminder for Monday 9:30: '];
const whole = [
  'Password: the word or phrase that lets you in.', 'Secret: how bees find their way home.', 'Key: A = absent, P = present, T = tardy.', 'The key to success: practice, patience and sleep.',
  'Token economy: how rewards change behaviour in classrooms.', 'She is the bearer of the letter dated 1848.', 'Victoria\'s Secret: sales fell by 4.5 percent.', 'Passphrase strength grows with each random word.',
  'Top secret: the committee met on 14 March.', 'Open question: which key: the major or the minor one?', 'Password manager: choose one and use it everywhere.', 'The API: a short history of interfaces.',
  'Login with your username and password, then choose "Export".', 'Forgot your password? Click here to reset it.', 'Please enter your API key and press Continue.', 'Error: invalid password or username.',
  'Token invalid: please sign in again.', 'The password is case-sensitive.', 'Her secret: "never skip breakfast".', 'Auth: see RFC 6749, section 4.1.', 'Set the token, then restart the service.',
  'The museum keeps its keys: 1,204 of them, from 38 countries.', 'Credentials: PhD in chemistry, University of Graz.', 'Signature: ______________________ Date: __________', 'Session: Thursday 10:30, room B-204.',
  'api key: ask Anna for it', 'my password is still the same as last year', 'what is the token limit of this model?', 'the pin code is written on the back of the box', 'pass: a gap in the mountains, 2,315 m high',
];

/** Sentences about secrets that hold none. */
export function harmlessProse(seed: string): readonly Harmless[] {
  const random = seeded(`${seed} prose`);
  const made = subjects.flatMap((subject) => predicates.flatMap((predicate) => [1, 2].map(() => `${pick(random, openings)}${subject} ${predicate}`)));
  return [...made, ...whole].map((text) => ({ group: 'prose', label: text.slice(0, 40), text }));
}
