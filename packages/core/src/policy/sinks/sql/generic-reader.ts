import { createContext, Script } from 'node:vm';
import type { SqlDialect } from './dialects.js';
import { GenericUsage } from './generic-usage.js';
import { loadOptional } from './load-optional.js';
import { SqlSyntaxFault, type SqlReader, type SqlUsage } from './sql-usage.js';
import { isTreeObject } from './tree-object.js';

export type GenericDialect = Exclude<SqlDialect, 'postgresql' | 'redshift'>;

const packageName = 'node-sql-parser';

interface AstParser {
  parse(text: string, options: { readonly database: string }): unknown;
}

/** Spellings that a server may read in another way than the parser does; in such a place what is checked is not what is run. */
interface Ambiguity {
  readonly what: string;
  readonly pattern: RegExp;
  readonly dialects?: readonly GenericDialect[];
}

const ambiguities: readonly Ambiguity[] = [
  // MySQL runs what stands in `/*! */`, and reads `1--1` as a sum; the others differ about comments inside comments.
  { what: 'a comment or two hyphens', pattern: /--|\/\*|\*\// },
  { what: 'the sign of a comment', pattern: /#/, dialects: ['mysql', 'mariadb', 'bigquery', 'sqlite'] },
  { what: 'the sign of a comment', pattern: /\/\//, dialects: ['snowflake'] },
  // Whether it escapes a quote depends on the dialect, the literal's prefix and the server's settings.
  { what: 'a backslash', pattern: /\\/ },
  { what: 'three quotes in a row', pattern: /'''|"""/ },
  { what: 'a doubled name quote', pattern: /``|\]\]/ },
  { what: 'a dollar quote', pattern: /\$[\p{ID_Continue}]*\$/u },
  // The parser's idea of white space ends at ASCII, a server's may not; quotes in full width are another such pair.
  { what: 'a control character', pattern: /[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/ },
  { what: 'white space outside ASCII', pattern: /[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/ },
];

/**
 * HOSTILE: the parser tries alternatives again at every level, in some dialects in exponential time: five unclosed CASTs take
 * seconds. The limit in time stops it; the limit in depth keeps it from being needed. Every opened bracket and every CASE
 * counts, for a text that does not parse closes none.
 */
const maxParseMs = 500;
const maxNesting: Readonly<Partial<Record<GenericDialect, number>>> = { flinksql: 5 };
const usualNesting = 24;

/** Reads the dialects of node-sql-parser. */
export class GenericReader implements SqlReader {
  readonly ready = undefined;
  readonly #dialect: GenericDialect;
  readonly #parse: (text: string) => unknown;

  constructor(dialect: GenericDialect) {
    this.#dialect = dialect;
    this.#parse = timedParse(astParser(dialect), dialect);
  }

  read(text: string): SqlUsage {
    for (const { what, pattern, dialects } of ambiguities) {
      const offset = dialects === undefined || dialects.includes(this.#dialect) ? text.search(pattern) : -1;
      if (offset >= 0) throw new SqlSyntaxFault(`the text holds ${what}, which this dialect's parser and server may read differently`, offset);
    }
    if (nesting(text) > (maxNesting[this.#dialect] ?? usualNesting)) throw new SqlSyntaxFault('the text nests more deeply than this dialect is read');
    return new GenericUsage(this.#dialect).read(this.#parse(text));
  }
}

/** Node's vm stops whatever a script calls when its time is up; it is a watchdog here, and no sandbox. */
function timedParse(parser: AstParser, dialect: GenericDialect): (text: string) => unknown {
  const job = { text: '', tree: undefined as unknown }; // Filled by each parse.
  const run = (): void => {
    job.tree = parser.parse(job.text, { database: dialect });
  };
  const context = createContext({ run });
  const script = new Script('run()');
  return (text) => {
    job.text = text;
    try {
      script.runInContext(context, { timeout: maxParseMs });
      return job.tree;
    } catch (error) {
      if (isTreeObject(error) && error['code'] === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new SqlSyntaxFault(`the text takes the parser more than ${String(maxParseMs)} ms`);
      // The parser's own message quotes the text. A stack overflow of deep nesting ends here as well.
      throw new SqlSyntaxFault(`the text does not parse as ${dialect}`, startOffset(error));
    } finally {
      job.text = '';
      job.tree = undefined;
    }
  };
}

/** How many brackets and CASE words are open at once; those in strings count, which errs on the safe side. */
function nesting(text: string): number {
  let open = 0;
  let most = 0;
  for (const [mark] of text.matchAll(/[([{)\]}]|\bcase\b|\bend\b/gi)) {
    const closes = mark === ')' || mark === ']' || mark === '}' || mark.toLowerCase() === 'end';
    open = Math.max(0, open + (closes ? -1 : 1));
    most = Math.max(most, open);
  }
  return most;
}

function startOffset(error: unknown): number | undefined {
  const location = isTreeObject(error) ? error['location'] : undefined;
  const start = isTreeObject(location) ? location['start'] : undefined;
  const offset = isTreeObject(start) ? start['offset'] : undefined;
  return typeof offset === 'number' ? offset : undefined;
}

function astParser(dialect: GenericDialect): AstParser {
  const api = loadOptional(packageName, `${packageName}/build/${dialect}`);
  const Parser = isTreeObject(api) ? api['Parser'] : undefined;
  if (typeof Parser !== 'function') throw new Error(`the package "${packageName}" exports no Parser: version 5.4 is needed`);
  const parser: unknown = Reflect.construct(Parser, []);
  if (!isTreeObject(parser) || typeof parser['parse'] !== 'function') throw new Error(`the package "${packageName}" has a Parser without parse(): version 5.4 is needed`);
  return parser as unknown as AstParser; // It has the method; what comes back is unknown.
}
