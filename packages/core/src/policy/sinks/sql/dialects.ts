import type { NameDefaults } from './sql-names.js';

/** Dialects that a policy can name; `postgresql` and `redshift` are read by libpg-query, the others by node-sql-parser. */
export const sqlDialects = ['postgresql', 'mysql', 'mariadb', 'sqlite', 'transactsql', 'bigquery', 'snowflake', 'redshift', 'db2', 'hive', 'flinksql', 'trino'] as const;

export type SqlDialect = (typeof sqlDialects)[number];

/** What a dialect has that no policy needs to say. */
export interface DialectRules {
  readonly tables: NameDefaults;
  readonly functions: NameDefaults;
}

/** Functions that read files, reach the network, run text as SQL, wait, lock, or change the session or the server. */
const postgresFunctions = [
  'pg_*', 'dblink*', 'lo_*', 'loread', 'lowrite', 'set_config', 'current_setting', 'nextval', 'setval', 'ts_stat', 'ts_rewrite',
  'query_to_xml*', 'cursor_to_xml*', 'table_to_xml*', 'schema_to_xml*', 'database_to_xml*', 'xpath_table', 'crosstab*', 'connectby',
  'binary_upgrade_*', 'brin_*', 'gin_clean_pending_list', 'currtid*', 'plpgsql_*', 'inet_server_*', 'http', 'http_*', 'postgres_fdw_*',
  'cron.*', 'net.*', 'aws_s3.*', 'aws_lambda.*', 'azure_storage.*',
] as const;

const postgresHarmless = ['pg_typeof', 'pg_size_pretty', 'pg_size_bytes', 'pg_column_size', 'pg_collation_for', 'pg_input_is_valid'] as const;

const postgresTables = [
  'pg_authid', 'pg_shadow', 'pg_user_mapping', 'pg_user_mappings', 'pg_largeobject', 'pg_statistic', 'pg_stats', 'pg_hba_file_rules',
  'pg_ident_file_mappings', 'pg_file_settings', 'pg_settings', 'pg_config', 'pg_stat_activity', 'pg_subscription', 'pg_foreign_server',
] as const;

const mysqlFunctions = [
  'load_file', 'sleep', 'benchmark', 'sys_*', 'lib_mysqludf_*', 'get_lock', 'release_lock', 'release_all_locks', 'is_free_lock', 'is_used_lock',
  'master_pos_wait', 'source_pos_wait', 'wait_for_executed_gtid_set', 'master_gtid_wait', 'extractvalue', 'updatexml', 'keyring_*', 'nextval', 'setval', 'sys.*',
] as const;

const sqliteFunctions = ['load_extension', 'readfile', 'writefile', 'edit', 'fts3_tokenizer', 'fsdir', 'lsdir', 'zipfile', 'sqlar_*', 'pragma_*', 'sqlite_*', 'shell_*', 'eval', 'exec', 'system', 'dbstat', 'vsv', 'csv'] as const;

const transactSqlFunctions = ['xp_*', 'sp_*', 'openrowset', 'opendatasource', 'openquery', 'openxml', 'sys.*', 'fn_*', 'loginproperty', 'pwdcompare', 'pwdencrypt', 'hashbytes_*', 'get_filestream_*', 'original_db_name', 'external_*'] as const;

const warehouseFunctions = [
  'external_query', 'system$*', 'query', 'raw_query', 'execute_*', 'reflect', 'reflect2', 'java_method', 'in_file', 'remote_query', 'read_files',
  'get_presigned_url', 'build_*_url', 'get_stage_location', 'result_scan', 'session_user_*', 'sleep', 'keys.*', 'ml.*', 'ai.*', 'snowflake.*', 'sys*.*',
] as const;

const lower = { folded: false } as const;

function at(schema: string | undefined): () => string | undefined {
  return () => schema;
}

function warehouse(schema: string | undefined): DialectRules {
  return {
    tables: { ...lower, schemaOf: at(schema), denied: [] },
    functions: { ...lower, schemaOf: at(undefined), denied: warehouseFunctions },
  };
}

const mysql: DialectRules = {
  tables: { ...lower, schemaOf: at(undefined), denied: ['mysql.*'] },
  functions: { ...lower, schemaOf: at(undefined), denied: mysqlFunctions },
};

/** A name that begins with `pg_` is looked for in `pg_catalog` before the search path. */
const postgresqlTables: NameDefaults = { folded: true, schemaOf: (name) => (name.startsWith('pg_') ? 'pg_catalog' : 'public'), denied: postgresTables };
const postgresqlFunctions: NameDefaults = { folded: true, schemaOf: at('pg_catalog'), denied: postgresFunctions, harmless: postgresHarmless };

export const dialectRules: Readonly<Record<SqlDialect, DialectRules>> = {
  postgresql: { tables: postgresqlTables, functions: postgresqlFunctions },
  redshift: { tables: { ...postgresqlTables, denied: [...postgresTables, 'stl_*', 'stv_*', 'svl_*', 'svv_*'] }, functions: postgresqlFunctions },
  mysql,
  mariadb: mysql,
  sqlite: {
    tables: { ...lower, schemaOf: at('main'), denied: ['sqlite_*', 'pragma_*', 'dbstat'] },
    functions: { ...lower, schemaOf: at(undefined), denied: sqliteFunctions },
  },
  transactsql: {
    tables: { ...lower, schemaOf: at('dbo'), denied: ['sys.*', 'syslogins', 'sysusers', 'sysxlogins', 'sysobjects', 'sysdatabases', 'sysprocesses', 'sysservers'] },
    functions: { ...lower, schemaOf: at(undefined), denied: transactSqlFunctions },
  },
  bigquery: warehouse(undefined),
  snowflake: warehouse('public'),
  db2: warehouse(undefined),
  hive: warehouse('default'),
  flinksql: warehouse(undefined),
  trino: warehouse(undefined),
};
