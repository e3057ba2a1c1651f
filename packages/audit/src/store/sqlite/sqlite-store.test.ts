import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeLaws } from '../store.laws.test.kit.js';
import { openDatabase } from './sqlite-database.js';
import { openSqliteStore } from './sqlite-store.js';

storeLaws('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'enforcecore-sqlite-'));
  const path = join(folder, 'audit.db');
  return {
    open: () => openSqliteStore(path),
    beginAndDie: (writerId, intents) => {
      const handle = openSqliteStore(path);
      handle.begin(writerId, intents);
      handle.close();
      const db = openDatabase(path, false);
      // No process has this number: Linux ends at 2^22.
      db.exec('UPDATE audit_calls SET pid = 2147483000');
      db.close();
      return Promise.resolve();
    },
    clear: () => {
      rmSync(folder, { recursive: true });
    },
  };
});
