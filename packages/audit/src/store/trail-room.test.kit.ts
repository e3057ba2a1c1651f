import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallDraft } from '../entry/entry.js';
import { openTrail } from '../trail/trail.js';
import type { TrailOptions } from '../trail/options.js';

/** A folder of its own for a test, with a trail that has been through much. */
export class TrailRoom {
  readonly folder = mkdtempSync(join(tmpdir(), 'enforcecore-move-'));
  readonly path = join(this.folder, 'trail.jsonl');

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  draft(i: number): CallDraft {
    return {
      call_id: `c-${String(i)}`, tool_name: `tool-${String(i % 3)}`, decision: i % 2 === 0 ? 'allowed' : 'blocked', outcome: i % 2 === 0 ? 'ok' : 'blocked',
      agent: i % 5 === 0 ? null : `agent ${String(i % 5)} ü\u0000"`, session: `s-${String(i % 4)}`,
      violation_reason: i % 2 === 0 ? null : `=denied, ${String(i)} times`, redactions: { ['__proto__']: 1, 10: 1, 9: 2 },
    };
  }

  /** Writes entries, torn lines between them, with rotations and checkpoints as the options say. */
  fill(count = 60, options: TrailOptions = { rotateBytes: 6000, checkpointEntries: 7 }): void {
    let trail = openTrail(this.path, options);
    for (let i = 0; i < count; i += 1) {
      trail.append(this.draft(i));
      if (i % 20 !== 9) continue;
      void trail.close();
      appendFileSync(this.path, i < 20 ? '{"agent":nul' : Buffer.from([0x7b, 0x22, 0x61, 0x67, 0x65, 0x6e, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x00]));
      trail = openTrail(this.path, options);
    }
    void trail.close();
  }
}
