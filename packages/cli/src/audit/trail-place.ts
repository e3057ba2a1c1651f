import { CliError } from '../errors.js';

/** Where a trail is: a file with its closed segments, or a database. `shown` holds no password. */
export type TrailPlace =
  | { readonly kind: 'file'; readonly path: string; readonly shown: string }
  | { readonly kind: 'sqlite'; readonly path: string; readonly shown: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly shown: string };

const scheme = /^([a-z][a-z0-9+.-]+):/i;

/**
 * Reads `sqlite:PATH`, `postgres://…`, `postgresql://…`, or a path.
 *
 * @throws CliError `USAGE`, without the text, which may hold a password.
 */
export function trailPlace(given: string): TrailPlace {
  if (given === '') throw new CliError('USAGE', 'the trail is empty: expected a file, sqlite:PATH or postgres://user@host/database');
  const name = scheme.exec(given)?.[1]?.toLowerCase();
  switch (name) {
    case 'sqlite':
      return sqlitePlace(given);
    case 'postgres':
    case 'postgresql':
      return postgresPlace(given);
    default:
      return filePlace(given);
  }
}

function sqlitePlace(given: string): TrailPlace {
  const path = given.slice('sqlite:'.length);
  if (path === '' || path === ':memory:') throw new CliError('USAGE', 'sqlite: needs the path of a database, such as sqlite:audit.db');
  return { kind: 'sqlite', path, shown: given };
}

function postgresPlace(given: string): TrailPlace {
  if (!/^postgres(?:ql)?:\/\//i.test(given) || !URL.canParse(given)) {
    throw new CliError('USAGE', 'the address of the database cannot be read: expected postgres://user:password@host:5432/database; write special characters of a password as %40 and the like');
  }
  const { host, pathname } = new URL(given);
  // Options are left out as well: a password may stand there too.
  return { kind: 'postgres', url: given, shown: `postgres://${host}${pathname}` };
}

function filePlace(given: string): TrailPlace {
  // A misspelt address would be looked for as a file, and told with its password.
  if (given.includes('://')) throw new CliError('USAGE', 'that is no kind of trail: expected a file, sqlite:PATH or postgres://user@host/database');
  return { kind: 'file', path: given, shown: given };
}
