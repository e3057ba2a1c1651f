import { describe, expect, it } from '@jest/globals';
import { RedactError, Redactor, type Detector, type EntityRecognizer, type RedactionSpec, type RedactorPlugin, type Vault } from '../../src/index.js';
import { PatternRegistry } from '../../src/custom/patterns.js';

/** Hostile parts come from code without types. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says at each place what the value passes for
const untyped = <T>(value: unknown): T => value as T;

function refusal(body: () => unknown): RedactError {
  try {
    body();
  } catch (error) {
    if (error instanceof RedactError) return error;
    throw new Error(`an error without a code: ${String(error)}`, { cause: error });
  }
  throw new Error('expected a refusal');
}

async function refusalLater(body: () => Promise<unknown>): Promise<RedactError> {
  const settled = await Promise.allSettled([body()]);
  return refusal(() => {
    if (settled[0].status === 'rejected') throw settled[0].reason;
  });
}

/** All that an error says, with all that it hangs on to. */
function allOf(error: unknown): string {
  const said: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) said.push(at.message, at.stack ?? '', JSON.stringify(at));
  return said.join('\n');
}

const finding = (detect: unknown, more: object = {}): Redactor => new Redactor({ categories: [], detectors: [untyped<Detector>({ category: 'x', detect, ...more })] });

describe('a detector', () => {
  it.each<[string, unknown]>([
    ['answers nothing', () => undefined],
    ['answers a promise', () => Promise.resolve([])],
    ['answers null spans', () => [null]],
    ['answers no numbers', () => [{ start: '0', end: '3' }]],
    ['answers NaN', () => [{ start: Number.NaN, end: 3 }]],
    ['answers behind its line', () => [{ start: 0, end: 99 }]],
    ['answers backwards', () => [{ start: 3, end: 1 }]],
    ['answers nothing but empty spans', () => [{ start: 1, end: 1 }]],
    ['throws', (line: string) => { throw new Error(line); }],
    ['never stops', function* () { for (;;) yield { start: 0, end: 1 }; }],
    ['throws half way', function* (line: string) { yield { start: 0, end: 1 }; throw new Error(line); }],
  ])('that %s is refused with DETECTOR, and the text is told nowhere', (_what, detect) => {
    const error = refusal(() => finding(detect).redact('the-raw-value'));

    expect(error.code).toBe('DETECTOR');
    expect(allOf(error)).not.toContain('the-raw-value');
  });

  it('whose spans change when read twice hides what it said first', () => {
    let reads = 0;
    const span = { get start() { reads += 1; return reads > 1 ? -5 : 0; }, end: 3 };

    expect(finding(() => (reads === 0 ? [span] : [])).redact('secret')).toEqual({ text: '<X>ret', findings: [{ kind: 'pii', category: 'x', start: 0, end: 3 }] });
  });

  it('that finds something in whatever it is shown ends', () => {
    expect(finding((line: string) => [{ start: 0, end: line.length }]).redact('all of it').text).toBe('<X>');
    expect(finding((line: string) => (line === '' ? [] : [{ start: 0, end: 1 }])).redact('abc').text).toBe('<X>bc');
  });

  it('that answers differently each time loses no text', () => {
    let turn = 0;
    const redactor = finding(() => { turn += 1; return turn % 2 === 1 ? [{ start: 0, end: 1 }] : []; });

    expect(redactor.redact('abc').text).toBe('<X>bc');
  });

  it.each<[string, object]>([
    ['a number as category', { category: 5 }],
    ['a value as category', { category: 'ann@corp.io' }],
    ['a prototype as category', { category: '__proto__' }],
    ['an unknown kind', { kind: 'other' }],
    ['a number as placeholder', { placeholder: 5 }],
    ['a placeholder of two lines', { placeholder: 'a\nb' }],
    ['a mask of two lines', { mask: 'a\nb' }],
    ['an endless placeholder', { placeholder: 'x'.repeat(10_000) }],
  ])('with %s is refused when the redactor is built', (_what, more) => {
    expect(['OPTIONS', 'CATEGORY']).toContain(refusal(() => finding(() => [], more)).code);
  });
});

