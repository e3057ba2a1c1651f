import { beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { PolicyError } from '@enforcecore/core';
import { makeCall } from '../src/pipeline/make-call.js';
import { takeSnapshot } from '../src/pipeline/snapshot.js';
import { Findings } from '../src/policy/rules/call-check.js';
import { SensitivityCheck } from '../src/policy/rules/sensitivity-check.js';
import { labelsForCall } from '../src/sensitivity/call-labels.js';
import { labelsOfValue } from '../src/sensitivity/value-labels.js';
import type * as Fixture from './fixtures/src/labelled.js';

const dialects = ['legacy', 'standard'] as const;
const byPath = (labels: readonly { readonly path: string; readonly level: string }[]): object =>
  Object.fromEntries(labels.map(({ path, level }) => [path, level]));
const unnamed = (): undefined => undefined;

describe.each(dialects)('@Sensitivity on fields in the %s decorator dialect', (dialect) => {
  let fixture: typeof Fixture;

  beforeAll(async () => {
    const compiled = new URL(`./fixtures/${dialect}/dist/labelled.js`, import.meta.url);
    if (!existsSync(compiled)) throw new Error('the decorator fixtures are not compiled: npm run build');
    fixture = (await import(compiled.href)) as typeof Fixture;
  });

  it('labels the fields of instances', () => {
    expect(byPath(labelsOfValue(new fixture.Person()))).toEqual({ name: 'confidential', city: 'internal' });
  });

  it('lets a subclass raise the labels that it inherits, and never lower them', () => {
    const labels = { name: 'confidential', city: 'restricted', ssn: 'restricted' };

    expect(byPath(labelsOfValue(new fixture.Customer()))).toEqual(labels);
    expect(byPath(labelsOfValue(new fixture.Heir()))).toEqual(labels);
    expect(byPath(labelsOfValue(new fixture.Person()))).toEqual({ name: 'confidential', city: 'internal' });
  });

  it('labels instances inside instances and inside lists', () => {
    expect(byPath(labelsOfValue(new fixture.Order()))).toEqual({
      customer: 'internal',
      'customer.name': 'confidential',
      'customer.city': 'restricted',
      'customer.ssn': 'restricted',
      'rows[*].salary': 'confidential',
      '["free text"]': 'confidential',
    });
  });

  it('labels accessors', () => {
    expect(byPath(labelsOfValue(new fixture.Vault()))).toEqual({ code: 'restricted' });
  });

  it('labels the copies that calls are made of', () => {
    const copies = takeSnapshot([new fixture.Customer(), { list: [new fixture.Row(3)] }], String, () => false);

    expect(byPath(labelsForCall([], copies, (i) => ['who', undefined][i], false))).toEqual({
      'who.name': 'confidential',
      'who.city': 'restricted',
      'who.ssn': 'restricted',
      'arg1.list[*].salary': 'confidential',
    });
  });

  it('names the fields of a single object as rules do', () => {
    expect(byPath(labelsForCall([], [new fixture.Person()], unnamed, true))).toEqual({ name: 'confidential', city: 'internal' });
  });

  it('D-73: a labelled instance is stopped in front of a tool that is cleared for less', () => {
    const args = [{ customer: new fixture.Customer(), rows: [new fixture.Row(1)] }];
    const sensitivity = labelsForCall([], args, unnamed, true);
    const call = makeCall({ name: 'test', digest: '' }, { tool: 'send', args, sensitivity });
    const rule = { id: 'sensitivity_labels', at: undefined, action: 'block' } as const;
    const findings = new Findings();

    new SensitivityCheck({ rule, clearance: 2, unlabelled: 0, labels: [] }).run(call, {} as never, findings);

    expect(findings.blocked).toBe(true);
    expect(findings.violations.map(({ path }) => path).sort()).toEqual(['customer.city', 'customer.ssn']);
  });

  it('says nothing of classes without labels, of plain objects and of values', () => {
    expect([new fixture.Plain(), { name: 'x' }, [], 'text', 3, null, undefined, () => 1].map(labelsOfValue)).toEqual(Array.from({ length: 8 }, () => []));
  });

  it('leaves the instances as they were', () => {
    expect(new fixture.Row(3)).toEqual({ salary: 3 });
    expect(Reflect.ownKeys(new fixture.Row(3))).toEqual(['salary']);
  });

  it.each(['unknownLevel', 'staticField', 'symbolField'] as const)('refuses where the class is defined: %s', (what) => {
    expect(fixture.refused[what]).toThrow(PolicyError);
  });
});
