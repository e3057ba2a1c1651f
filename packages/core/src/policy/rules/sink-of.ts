import type { ArgumentSchema } from '../schema/arguments.schema.js';
import { compileCodeSink, type CodeSinkOptions } from '../sinks/code/code-sink.js';
import { compileHtmlSink } from '../sinks/html/html-sink.js';
import { compilePathSink } from '../sinks/path-sink.js';
import { compileShellSink } from '../sinks/shell-sink.js';
import type { SinkCheck } from '../sinks/sink.js';
import { compileSqlSink } from '../sinks/sql/sql-sink.js';
import { compileUrlSink } from '../sinks/url-sink.js';
import type { Keys, Origin } from './origin.js';

/** Compiles the sink that an argument names, with its options; their faults become issues. */
export function compileSink(schema: ArgumentSchema, keys: Keys, origin: Origin): SinkCheck | undefined {
  const { sink } = schema;
  if (sink === undefined) return undefined;
  const where = schema[sink] === undefined ? [...keys, 'sink'] : [...keys, sink];
  if (sink === 'path' && schema.path?.root === undefined) {
    origin.fault(where, { message: 'a path needs a folder that it must lie in', expected: 'path: { root: <folder> }' });
    return undefined;
  }
  if (sink === 'code' && schema.code?.language === undefined) {
    origin.fault(where, { message: 'code needs a language', expected: 'code: { language: javascript }' });
    return undefined;
  }
  // The folder is relative to the file that names it, which need not be the one that says the rest.
  const folder = origin.folder(sink === 'path' ? [...where, 'root'] : where);
  return origin.try(where, () => compile(schema, folder));
}

/** The options of a sink are plain data with the names of the document's keys. */
function compile({ sink, sql, shell, path, url, html, code }: ArgumentSchema, folder: string): SinkCheck {
  switch (sink) {
    case 'sql':
      return compileSqlSink((sql ?? {})).check; // the schema checked its words
    case 'shell':
      return compileShellSink(shell ?? {});
    case 'path':
      return compilePathSink(Object.assign({ root: [] as readonly string[] }, path), folder);
    case 'url':
      return compileUrlSink(url ?? {});
    case 'html':
      return compileHtmlSink(html ?? {});
    case 'code':
      return compileCodeSink(code as CodeSinkOptions); // the schema checked the language
    default:
      throw new RangeError('no sink');
  }
}
