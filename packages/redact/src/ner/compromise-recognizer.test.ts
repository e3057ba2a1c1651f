import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CompromiseRecognizer } from './compromise.js';

const categories = ['person_name', 'location', 'organization'];
const all = { categories, threshold: 0.8, language: 'en' };
let recognizer: CompromiseRecognizer;

function found(text: string, category = 'person_name'): string[] {
  return recognizer.recognize(text, { ...all, categories: [category] }).map(({ start, end }) => text.slice(start, end));
}

beforeAll(async () => {
  recognizer = await CompromiseRecognizer.load();
});

describe('the names of people', () => {
  it.each([
    ['My name is Anaïs Dubois and I live here', 'Anaïs Dubois'], ["Dear Mr. O'Neill, welcome", "O'Neill"], ['contact Dr. Wei Zhang at noon', 'Wei Zhang'], ['hi, my name is jane doe and i am lost', 'jane doe'],
    ['From: Jane Doe <jane@mail.test>', 'Jane Doe'], ['Patient: Mohammed al-Rashid, 34', 'Mohammed al-Rashid'], ['Name: Smith, John', 'Smith, John'], ['Mr. John Smith, Jr. signed', 'John Smith, Jr.'], ['Robert Thornton III called', 'Robert Thornton III'],
    ['Herr van den Berg wohnt hier', 'van den Berg'], ['die frau von Hohenfels', 'von Hohenfels'], ['J. R. Hartley wrote it', 'J. R. Hartley'], ['J.R. Hartley wrote it', 'J.R. Hartley'], ['"firstName": "Zyxel"', 'Zyxel'], ['customer_name=Jane Doe', 'Jane Doe'],
    ['姓名 name: 王伟', undefined], ['full name: 王伟', '王伟'], ["Jane Doe's card", 'Jane Doe'], ['JANE SMITH called', 'JANE SMITH'], ['Marguerite St. Clair called', 'Marguerite St. Clair'], ['name: van der Meer', undefined], ['last name: van der Meer', 'van der Meer'],
    ['Sincerely, Priya', 'Priya'], ['Hi Oluwaseun, welcome', 'Oluwaseun'], ['Best - Jane', 'Jane'], ['a man named Zyxel came', 'Zyxel'], ['Qwexel Zanthor lives here', 'Qwexel Zanthor'], ['Qwexel Zanthor was born here', 'Qwexel Zanthor'], ['Passenger Qwexel Zanthor is late', 'Qwexel Zanthor'],
    ['opened by Qwexel Zanthor', 'Qwexel Zanthor'], ['patient: jane doe', 'jane doe'], ['Tell Giulia I said hello', 'Giulia'], ['hello im sarah, hi', 'sarah'], ['NAME: JOHN Q PUBLIC', 'JOHN Q PUBLIC'], ['NAME: BUILD LOG', undefined], ['FULL NAME: JOHN Q PUBLIC ADDRESS: X', 'JOHN Q PUBLIC'], ['{"first":"Ada"}', 'Ada'], ['My friend Bob left', 'Bob'], ['(Jane Doe)', 'Jane Doe'], ['**Jane Doe**', 'Jane Doe'],
  ])('in %j are %j', (text, name) => {
    expect(found(text)).toEqual(name === undefined ? [] : [name]);
  });

  it.each([
    'See Section C. Definitions', 'Hello World', 'Dear Customer,', 'parent: Headers', 'name: settings', 'name: confidential', 'fullname = mod', 'Travis CI runs', 'Lake Victoria', 'Johnson Inc called', 'Maple Street', 'Jane_Doe', '/srv/Jane/Doe', 'new Jane(x)', '@Jane', 'Jane.doe.x', 'the Victoria model', 'São Paulo', 'Morgan Stanley rose', 'Johnson & Johnson',
    'The Grace Period ends', '12 Maple Dr. Springfield', 'DR Zone', 'Mr.', 'a called "Behavior" thing', 'iPhone GitHub JavaScript', 'Yx'.repeat(40), 'my name is not important', 'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi',
  ])('are none in %j', (text) => {
    expect(found(text)).toEqual([]);
  });

  it.each(['my name is <PERSON_NAME> and', 'Dear Mr. ********,', 'Name: [HMAC:0123456789abcdef]', 'Patient: [SHA256:0123456789abcdef], x', 'Hi ⟦PERSON_NAME_1⟧, hello', 'lives in <LOCATION> and works at <ORGANIZATION>'])('are not found again in %j', (text) => {
    expect(recognizer.recognize(text, all)).toEqual([]);
  });
});

