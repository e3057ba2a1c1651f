import { postgresParser, type PostgresParser } from './postgres-parser.js';
import { PostgresUsage } from './postgres-usage.js';
import { SqlSyntaxFault, type SqlReader, type SqlUsage } from './sql-usage.js';

interface Refused {
  readonly pattern: RegExp;
  readonly what: string;
}

/**
 * HOSTILE: the scanner looks at a run of operator characters again for every comment or sign that starts inside it, which
 * is quadratic in the run.
 */
const longOperator: Refused = { pattern: /[~!@#^&|`?+\-*/%<>=]{256}/, what: '256 operator characters in a row' };

/** Redshift comes from PostgreSQL 8, where a backslash in a plain string escapes the quote after it. */
const backslash: Refused = { pattern: /\\/, what: 'a backslash, which Redshift may read differently' };

/** Reads PostgreSQL, and Redshift as far as it is the same, with the server's own grammar. */
export class PostgresReader implements SqlReader {
  readonly #parser: PostgresParser;

  readonly #refused: readonly Refused[];

  constructor(dialect: 'postgresql' | 'redshift' = 'postgresql', parser: PostgresParser = postgresParser()) {
    this.#refused = dialect === 'redshift' ? [longOperator, backslash] : [longOperator];
    this.#parser = parser;
  }

  get ready(): Promise<void> | undefined {
    return this.#parser.ready;
  }

  read(text: string): SqlUsage {
    for (const { pattern, what } of this.#refused) {
      const offset = text.search(pattern);
      if (offset >= 0) throw new SqlSyntaxFault(`the text holds ${what}`, offset);
    }
    const tree = this.#parser.parse(text);
    return new PostgresUsage(byteOffsets(text)).read(tree);
  }
}

/** The parser counts bytes of UTF-8. */
function byteOffsets(text: string): (location: number) => number {
  return (bytes) => Buffer.from(text).subarray(0, bytes).toString().length;
}
