import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import 'reflect-metadata';
import { PolicyError } from '../errors.js';
import { readArgumentPath } from '../policy/argument-path.js';
import { labelsForCall, labelsOfMethod, labelsOfOptions, type SiteLabel } from './call-labels.js';
import { Sensitivity } from './decorator.js';
import { labelsOfValue } from './value-labels.js';

/** A stand-in for any other decorator: with one, legacy classes tell the types of parameters. */
const noted = (_target: object, _key: string, _descriptor?: PropertyDescriptor): void => undefined;

class Card {
  @Sensitivity('restricted') number = '4111';
  @Sensitivity('low') brand = 'V';
}

class MailDto {
  @Sensitivity('internal') to = 'ann';
  @Sensitivity('high') body = 'hi';
  @Sensitivity('public') card: Card = new Card();
  @Sensitivity('medium') cards: Card[] = [];
  note = '';
}

class TreeDto {
  @Sensitivity('internal') left?: TreeDto;
  @Sensitivity('restricted') secret = 1;
}

// What tsc notes for the property; not every compiler does for a class that is not finished.
Reflect.defineMetadata('design:type', TreeDto, TreeDto.prototype, 'left');

class Tools {
  @noted send(_mail: MailDto): void {}
  @noted two(_subject: string, _mail: MailDto): void {}
  @noted tree(_tree: TreeDto): void {}
  @noted copy(@Sensitivity('restricted') _text: string, _to: string, @Sensitivity('low') @Sensitivity('medium') _note: string): void {}
  @noted static pay(@Sensitivity('high') _card: Card): void {}
  @noted silent(_text: string): void {}
}

class MoreTools extends Tools {
  @noted override send(_mail: object): void {}
  @noted override copy(@Sensitivity('public') _text: string, @Sensitivity('internal') _to: string, _note: string): void {}
  @noted static override pay(_card: object): void {}
}

const inForm = (labels: readonly SiteLabel[], form: 'single' | 'named' | undefined): object =>
  Object.fromEntries(labels.filter((label) => label.form === form).map(({ path, level }) => [path, level]));
const byPath = (labels: readonly { readonly path: string; readonly level: string }[]): object =>
  Object.fromEntries(labels.map(({ path, level }) => [path, level]));
const unnamed = (): undefined => undefined;
const mailLabels = { to: 'internal', body: 'confidential', card: 'public', 'card.number': 'restricted', 'card.brand': 'public', cards: 'internal' };
const prefixed = (prefix: string, labels: object): object => Object.fromEntries(Object.entries(labels).map(([path, level]) => [`${prefix}.${path}`, level]));

