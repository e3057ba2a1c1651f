import {
  aFlag, aNumber, aPath, aPort, aScalar, aWord, action, atLeastOne, count, hostPattern, oneOf, sensitivity, sinkKind, source, valueType,
} from './checks.js';
import { Key, TableEntry, ownList } from './key.js';

/** Names and globs that may or may not appear. */
export class NameListsSchema {
  @Key({ list: aWord, doc: 'what may appear; `*` for any run of characters', tightens: 'narrow' }) readonly allowed?: readonly string[];
  @Key({ list: aWord, doc: 'what may not, whatever allows it', tightens: 'add', merges: 'union' }) readonly denied?: readonly string[];
}

export class HostListsSchema {
  @Key({ list: hostPattern, doc: 'hosts that may be called', tightens: 'narrow' }) readonly allowed?: readonly string[];
  @Key({ list: hostPattern, doc: 'hosts that may not, with every host below them', tightens: 'add', merges: 'union' }) readonly denied?: readonly string[];
}

const maxLength = { value: atLeastOne, doc: 'characters of the text', tightens: 'lower' } as const;

export class SqlSinkSchema {
  @Key({
    value: oneOf(['postgresql', 'mysql', 'mariadb', 'sqlite', 'transactsql', 'bigquery', 'snowflake', 'redshift', 'db2', 'hive', 'flinksql', 'trino']),
    doc: "whose SQL it is: `postgresql` and `redshift` are parsed by PostgreSQL's own grammar (`libpg-query`), the others by `node-sql-parser`",
    absent: '`postgresql`',
    tightens: 'same',
    default: 'postgresql',
  })
  readonly dialect?: string;
  @Key({ list: aWord, doc: 'kinds of statements that may run, wherever in the text they stand', absent: '`[select]`', tightens: 'pick', default: ['select'] }) readonly statements?: readonly string[];
  @Key({ block: () => NameListsSchema, doc: 'tables that may be named' }) readonly tables?: NameListsSchema;
  @Key({ block: () => NameListsSchema, doc: 'functions that may be called', absent: 'all but those that reach files, the network, the server or the clock', default: ownList })
  readonly functions?: NameListsSchema;
  @Key({ value: atLeastOne, doc: 'statements in one text', absent: '`1`', tightens: 'lower', default: 1 }) readonly max_statements?: number;
  @Key(maxLength) readonly max_length?: number;
}

export class ShellSinkSchema {
  @Key({ value: oneOf(['sh', 'bash']), doc: 'whose grammar it is: `sh` refuses what `dash` and `bash` read differently', absent: '`sh`', default: 'sh', tightens: ['bash', 'sh'] })
  readonly dialect?: 'sh' | 'bash';
  @Key({ block: () => NameListsSchema, doc: 'programs that may run, through pipes, substitutions, wrappers and `sh -c`' }) readonly programs?: NameListsSchema;
  @Key({ value: aFlag, doc: 'allow redirections into files', absent: '`false`', tightens: 'off', default: false }) readonly allow_redirects?: boolean;
  @Key({ value: aFlag, doc: 'allow variables in arguments; never in the name of a program', absent: '`false`', tightens: 'off', default: false }) readonly allow_expansions?: boolean;
  @Key({ value: aFlag, doc: 'allow `&`', absent: '`false`', tightens: 'off', default: false }) readonly allow_background?: boolean;
  @Key(maxLength) readonly max_length?: number;
}

export class PathSinkSchema {
  @Key({ some: aPath, doc: 'folders that the path must lie in, relative to the policy file; links are followed, and must end inside', required: true, tightens: 'same' })
  readonly root?: readonly string[];
  @Key({ list: aWord, doc: 'globs, relative to the folder, of paths that may be used', tightens: 'narrow' }) readonly allow?: readonly string[];
  @Key({ list: aWord, doc: 'globs of paths that may not', tightens: 'add', merges: 'union' }) readonly deny?: readonly string[];
  @Key({ list: aWord, doc: 'endings that a file may have', tightens: 'narrow' }) readonly extensions?: readonly string[];
  @Key({ value: aFlag, doc: 'refuse what does not exist', absent: '`false`', tightens: 'on', default: false }) readonly must_exist?: boolean;
  @Key({ value: oneOf(['inside', 'never']), doc: 'symbolic links', absent: '`inside`', tightens: ['inside', 'never'], default: 'inside' }) readonly follow_symlinks?: 'inside' | 'never';
  @Key(maxLength) readonly max_length?: number;
}