describe('options without types', () => {
  it.each<[string, unknown]>([
    ['no object', null],
    ['a text', 'email'],
    ['categories that are text', { categories: 'email' }],
    ['categories that are null', { categories: null }],
    ['a category of the prototype', { categories: ['__proto__'] }],
    ['an unknown strategy', { strategy: '__proto__' }],
    ['strategies that are null', { strategies: null }],
    ['strategies that are a list', { strategies: ['mask'] }],
    ['strategies of the prototype', { strategies: JSON.parse('{"__proto__":"mask"}') as unknown }],
    ['an empty key', { strategy: 'hash', hashKey: '' }],
    ['a number as key', { strategy: 'hash', hashKey: 5 }],
    ['null as key', { strategy: 'hash', hashKey: null }],
    ['an object as key', { strategy: 'hash', hashKey: {} }],
    ['a list as key', { strategy: 'hash', hashKey: ['a', 'b'] }],
    ['maxFindings as text', { maxFindings: 'many' }],
    ['maxLength NaN', { maxLength: Number.NaN }],
    ['plugins that are no list', { plugins: {} }],
    ['a plugin that is null', { plugins: [null] }],
    ['detectors that are text', { detectors: 'abc' }],
    ['a detector that is null', { detectors: [null] }],
    ['patterns that are no registry', { patterns: {} }],
    ['a recogniser that is null', { recognizer: null }],
    ['a recogniser that is nothing', { recognizer: {} }],
    ['a threshold that is text', { categories: ['person_name'], recognizer: { threshold: 'high', recognizer: { name: 'n', categories: ['person_name'], recognize: () => [] } } }],
    ['tokens without a vault', { strategy: 'tokenize' }],
  ])('are refused with a code: %s', (_what, spec) => {
    expect(['OPTIONS', 'CATEGORY', 'STRATEGY']).toContain(refusal(() => new Redactor(untyped<RedactionSpec>(spec))).code);
  });

  it('that change after the redactor was built change nothing', () => {
    const categories = ['email'];
    const detectors: Detector[] = [];
    const redactor = new Redactor({ categories, detectors });
    categories.length = 0;
    detectors.push(untyped<Detector>(null));

    expect(redactor.redact('ann@corp.io').text).toBe('<EMAIL>');
  });
});

describe('a vault', () => {
  const tokens = (tokenFor: unknown): Redactor => new Redactor({ strategy: 'tokenize', vault: untyped<Vault>({ tokenFor, valueOf: () => undefined }) });

  it.each<[string, (category: string, value: string) => unknown]>([
    ['the value', (_category, value) => value],
    ['the value in capitals', (_category, value) => value.toUpperCase()],
    ['the value spaced out', (_category, value) => [...value].join(' ')],
    ['the value in the brackets of a token', (_category, value) => `⟦${value}⟧`],
    ['a token and more', () => '⟦EMAIL_1⟧\n'],
    ['a number', () => 5],
    ['nothing', () => ''],
    ['a promise', async () => Promise.resolve('⟦EMAIL_1⟧')],
    ['an object', () => ({ toString: () => '⟦EMAIL_1⟧' })],
    ['an error with the value', (_category, value) => { throw new Error(value); }],
  ])('that answers %s is refused with VAULT, and the value is told nowhere', (_what, tokenFor) => {
    const redactor = tokens(tokenFor);
    for (const body of [() => redactor.redact('mail ann@corp.io'), () => redactor.redact('hunter2xx99', 'password')]) {
      const error = refusal(body);

      expect(error.code).toBe('VAULT');
      expect(allOf(error)).not.toMatch(/ann@corp\.io|hunter2/i);
    }
  });
});

describe('a plugin', () => {
  const plugged = (redact: unknown, spec: RedactionSpec = {}): Redactor => new Redactor({ ...spec, plugins: [untyped<RedactorPlugin>({ name: 'p', categories: ['x'], redact })] });

  it.each<[string, (line: string) => unknown]>([
    ['adds a line', (line) => ({ text: `${line}\n`, count: 1 })],
    ['answers later', async (line) => Promise.resolve({ text: line, count: 0 })],
    ['answers null', () => null],
    ['counts wrong', () => ({ text: 'changed', count: 0 })],
    ['counts without end', (line) => ({ text: line, count: Infinity })],
    ['throws', (line) => { throw new Error(line); }],
  ])('that %s is refused with DETECTOR, and the text is told nowhere', (_what, redact) => {
    const error = refusal(() => plugged(redact).redact('the-raw-value'));

    expect(error.code).toBe('DETECTOR');
    expect(allOf(error)).not.toContain('the-raw-value');
  });

  it('gets what the redactor has left, and uncovers nothing', () => {
    const seen: string[] = [];
    const redactor = plugged((line: string) => { seen.push(line); return { text: line.replaceAll('(at)', '@'), count: line.split('(at)').length - 1 }; });

    expect(redactor.redact('ann@corp.io bob(at)corp.io').text).toBe('<EMAIL> <EMAIL>');
    expect(seen).toEqual(['<EMAIL> bob(at)corp.io']);
  });
});

