import { TrailError } from '../../errors.js';
import { closedStore } from '../faults.js';
import { SqliteCalls } from './sqlite-calls.js';
import { openDatabase, type SqliteDatabase, type SqliteStatement } from './sqlite-database.js';
import { sqliteFault } from './sqlite-fault.js';
import { SqliteFile } from './sqlite-file.js';
import { settleSqliteOptions, type SettledSqliteOptions, type SqliteStoreOptions } from './sqlite-options.js';
import { prepareConnection, prepareSchema } from './sqlite-schema.js';

type Work<T> = (db: SqliteDatabase, calls: SqliteCalls, onWarning: (message: string) => void) => T;

function isNamed(path: string): boolean {
  return path !== '' && path !== ':memory:';
}

/** One connection: runs work in transactions, and turns what fails into a `TrailError`. */
export class SqliteConnection {
  readonly location: string;
  readonly calls: SqliteCalls;
  readonly #options: SettledSqliteOptions;
  readonly #db: SqliteDatabase;
  readonly #isOwn: boolean;
  readonly #file: SqliteFile | null;
  readonly #begin: SqliteStatement;
  readonly #commit: SqliteStatement;
  /** A watched call can be stopped between any two statements, and then no `catch` or `finally` runs: the next one cleans up. */
  #isWriting = false;
  #isClosed = false;

  constructor(source: string | SqliteDatabase, options: SqliteStoreOptions) {
    this.#isOwn = typeof source === 'string';
    this.location = typeof source === 'string' ? `sqlite:${source === '' ? ':memory:' : source}` : 'sqlite:(a database handed in)';
    this.#options = settleSqliteOptions(this.location, options);
    const { readOnly } = this.#options;
    this.#file = typeof source === 'string' && isNamed(source) ? (readOnly ? SqliteFile.existing(source) : SqliteFile.create(source)) : null;
    this.#db = typeof source === 'string' ? this.#opened(source) : source;
    try {
      prepareConnection(this.#db, this.location, this.#options);
      prepareSchema(this.#db, this.location, this.#isOwn, readOnly);
      this.#file?.check();
      this.calls = new SqliteCalls(this.#db, this.location);
      this.#begin = this.#db.prepare('BEGIN IMMEDIATE');
      this.#commit = this.#db.prepare('COMMIT');
    } catch (error) {
      if (this.#isOwn) this.#db.close();
      throw sqliteFault(error, this.location, 'cannot open');
    }
  }

  prepare(sql: string): SqliteStatement {
    return this.read('open', (db) => db.prepare(sql));
  }

  read<T>(what: string, work: Work<T>): T {
    if (this.#isClosed) throw closedStore(this.location, what);
    try {
      if (this.#isWriting) this.#rollBack();
      return work(this.#db, this.calls, this.#options.onWarning);
    } catch (error) {
      throw sqliteFault(error, this.location, `cannot ${what}`);
    }
  }

  /** All of the work or nothing; alone among all writers of the file from its first read on. */
  write<T>(what: string, work: Work<T>): T {
    return this.read(what, (db, calls, onWarning) => {
      this.#isWriting = true;
      this.#beginWrite();
      try {
        this.#file?.check();
        const result = work(db, calls, onWarning);
        this.#commit.run();
        this.#isWriting = false;
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  /**
   * Like `write`, and with all that was written before it survives the loss of power, whatever the mode: the log that a
   * witness has seen must not come back shorter.
   */
  writeThrough<T>(what: string, work: Work<T>): T {
    if (this.#options.durability === 'power') return this.write(what, work);
    return this.read(what, (db) => {
      // Refused inside of a transaction, so that one of whoever handed the database in fails here as it does at BEGIN.
      db.exec('PRAGMA synchronous = FULL');
      try {
        return this.write(what, work);
      } finally {
        db.exec('PRAGMA synchronous = NORMAL');
      }
    });
  }

  /** Like `write`, for work after which nothing of what was there may be left in the file or its log: it is written anew as a whole. */
  wipe(what: string, work: Work<void>): void {
    this.read(what, (db) => {
      this.write(what, work);
      // secure_delete is not enough: where SQLite moves rows between pages it leaves copies behind. A reader may keep the
      // write-ahead log from being cut off; it is written over from its beginning then.
      db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    });
  }

  close(): void {
    if (this.#isClosed) return;
    try {
      if (this.#isWriting) this.#rollBack();
      if (this.#isOwn) this.#db.close();
    } catch (error) {
      throw sqliteFault(error, this.location, 'cannot close');
    } finally {
      this.#isClosed = true;
    }
  }

  #opened(path: string): SqliteDatabase {
    try {
      return openDatabase(path, this.#options.readOnly);
    } catch (error) {
      throw sqliteFault(error, this.location, 'cannot open');
    }
  }

  #beginWrite(): void {
    try {
      this.#begin.run();
    } catch (error) {
      // Nothing to roll back, unless it is a transaction of whoever handed the database in.
      this.#isWriting = false;
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#db.exec('ROLLBACK');
    } catch (error) {
      // SQLite has rolled back by itself, or nothing had begun; anything else fails again at the next BEGIN.
      if (error instanceof TrailError) throw error;
    }
    this.#isWriting = false;
  }
}
