import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fileError, systemCode, TrailError } from './errors.js';

describe('fileError', () => {
  it.each([
    ['ENOSPC', 'NO_SPACE'], ['EDQUOT', 'NO_SPACE'], ['EFBIG', 'NO_SPACE'], ['EIO', 'IO'], ['EROFS', 'READ_ONLY'], ['EACCES', 'ACCESS'],
    ['EPERM', 'ACCESS'], ['EISDIR', 'NOT_A_FILE'], ['ENOTDIR', 'PARENT'], ['EEXIST', 'PARENT'], ['ENOENT', 'MISSING'], ['', 'IO'],
  ])('turns %s into %s and keeps path and cause', (system, code) => {
    const cause = Object.assign(new Error('from the system'), { code: system });

    const error = fileError(cause, '/a/trail.jsonl', 'cannot append to trail');

    expect([error.code, error.path, error.cause]).toEqual([code, '/a/trail.jsonl', cause]);
    expect(error.message).toMatch(/^cannot append to trail \/a\/trail\.jsonl: .+: .+[^.]$/);
  });

  it('leaves a TrailError as it is', () => {
    const error = new TrailError('CLOSED', '/a', 'closed');

    expect(fileError(error, '/b', 'cannot')).toBe(error);
  });

  it('reads no code from what is no system error', () => {
    expect([systemCode(null), systemCode('ENOENT'), systemCode({ code: 1 })]).toEqual(['', '', '']);
  });
});

describe('TrailErrorCode', () => {
  it('has one row in README.md for every code, and no row for anything else', () => {
    const source = readFileSync(new URL('errors.ts', import.meta.url), 'utf8');
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const union = /TrailErrorCode =([^;]+);/.exec(source)?.[1] ?? '';

    const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map((match) => match[1]);
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);

    expect(codes.length).toBeGreaterThan(0);
    expect(rows).toEqual(codes);
  });
});