describe('places and organisations', () => {
  it.each([['She lives in New York now', 'New York'], ['born in Zyxelton', 'Zyxelton'], ['Springfield, IL 62701', 'Springfield'], ['Send it to 12 Oak Street, please', '12 Oak Street'], ['City: Zyxelton', 'Zyxelton'], ['near Lake Zyxel today', 'Lake Zyxel']])('finds the place in %j', (text, place) => {
    expect(found(text, 'location')[0]).toBe(place);
  });

  it.each([['I work at Zyxel now', 'Zyxel'], ['Miller & Sons called', 'Miller & Sons'], ['Please ask Zyxel Holdings', 'Zyxel Holdings'], ['the University of Leeds is big', 'University of Leeds'], ['company: Zyxel', 'Zyxel'], ['Acme Corp. is here', 'Acme Corp'], ['Microsoft said', 'Microsoft']])('finds the organisation in %j', (text, organization) => {
    expect(found(text, 'organization').map((name) => name.replace(/\.$/, ''))).toEqual([organization]);
  });

  it('takes a person for no place', () => {
    expect(recognizer.recognize('Deshawn Washington called', all).map(({ category }) => category)).toEqual(['person_name']);
  });
});

describe('a recogniser', () => {
  it('finds only what is asked for and what is sure enough', () => {
    expect(recognizer.recognize('My name is Jane Doe', { ...all, categories: ['email'] })).toEqual([]);
    expect(recognizer.recognize('My name is Jane Doe', { ...all, threshold: 0.99 })).toEqual([]);
  });

  it('answers each line as if it stood alone', () => {
    const lines = ['My name is Jane Doe', '', 'Dear Mr. Smith,', 'x'];

    const together = recognizer.recognize(lines.join('\n'), all).map(({ start, end }) => lines.join('\n').slice(start, end));

    expect(together).toEqual(lines.flatMap((line) => recognizer.recognize(line, all).map(({ start, end }) => line.slice(start, end))));
  });

  it('stops when the signal says so', () => {
    expect(() => recognizer.recognize('Jane', { ...all, signal: AbortSignal.abort(new Error('enough')) })).toThrow('enough');
  });

  it('gives spans inside the text, in order and apart, whatever the text', () => {
    const piece = fc.oneof(fc.constantFrom('Jane', 'Doe', 'Mr.', 'van', 'de', 'name:', 'my name is', 'Inc', '&', 'Paris', ',', 'I.', "O'", '-', '<', 'St.', '\n', '😀', 'É', 'A', '"', '12', 'Oak Street', 'al-Aa', 'é\u0301'), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.constantFrom(' ', ''), (pieces, joint) => {
        const text = pieces.join(joint);
        let end = 0;
        for (const entity of recognizer.recognize(text, all)) {
          expect(entity.start).toBeGreaterThanOrEqual(end);
          expect(entity.end).toBeGreaterThan(entity.start);
          expect(entity.end).toBeLessThanOrEqual(text.length);
          expect(text.slice(entity.start, entity.end)).not.toContain('\n');
          ({ end } = entity);
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each(['A', 'Aa', 'Aa ', 'Mr. ', 'A.', 'Jane Doe ', 'van den ', 'my name is ', "O'", 'St. ', 'name: "x", ', '12 Aa ', 'Foo & '])('needs no longer than linear time for many %j', (piece) => {
    const text = piece.repeat(40_000 / piece.length);
    const started = performance.now();

    recognizer.recognize(text, all);

    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('refuses a text that would have to be tagged for too long', async () => {
    const strict = await CompromiseRecognizer.load({ maxTaggedUnits: 100 });

    expect(() => strict.recognize('Qx Zy. '.repeat(100), all)).toThrow(expect.objectContaining({ code: 'BUDGET' }));
  });
});

describe('loading', () => {
  it('says what to install when the peer is missing', async () => {
    const cause = new Error('Cannot find package');

    await expect(CompromiseRecognizer.load({ importPeer: () => Promise.reject(cause) })).rejects.toMatchObject({ code: 'RECOGNIZER', message: expect.stringContaining('npm install compromise@14'), cause });
  });

  const peer = (model: unknown, people: unknown = []): (() => Promise<unknown>) => () => Promise.resolve({ default: Object.assign(() => ({ people: () => ({ json: () => people }) }), { model: () => model }) });

  it.each([
    ['another module', () => Promise.resolve({})], ['no model', peer(undefined)], ['no lexicon', peer({ one: {} })], ['an empty lexicon', peer({ one: { lexicon: {} } })], ['tags that are none', peer({ one: { lexicon: { jane: 1 } } })],
  ])('refuses a peer with %s', async (_, importPeer) => {
    await expect(CompromiseRecognizer.load({ importPeer })).rejects.toMatchObject({ code: 'RECOGNIZER' });
  });

  it.each([['no list', {}], ['no offset', [{}]], ['an offset without a start', [{ offset: { length: 1 } }]]])('refuses a tagger that answers %s', async (_, people) => {
    const broken = await CompromiseRecognizer.load({ importPeer: peer({ one: { lexicon: { x: 'Noun' } } }, people) });

    expect(() => broken.recognize('Qwexel Zanthor', all)).toThrow(expect.objectContaining({ code: 'RECOGNIZER' }));
  });

  it('refuses a budget that is no number', async () => {
    await expect(CompromiseRecognizer.load({ maxTaggedUnits: NaN })).rejects.toMatchObject({ code: 'OPTIONS' });
  });
});
