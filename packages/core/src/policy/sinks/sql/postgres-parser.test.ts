import { describe, expect, it } from '@jest/globals';
import { loadOptional } from './load-optional.js';
import { asynchronousParser } from './postgres-parser.js';
import { PostgresReader } from './postgres-reader.js';
import { MissingParserError } from './sql-usage.js';

describe('the parser of PostgreSQL', () => {
  it('refuses every text until the asynchronous way is ready', async () => {
    const parser = asynchronousParser();
    const reader = new PostgresReader('postgresql', parser);

    expect(() => reader.read('select 1')).toThrow('the SQL parser is still loading; await policy.ready');

    await parser.ready;

    expect(reader.read('select f(a) from b').tables).toEqual([{ parts: ['b'], location: 17 }]);
    expect(() => reader.read('select (')).toThrow('the text is not valid PostgreSQL');
  });

  it('says which package is missing', () => {
    expect(() => loadOptional('no-such-parser')).toThrow(MissingParserError);
    expect(() => loadOptional('no-such-parser')).toThrow('sink: sql needs the package "no-such-parser": npm install no-such-parser');
  });

  it('says when the package is another version', () => {
    expect(() => asynchronousParser({ parse: 1 })).toThrow('version 18 is needed');
  });
});
