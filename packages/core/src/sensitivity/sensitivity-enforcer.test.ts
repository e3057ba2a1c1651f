import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EnforcementViolation, InvalidInputError, PolicyError } from '../errors.js';
import { sensitivityLevel, type SensitivityWord } from './labels.js';
import { SensitivityEnforcer } from './sensitivity-enforcer.js';

const words: readonly SensitivityWord[] = ['public', 'low', 'internal', 'medium', 'confidential', 'high', 'restricted', 'critical'];
const mail = new SensitivityEnforcer({ toolClearance: 'internal', fieldLabels: { body: 'confidential', subject: 'internal', to: 'public' } });
const fieldsOf = (enforcer: SensitivityEnforcer, args: unknown): readonly string[] => enforcer.check(args as Record<string, unknown>).map(({ field }) => field);
const restricted = (...paths: readonly string[]): SensitivityEnforcer =>
  new SensitivityEnforcer({ toolClearance: 'public', fieldLabels: Object.fromEntries(paths.map((path) => [path, 'restricted'] as const)) });

describe('SensitivityEnforcer', () => {
  it('finds the fields above the clearance, and no others', () => {
    const violations = mail.check({ to: 'ann', subject: 'hi', body: 'the plan' });

    expect(violations).toEqual([
      { field: 'body', fieldSensitivity: 'confidential', toolClearance: 'internal', reason: '"body" is confidential, and the tool is cleared for internal' },
    ]);
  });

  it.each([undefined, null])('takes %s for carrying nothing', (body) => {
    expect(mail.check({ body })).toEqual([]);
  });

  it.each(['', 0, false, Number.NaN])('takes %p for carrying something', (body) => {
    expect(mail.check({ body })).toHaveLength(1);
  });

  it('follows paths into objects, lists, maps and sets', () => {
    const args = { customer: { ssn: '1' }, rows: [{ name: 'a' }, { salary: 3 }], by: new Map([['k', { pin: 1 }]]), all: new Set([{ pin: 2 }]) };

    expect(fieldsOf(restricted('customer.ssn', 'customer.name', 'rows[*].salary', 'rows[0].salary', 'rows[1].salary', 'by.k.pin', 'all[*].pin', '*.ssn'), args)).toEqual([
      'customer.ssn', 'rows[*].salary', 'rows[1].salary', 'by.k.pin', 'all[*].pin', '*.ssn',
    ]);
  });

  it('never follows what is inherited', () => {
    expect(fieldsOf(restricted('toString', 'a.constructor', '__proto__.x'), { a: {} })).toEqual([]);
  });

  it('takes what only code could read for carrying what its label says, and runs none of it', () => {
    const ran: string[] = [];
    const trapped = new Proxy({}, { get: () => ran.push('get'), ownKeys: () => (ran.push('keys'), []), getOwnPropertyDescriptor: () => void ran.push('descriptor') });
    const computed = { get ssn() { return ran.push('getter'); } };

    expect(fieldsOf(restricted('a.ssn', 'b.ssn', 'b.ssn.part', 'c[*].ssn'), { a: trapped, b: computed, c: [trapped] })).toEqual(['a.ssn', 'b.ssn', 'b.ssn.part', 'c[*].ssn']);
    expect(ran).toEqual([]);
  });

  it('lets overrides replace labels of the same path for one call, in any spelling of it', () => {
    const enforcer = new SensitivityEnforcer({ toolClearance: 'internal', fieldLabels: { 'a.b': 'high' } });

    expect(enforcer.check({ a: { b: 1 } }, { 'a["b"]': 'low' })).toEqual([]);
    expect(enforcer.check({ a: { b: 1 } })).toHaveLength(1);
  });

  it('keeps the higher of two spellings of one path', () => {
    const enforcer = new SensitivityEnforcer({ toolClearance: 'internal', fieldLabels: { 'a.b': 'high', 'a["b"]': 'low' } });

    expect(enforcer.check({ a: { b: 1 } })).toHaveLength(1);
  });

  it('D-73: gives arguments that nobody labelled the default level, which an author can raise', () => {
    const enforcer = new SensitivityEnforcer({ toolClearance: 'internal', fieldLabels: { to: 'public', 'body.text': 'public' }, defaultFieldSensitivity: 'high' });

    expect(fieldsOf(enforcer, { to: 'ann', body: { text: 'x', more: 'y' }, note: 'z', nothing: null })).toEqual(['body', 'note']);
  });

  it('takes a label of every argument for one of each', () => {
    const enforcer = new SensitivityEnforcer({ toolClearance: 'internal', fieldLabels: { '*': 'public' }, defaultFieldSensitivity: 'high' });

    expect(fieldsOf(enforcer, { a: 1 })).toEqual([]);
  });

  it('D-73: raises a violation that says levels and path, and no value', () => {
    const raise = (): void => mail.raiseIfViolated({ body: 'hunter2' }, { toolName: 'send_email', policyName: 'house' });

    expect(raise).toThrow(EnforcementViolation);
    expect(raise).toThrow(
      expect.objectContaining({
        code: 'SENSITIVITY_VIOLATION',
        violationType: 'sensitivity_violation',
        toolName: 'send_email',
        message: 'call to "send_email" blocked by policy "house": body: it is confidential, and the tool is cleared for internal',
      }),
    );
  });

  it('raises nothing when nothing is too sensitive', () => {
    expect(() => mail.raiseIfViolated({ to: 'ann' })).not.toThrow();
  });

  it('counts the other violations', () => {
    expect(() => restricted('a', 'b', 'c').raiseIfViolated({ a: 1, b: 2, c: 3 })).toThrow('(and 2 more)');
  });

  it('tells what it was made of', () => {
    expect([mail.toolClearance, mail.fieldLabels]).toEqual(['internal', { body: 'confidential', subject: 'internal', to: 'public' }]);
  });

  it.each([
    [{ toolClearance: 'secret' }],
    [{ toolClearance: undefined }],
    [{ toolClearance: 'low', fieldLabels: { 'a..b': 'low' } }],
    [{ toolClearance: 'low', fieldLabels: { a: 'lowish' } }],
    [{ toolClearance: 'low', fieldLabels: { a: { toString: () => 'low' } } }],
    [{ toolClearance: 'low', fieldLabels: ['low'] }],
    [{ toolClearance: 'low', fieldLabels: new Proxy({}, {}) }],
    [{ toolClearance: 'low', fieldLabels: JSON.parse('{"__proto__":"low"}') as unknown }],
    [{ toolClearance: 'low', fieldLabels: { get a() { return 'low'; } } }],
    [{ toolClearance: 'low', fieldLabels: { [Symbol('a')]: 'low' } }],
    [{ toolClearance: 'low', fieldLabels: { ['a'.repeat(10_000_000)]: 'low' } }],
    [{ toolClearance: 'low', defaultFieldSensitivity: 3 }],
  ])('refuses wrong options with a typed error (%#)', (options) => {
    expect(() => new SensitivityEnforcer(options as never)).toThrow(PolicyError);
  });

  it.each([[null], [[1]], ['text'], [new Proxy({}, {})]])('refuses arguments that are none (%#)', (args) => {
    expect(() => mail.check(args as never)).toThrow(InvalidInputError);
  });

  it('ends on cycles, and on values that countless ways lead to', () => {
    let shared: object = { leaf: 1 };
    for (let i = 0; i < 60; i += 1) shared = { a: shared, b: shared };
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    cycle['other'] = cycle;
    const deep = Array.from({ length: 31 }, () => '.*').join('');

    expect(fieldsOf(restricted(`*${deep}`), { shared, cycle })).toEqual([`*${deep}`]);
    expect(fieldsOf(restricted(`cycle${deep}.no`.replace('.*', '')), { cycle })).toEqual([]);
  });

  it('agrees with the rule of levels for any labels of any arguments', () => {
    const word = fc.constantFrom(...words);
    fc.assert(
      fc.property(word, word, fc.dictionary(fc.stringMatching(/^[a-c]$/), word), fc.dictionary(fc.stringMatching(/^[a-d]$/), fc.anything()), (clearance, absent, labels, args) => {
        const enforcer = new SensitivityEnforcer({ toolClearance: clearance, fieldLabels: { ...labels }, defaultFieldSensitivity: absent });
        const expected = Object.keys(args).filter((name) => {
          const level = labels[name] ?? absent;
          return args[name] !== undefined && args[name] !== null && sensitivityLevel(level) > sensitivityLevel(clearance);
        });

        expect([...fieldsOf(enforcer, args)].sort()).toEqual(expected.sort());
      }),
    );
  });
});
