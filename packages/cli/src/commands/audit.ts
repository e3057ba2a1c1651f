import type { Command } from 'commander';
import type { Session } from '../session.js';
import { addCheckProof } from './audit/check-proof.js';
import { addCheckpoint } from './audit/checkpoint.js';
import { addConsistency } from './audit/consistency.js';
import { addErase } from './audit/erase.js';
import { addExport } from './audit/export.js';
import { addKeygen } from './audit/keygen.js';
import { addMigrate } from './audit/migrate.js';
import { addPage } from './audit/page.js';
import { addProve } from './audit/prove.js';
import { addPrune } from './audit/prune.js';
import { addQuery } from './audit/query.js';
import { addTail } from './audit/tail.js';
import { addWitness } from './audit/witness.js';

const after = `
A trail is a file such as audit_logs/trail.jsonl, sqlite:PATH, or
postgres://user@host/database. enforcecore verify checks one.

Examples:
  $ enforcecore audit keygen --name example.com/audit --out audit.key
  $ enforcecore audit prove audit_logs/trail.jsonl 41 --out proof.json
  $ enforcecore audit tail -f audit_logs/trail.jsonl

Exit codes:
  0  done
  1  something was refused, or does not hold
  2  asked wrongly, or given what cannot be used`;

/** What works on audit trails beside checking them as a whole. */
export function addAudit(program: Command, session: Session): void {
  const group = program
    .command('audit')
    .summary('keys, checkpoints, proofs, witnesses, queries, moves and erasures of trails')
    .description('Works on audit trails: keys and checkpoints, proofs that stand alone, witnesses, queries, exports, moves between stores, and erasure.')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', after);
  for (const add of [addKeygen, addCheckpoint, addProve, addCheckProof, addConsistency, addWitness, addQuery, addTail, addExport, addMigrate, addErase, addPrune, addPage]) add(group, session);
}