describe('labelsOfMethod', () => {
  it('gives the labels of parameters by position', () => {
    const labels = labelsOfMethod(Tools.prototype, 'copy', undefined);

    expect(inForm(labels, 'named')).toEqual({ arg0: 'restricted', arg2: 'internal' });
    expect(inForm(labels, 'single')).toEqual({ '*': 'restricted' });
  });

  it('names parameters as params does, in every form of call', () => {
    expect(inForm(labelsOfMethod(Tools.prototype, 'copy', ['text', 'to']), undefined)).toEqual({ text: 'restricted', arg2: 'internal' });
    expect(inForm(labelsOfMethod(Tools.prototype, 'send', ['the mail']), undefined)).toMatchObject({ '["the mail"].to': 'internal' });
  });

  it('gives the labels of the class of a parameter, and of the classes of its labelled properties', () => {
    const labels = labelsOfMethod(Tools.prototype, 'send', undefined);

    expect(inForm(labels, 'single')).toEqual(mailLabels);
    expect(inForm(labels, 'named')).toEqual(prefixed('arg0', mailLabels));
  });

  it('gives the labels of a later parameter in the form with names only', () => {
    const labels = labelsOfMethod(Tools.prototype, 'two', undefined);

    expect(inForm(labels, 'single')).toEqual({});
    expect(inForm(labels, 'named')).toEqual(prefixed('arg1', mailLabels));
  });

  it('ends at a class that contains itself, with its highest label', () => {
    expect(inForm(labelsOfMethod(Tools.prototype, 'tree', undefined), 'single')).toEqual({ left: 'restricted', secret: 'restricted' });
  });

  it('lets an override raise labels, and never lower or lose them', () => {
    expect(inForm(labelsOfMethod(MoreTools.prototype, 'copy', undefined), 'named')).toEqual({ arg0: 'restricted', arg1: 'internal', arg2: 'internal' });
    expect(inForm(labelsOfMethod(MoreTools.prototype, 'send', undefined), 'single')).toEqual(mailLabels);
  });

  it('knows static methods, inherited ones included', () => {
    const labels = { '*': 'confidential', number: 'restricted', brand: 'public' };

    expect(inForm(labelsOfMethod(Tools, 'pay', undefined), 'single')).toEqual(labels);
    expect(inForm(labelsOfMethod(MoreTools, 'pay', undefined), 'single')).toEqual(labels);
  });

  it.each(['silent', 'toString', 'absent', '__proto__', 'constructor', Symbol('method')])('says nothing of methods without labels (%p)', (method) => {
    expect(labelsOfMethod(Tools.prototype, method, undefined)).toEqual([]);
  });

  it('sees labels of parameters from a decorator above them', () => {
    const seen: SiteLabel[] = [];
    const above = (target: object, key: string, _descriptor: PropertyDescriptor): void => void seen.push(...labelsOfMethod(target, key, ['a']));
    class Site {
      @above run(@Sensitivity('high') _a: string): void {}
    }

    expect([Site.name, seen]).toEqual(['Site', [{ path: 'a', level: 'confidential' }]]);
  });
});

describe('labelsOfOptions', () => {
  it('reads levels by path', () => {
    expect(labelsOfOptions({ to: 'LOW', 'rows[*].salary': 'critical' })).toEqual([
      { path: 'to', level: 'public' },
      { path: 'rows[*].salary', level: 'restricted' },
    ]);
    expect(labelsOfOptions(undefined)).toEqual([]);
  });

  it.each([{ 'a b': 'low' }, { a: 'secret' }, { a: 3 }, ['low'], null, 'low', new Proxy({}, {}), JSON.parse('{"__proto__":"low"}'), { get a() { return 'low'; } }])(
    'refuses what says nothing (%#)',
    (option) => {
      expect(() => labelsOfOptions(option as never)).toThrow(PolicyError);
    },
  );
});

