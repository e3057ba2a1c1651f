import type { AuditQuery, ErasureSubject } from '@enforcecore/audit';
import { Counting } from '../render/counting.js';
import type { Session } from '../session.js';
import type { LogReader } from './open-log.js';

/** What callers wrote can be erased; what a trail says about itself stays. */
const erasable: ReadonlySet<unknown> = new Set(['call', 'gap', 'policy', 'kill_switch']);

/** How many entries of a log an erasure would take. */
export async function countErasable(session: Session, log: LogReader, subject: ErasureSubject): Promise<number> {
  const { exportEntries } = await import('@enforcecore/audit');
  const query: AuditQuery = subject;
  const counting = new Counting(session, 'counting');
  let count = 0;
  try {
    for await (const line of exportEntries(log, query, 'jsonl')) {
      if (!erasable.has(kindOf(line))) continue;
      count += 1;
      counting.show(count);
    }
  } finally {
    await counting.clear();
  }
  return count;
}

function kindOf(line: string): unknown {
  // An exported line is an entry in JSON.
  const entry = JSON.parse(line) as { readonly kind: unknown };
  return entry.kind;
}