describe('a recogniser', () => {
  const naming = (recognize: unknown, more: object = {}, spec: object = {}): Redactor =>
    new Redactor({ categories: ['person_name'], recognizer: { recognizer: untyped<EntityRecognizer>({ name: 'n', categories: ['person_name'], recognize, ...more }), ...spec } });
  const entity = (start: unknown, end: unknown, score: unknown = 1): object => ({ category: 'person_name', start, end, score });

  it.each<[string, () => unknown]>([
    ['null', () => null],
    ['holes', () => new Array(5)],
    ['NaN', () => [entity(Number.NaN, 3)]],
    ['a span behind its line', () => [entity(0, 99)]],
    ['a score that is text', () => [entity(0, 3, '1')]],
    ['a list without end', () => Array.from({ length: 300_000 }, () => entity(0, 1))],
    ['an error with the text', () => { throw new Error('Annabel'); }],
    ['a text as error', () => { throw 'Annabel'; }],
  ])('that answers %s is refused with RECOGNIZER, and the text is told nowhere', (_what, recognize) => {
    const error = refusal(() => naming(recognize).redact('Annabel'));

    expect(error.code).toBe('RECOGNIZER');
    expect(allOf(error)).not.toContain('Annabel');
  });

  it.each<[string, () => unknown]>([
    ['rejects', async () => Promise.reject(new Error('Annabel'))],
    ['throws at once', () => { throw new Error('Annabel'); }],
    ['is a thenable that throws', () => ({ then() { throw new Error('Annabel'); } })],
  ])('that answers later and %s is refused as well', async (_what, recognize) => {
    const error = await refusalLater(async () => naming(recognize, { asynchronous: true }).redactAsync('Annabel'));

    expect(error.code).toBe('RECOGNIZER');
    expect(allOf(error)).not.toContain('Annabel');
  });

  it('whose entities change when read twice is taken at its first word', () => {
    const shifty = (): object => {
      let reads = 0;
      return new Proxy(entity(0, 3), { get: (target, key) => (key === 'start' ? (reads++ > 0 ? -4 : 0) : (Reflect.get(target, key) as unknown)) });
    };

    expect(naming((line: string) => (line.startsWith('Ann') ? [shifty()] : [])).redact('Annabel')).toMatchObject({ text: '<PERSON_NAME>abel', findings: [{ start: 0, end: 3 }] });
  });

  it('that overlaps itself hides the union', () => {
    expect(naming((line: string) => (line.startsWith('Ann') ? [entity(0, 3), entity(1, 5), entity(1, 2)] : [])).redact('Annabel').text).toBe('<PERSON_NAME>el');
  });

  it('beside a plugin is asked once, and waited for', async () => {
    const redactor = new Redactor({
      categories: ['person_name'],
      plugins: [{ name: 'p', categories: ['x'], redact: (line) => ({ text: line.replaceAll('!', '.'), count: line.split('!').length - 1 }) }],
      recognizer: { recognizer: { name: 'n', categories: ['person_name'], asynchronous: true, recognize: async (line) => Promise.resolve(line.includes('Ann') ? [{ category: 'person_name', start: line.indexOf('Ann'), end: line.indexOf('Ann') + 3, score: 1 }] : []) } },
    });

    expect((await redactor.redactAsync('hey! Ann')).text).toBe('hey. <PERSON_NAME>');
  });
});

describe('what only looks like our own', () => {
  const redactor = new Redactor({ categories: ['email', 'ssn', 'credit_card', 'iban', 'passport'] });

  it.each([
    ['<AKIAQ3EGRIKYV7TPLM2Z>', 'AKIAQ3'],
    ['⟦AKIAQ3EGRIKYV7TPLM2Z⟧', 'AKIAQ3'],
    ['iban <GB29NWBK60161331926819>', 'GB29'],
    ['⟦4111111111111111⟧', '4111'],
    ['[HMAC:4111111111111111]', '4111'],
    ['passport <X12345678>', 'X1234'],
    ['ssn ⟦123456789⟧', '12345'],
  ])('hides no value: %s', (text, value) => {
    expect(redactor.redact(text).text).not.toContain(value);
  });

  it.each(['<EMAIL>', '<AWS_KEY>', '⟦EMAIL_1⟧', '⟦EMAIL_1·k3x9q2⟧', '[HMAC:0123456789abcdef]', '********', '***-**-****'])('is left alone where it is: %s', (token) => {
    expect(redactor.redact(`password: ${token} and ssn ${token}`).text).toBe(`password: ${token} and ssn ${token}`);
  });
});

describe('counts of a stream', () => {
  it('are numbers for every name a category may have', () => {
    const redactor = new Redactor({ categories: [], patterns: new PatternRegistry().register('constructor', 'EMP\\d+') });
    const stream = redactor.stream();
    stream.push('EMP1 EMP2\n');
    stream.flush();

    expect(Object.entries(stream.counts)).toEqual([['constructor', 2]]);
  });
});

describe('the original', () => {
  it('is shown only where it was asked for', () => {
    const text = 'mail ann@corp.io';

    expect(JSON.stringify(new Redactor().redact(text))).not.toContain('ann@');
    expect(new Redactor({ includeOriginal: true }).redact(text)).toMatchObject({ original: text, findings: [{ value: 'ann@corp.io' }] });
  });
});
