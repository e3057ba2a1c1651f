import type { EntryFields } from '../../entry/entry.js';
import { isAlive, ownIdentity, type ProcessIdentity } from '../../trail/process-identity.js';
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.js';
import { countIn, fieldsIn, rowOf, textIn } from './sqlite-rows.js';

/** Ids as JSON: any text at all, without a NUL, at which SQLite ends texts. */
function key(id: string): string {
  return JSON.stringify(id);
}

/** The calls that are open, and whose they are. Its callers hold a transaction. */
export class SqliteCalls {
  readonly #db: SqliteDatabase;
  readonly #location: string;
  readonly #own: ProcessIdentity = ownIdentity();
  readonly #begin: SqliteStatement;
  readonly #end: SqliteStatement;

  constructor(db: SqliteDatabase, location: string) {
    this.#db = db;
    this.#location = location;
    this.#begin = db.prepare('INSERT OR REPLACE INTO audit_calls (writer, call, fields, host, pid, start) VALUES (?, ?, ?, ?, ?, ?)');
    this.#end = db.prepare('DELETE FROM audit_calls WHERE call = ?');
  }

  begin(writerId: string, callId: string, fields: EntryFields): void {
    const { host, pid, start } = this.#own;
    this.#begin.run(key(writerId), key(callId), JSON.stringify(fields), host, pid, start);
  }

  end(callId: string): void {
    this.#end.run(key(callId));
  }

  /** The owners of open calls that are dead, as far as this host can tell. */
  dead(): readonly ProcessIdentity[] {
    const owners = [...this.#db.prepare('SELECT DISTINCT host, pid, start FROM audit_calls').iterate()].map((value) => {
      const row = rowOf(value);
      return { host: textIn(this.#location, row, 'host'), pid: countIn(this.#location, row, 'pid'), start: textIn(this.#location, row, 'start') };
    });
    return owners.filter((owner) => !isAlive(owner, this.#own));
  }

  /** Makes a dead owner's calls ours; empty if another process was faster. */
  takeOver(owner: ProcessIdentity, onWarning: (message: string) => void): readonly EntryFields[] {
    const { host, pid, start } = this.#own;
    const taken = this.#db
      .prepare('UPDATE audit_calls SET host = ?, pid = ?, start = ? WHERE host = ? AND pid = ? AND start = ? RETURNING fields')
      .iterate(host, pid, start, owner.host, owner.pid, owner.start);
    const found: EntryFields[] = [];
    for (const row of taken) {
      const fields = fieldsIn(this.#location, row);
      if (fields === null) onWarning(`${this.#location} holds an open call that is not what schema version 1 says: it was left out`);
      else found.push(fields);
    }
    return found;
  }
}