describe('labelsForCall', () => {
  const sendSite = [...labelsOfMethod(Tools.prototype, 'send', undefined), ...labelsOfOptions({ note: 'low' })];

  it('keeps those of the form of the call', () => {
    expect(byPath(labelsForCall(sendSite, [{ to: 'x' }], unnamed, true))).toEqual({ ...mailLabels, note: 'public' });
    expect(byPath(labelsForCall(sendSite, [{ to: 'x' }, 1], unnamed, false))).toEqual({ ...prefixed('arg0', mailLabels), note: 'public' });
  });

  it('D-73: keeps labels when a caller adds or leaves out an argument', () => {
    const site = labelsOfMethod(Tools.prototype, 'copy', undefined);

    expect(byPath(labelsForCall(site, [{ text: 'x' }], unnamed, true))).toEqual({ '*': 'restricted' });
    expect(byPath(labelsForCall(site, ['x', 'y', 'z', 'more'], unnamed, false))).toMatchObject({ arg0: 'restricted' });
  });

  it('adds nothing for plain arguments, and makes no new list for them', () => {
    const first = labelsForCall(sendSite, [{ to: 'x', list: [{ a: 1 }] }], unnamed, true);

    expect(labelsForCall(sendSite, [{ to: 'y' }], unnamed, true)).toBe(first);
    expect(labelsForCall([], [], unnamed, false)).toEqual([]);
  });

  it('finds instances in plain objects, lists, maps and sets', () => {
    const args = [{ deep: { card: new Card() } }, [[new Card()]], new Map<unknown, unknown>([['k', new Card()], [3, new Card()]]), new Set([new Card()])];
    const both = (path: string): object => ({ [`${path}.number`]: 'restricted', [`${path}.brand`]: 'public' });

    expect(byPath(labelsForCall([], args, (i) => ['a', 'b', 'c'][i], false))).toEqual({
      ...both('a.deep.card'), ...both('b[*][*]'), ...both('c.k'), ...both('c[*]'), ...both('arg3[*]'),
    });
  });

  it('never looks into what is handed over by reference', () => {
    expect(labelsForCall([], [new Card()], unnamed, false, () => true)).toEqual([]);
  });

  it('repeats no odd name of a caller, and labels every member instead', () => {
    expect(byPath(labelsForCall([], [{ 'ann@example.org': new Card(), ['x'.repeat(1_000)]: new Card() }], unnamed, true))).toEqual({ '*.number': 'restricted', '*.brand': 'public' });
  });

  it('tells very many paths with fewer that cover them', () => {
    const customers = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`c${String(i)}`, new Card()]));

    expect(byPath(labelsForCall([], [{ customers }], unnamed, true))).toEqual({ '*[*].number': 'restricted', '*[*].brand': 'public' });
  });

  it('labels a whole whose parts are too deep to name', () => {
    let nested: object = new Card();
    for (let i = 0; i < 60; i += 1) nested = { a: nested };
    const [label, ...others] = labelsForCall([], [nested], unnamed, true);

    expect(label?.level).toBe('restricted');
    expect(readArgumentPath(label?.path ?? '').steps?.length).toBe(32);
    expect(others).toEqual([]);
  });

  it('ends on cycles, and runs no getter and no trap', () => {
    const ran: string[] = [];
    const cyclic: Record<string, unknown> = { card: new Card() };
    cyclic['self'] = cyclic;
    cyclic['list'] = [cyclic, new Array(2 ** 32 - 1)];
    Object.defineProperty(cyclic, 'computed', { enumerable: true, get: () => ran.push('getter') });
    cyclic['proxy'] = new Proxy({}, { ownKeys: () => (ran.push('trap'), []), getPrototypeOf: () => (ran.push('trap'), null) });
    cyclic['odd'] = Object.create(new Proxy({}, { getPrototypeOf: () => (ran.push('trap'), null) })) as object;

    expect(byPath(labelsForCall([], [cyclic], unnamed, true))).toEqual({ 'card.number': 'restricted', 'card.brand': 'public' });
    expect(ran).toEqual([]);
  });

  it('gives only paths that rules can read, for any arguments', () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'medium' }, fc.constant(null).map(() => new Card()), fc.constant(1), fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', '*', '__proto__')), tie('tree'), { noNullPrototype: false }), fc.array(tie('tree'), { maxLength: 4 })),
    }));
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 3 }), fc.array(fc.string({ unit: 'binary', maxLength: 400 })), (args, names) => {
        const labels = labelsForCall([], args, (i) => names[i], false);

        expect(labels.filter(({ path }) => readArgumentPath(path).fault !== undefined)).toEqual([]);
        if (JSON.stringify(args).includes('4111')) expect(labels.some(({ level }) => level === 'restricted')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('labelsOfValue', () => {
  it('labels an instance that no constructor made', () => {
    expect(byPath(labelsOfValue(Object.create(Card.prototype)))).toEqual({ number: 'restricted', brand: 'public' });
  });

  it('notices labels that come later', () => {
    class Late {
      a = 1;
    }
    expect(labelsOfValue(new Late())).toEqual([]);

    Sensitivity('high')(Late.prototype, 'a');

    expect(labelsOfValue(new Late())).toEqual([{ path: 'a', level: 'confidential' }]);
  });

  it('takes a hostile prototype for one without labels', () => {
    const endless = { get constructor(): unknown { throw new Error('ran'); } };

    expect(labelsOfValue(Object.create(endless))).toEqual([]);
    expect(labelsOfValue(Object.create(Object.create(null) as object))).toEqual([]);
  });
});
