import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sarifLog } from './sarif.js';

function locationOf(file: string, line = 3, column = 5): unknown {
  const issue = { file, line, column, path: 'rules.x', message: 'unknown key' };
  // Believed: these are the shapes that sarifLog makes.
  const log = sarifLog([{ file, policy: undefined, issues: [issue], warnings: [], code: 'POLICY_INVALID' }], { version: '1.0.0', folder: '/repo' }) as {
    readonly runs: readonly [{ readonly results: readonly [{ readonly locations: readonly [{ readonly physicalLocation: unknown }] }] }];
  };
  return log.runs[0].results[0].locations[0].physicalLocation;
}

describe('sarifLog', () => {
  it.each([
    ['policies/a.yaml', 'policies/a.yaml'],
    ['/repo/policies/a.yaml', 'policies/a.yaml'],
    ['./policies/../b.yaml', 'b.yaml'],
    ['a b/ü#?%.yaml', 'a%20b/%C3%BC%23%3F%25.yaml'],
    ['c:d.yaml', 'c%3Ad.yaml'],
    ['\ud800.yaml', '%EF%BF%BD.yaml'],
    ['..a/b.yaml', '..a/b.yaml'],
  ])('names %j from the folder as %j', (file, uri) => {
    expect(locationOf(file)).toEqual({ artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region: { startLine: 3, startColumn: 5 } });
  });

  it.each([
    ['../other/a.yaml', 'file:///other/a.yaml'],
    ['/etc/a b.yaml', 'file:///etc/a%20b.yaml'],
  ])('names %j outside the folder in full', (file, uri) => {
    expect(locationOf(file)).toMatchObject({ artifactLocation: { uri } });
  });

  it('gives no region where there is no line', () => {
    expect(locationOf('a.yaml', 0, 0)).toEqual({ artifactLocation: { uri: 'a.yaml', uriBaseId: '%SRCROOT%' } });
  });

  it('makes a URI reference of any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }).filter((name) => !name.includes('\0')), (name) => {
        const { artifactLocation } = locationOf(name) as { readonly artifactLocation: { readonly uri: string } };
        expect(artifactLocation.uri).toMatch(/^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/);
      }),
    );
  });
});
