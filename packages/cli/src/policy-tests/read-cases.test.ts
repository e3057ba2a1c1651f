import { afterAll, describe, expect, it } from '@jest/globals';
import { readYamlDocument } from '@enforcecore/core';
import { execFileSync } from 'node:child_process';
import { Folder } from '../files.test.kit.js';
import { holdsCases, readCaseFile } from './read-cases.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});

describe('readCaseFile', () => {
  it('reads everything that a case can say', () => {
    const file = folder.file('all.yaml', `policy: sub/policy.yaml
cases:
  - name: all
    tool: pay
    args: [1, { a: b }]
    agent: a
    tenant: t
    session: s
    labels: { __proto__: x, team: blue }
    environment: e
    time: 2026-11-21T10:00:00Z
    result: [null]
    expect: { decision: redacted, rule: r, type: t, reason: why, path: p, args: {}, result: [] }
`);

    const { policy, cases } = readCaseFile(file, readYamlDocument);

    expect(policy).toBe(folder.at('sub/policy.yaml'));
    expect(cases).toEqual([
      {
        name: 'all', tool: 'pay', place: { line: 3, column: 5 }, args: [1, { a: 'b' }], agent: 'a', tenant: 't', session: 's', environment: 'e',
        labels: JSON.parse('{"__proto__":"x","team":"blue"}'), timeMs: Date.UTC(2026, 10, 21, 10), result: [null],
        expect: { decision: 'redacted', rule: 'r', type: 't', reason: 'why', path: 'p', args: [{}], result: { kind: 'value', value: [] } },
      },
    ]);
  });

  it('keeps the full name of a policy', () => {
    const file = folder.file('full.yaml', 'policy: /etc/p.yaml\ncases: [{ name: a, tool: x, expect: allowed }]\n');

    expect(readCaseFile(file, readYamlDocument).policy).toBe('/etc/p.yaml');
  });

  it.each([
    ['keys that nobody knows', Array.from({ length: 100_000 }, (_, i) => `k${String(i)}: 1\n`).join('')],
    ['cases that say nothing', `cases:\n${'- {}\n'.repeat(100_000)}`],
    ['a name of megabytes', `cases:\n- { name: ${'x'.repeat(4_000_000)}, tool: x, expect: allowed }\n`],
    ['a key of megabytes', `cases:\n- { ${'x'.repeat(4_000_000)}: 1 }\n`],
  ])('refuses %s in seconds, and in few words', (_, text) => {
    const file = folder.file('hostile.yaml', text);
    const startedAt = performance.now();
    let message = '';
    try {
      readCaseFile(file, readYamlDocument);
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }

    expect(message).toContain('is not a valid file of cases');
    expect(message.length).toBeLessThan(10_000);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('does not wait for a pipe that nobody writes to', () => {
    execFileSync('mkfifo', [folder.at('pipe.yaml')]);

    expect(() => readCaseFile(folder.at('pipe.yaml'), readYamlDocument)).toThrow('it is no file');
  });
});

describe('holdsCases', () => {
  it('tells cases from policies, and from what is neither', () => {
    const [cases, policy, broken] = [folder.file('c.yaml', 'cases: []'), folder.file('p.yaml', 'name: cases'), folder.file('b.yaml', 'cases: [')];

    expect([cases, policy, broken, folder.at('none.yaml')].map((file) => holdsCases(file, readYamlDocument))).toEqual([true, false, false, false]);
  });
});