export class UrlSinkSchema {
  @Key({ list: aWord, doc: 'schemes', absent: '`[https]`', tightens: 'pick', default: ['https'] }) readonly schemes?: readonly string[];
  @Key({ block: () => HostListsSchema, doc: 'hosts, as in `network`' }) readonly hosts?: HostListsSchema;
  @Key({ list: aPort, doc: 'ports', absent: "the scheme's own", tightens: 'pick' }) readonly ports?: readonly number[];
  @Key({ value: aFlag, doc: 'allow `user:password@`', absent: '`false`', tightens: 'off', default: false }) readonly allow_userinfo?: boolean;
  @Key({ value: aFlag, doc: 'allow private, local and reserved addresses', absent: '`false`', tightens: 'off', default: false }) readonly allow_private?: boolean;
  @Key({ value: aFlag, doc: 'allow addresses instead of names', absent: '`false`', tightens: 'off', default: false }) readonly allow_ip?: boolean;
  @Key(maxLength) readonly max_length?: number;
}

export class HtmlSinkSchema {
  @Key({ list: aWord, doc: 'elements', absent: 'a set for formatted text', tightens: 'pick' }) readonly tags?: readonly string[];
  @Key({ list: aWord, doc: 'attributes', absent: 'a set for links, images and tables', tightens: 'pick' }) readonly attributes?: readonly string[];
  @Key({ list: aWord, doc: 'schemes of links', absent: '`[https, http, mailto]`', tightens: 'pick', default: ['https', 'http', 'mailto'] }) readonly schemes?: readonly string[];
  @Key({ value: aFlag, doc: 'allow links without a scheme', absent: '`true`', tightens: 'off', default: true }) readonly allow_relative?: boolean;
  @Key(maxLength) readonly max_length?: number;
}

export class CodeSinkSchema {
  @Key({ value: oneOf(['javascript', 'typescript', 'python']), doc: 'the language', required: true, tightens: 'same' }) readonly language?: string;
  @Key({ block: () => NameListsSchema, doc: 'dotted names of functions that may be called' }) readonly calls?: NameListsSchema;
  @Key({ block: () => NameListsSchema, doc: 'modules that may be imported', absent: 'none', default: ownList }) readonly imports?: NameListsSchema;
  @Key(maxLength) readonly max_length?: number;
}

/** What one argument must be. */
export class ArgumentSchema extends TableEntry {
  @Key({ some: valueType, doc: 'its type, or types', tightens: 'narrow' }) readonly type?: readonly string[];
  @Key({ value: aFlag, doc: 'refuse calls without it', absent: '`false`', tightens: 'on', default: false }) readonly required?: boolean;
  @Key({ list: aScalar, aliases: ['enum'], doc: 'the only values that it may have', tightens: 'narrow' }) readonly allowed?: readonly unknown[];
  @Key({ list: aScalar, doc: 'values that it may not have', tightens: 'add', merges: 'union' }) readonly denied?: readonly unknown[];
  @Key({ value: aNumber, doc: 'the smallest number', tightens: 'raise' }) readonly min?: number;
  @Key({ value: aNumber, doc: 'the largest number', tightens: 'lower' }) readonly max?: number;
  @Key({ value: count, doc: 'the fewest characters of a text, items of a list or keys of a map', tightens: 'raise' }) readonly min_length?: number;
  @Key({ value: count, doc: 'the most characters (UTF-16 units), items or keys', tightens: 'lower' }) readonly max_length?: number;
  @Key({ value: source, doc: 'a regular expression (RE2) that the whole text must match', tightens: 'set' }) readonly pattern?: string;
  @Key({ value: source, doc: 'a CEL condition over `value` and the variables of the call that must hold', tightens: 'set' }) readonly when?: string;
  @Key({ value: source, doc: 'one that must not hold', tightens: 'set' }) readonly unless?: string;
  @Key({ value: sinkKind, doc: 'where the text ends up: it is parsed as that, and refused where it does not parse', tightens: 'same' })
  readonly sink?: 'sql' | 'shell' | 'path' | 'url' | 'html' | 'code';
  @Key({ block: () => SqlSinkSchema, doc: 'for `sink: sql`', default: {} }) readonly sql?: SqlSinkSchema;
  @Key({ block: () => ShellSinkSchema, doc: 'for `sink: shell`', default: {} }) readonly shell?: ShellSinkSchema;
  @Key({ block: () => PathSinkSchema, doc: 'for `sink: path`', default: {} }) readonly path?: PathSinkSchema;
  @Key({ block: () => UrlSinkSchema, doc: 'for `sink: url`', default: {} }) readonly url?: UrlSinkSchema;
  @Key({ block: () => HtmlSinkSchema, doc: 'for `sink: html`', default: {} }) readonly html?: HtmlSinkSchema;
  @Key({ block: () => CodeSinkSchema, doc: 'for `sink: code`', default: {} }) readonly code?: CodeSinkSchema;
  @Key({ value: sensitivity, doc: 'how sensitive it is; the higher of this and `@Sensitivity` counts', tightens: ['public', 'low', 'internal', 'medium', 'confidential', 'high', 'restricted', 'critical'] })
  readonly sensitivity?: string;
  @Key({ value: action, doc: 'what it means when it is not as it must be; `redact` hides it', absent: "the tool's or the policy's `on_violation`", tightens: ['log', 'redact', 'block'] })
  readonly action?: 'block' | 'redact' | 'log';
}
