import { openTrail, verifyTrail, type TrailOptions } from '@enforcecore/audit';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mustHold } from '../row.js';
import { draftOf, intentOf } from '../rows/audit-rows.js';
import { median, type Figure, type Size } from './figure.js';

/** Files, in each mode: appends in a row from one writer, checkpoints included. */
export async function trailFigures(folder: string, { rounds, entries, verified }: Size): Promise<Figure[]> {
  return [
    await appends('audit_record buffered', 'append(), mode buffered', 9, { durability: 'buffered' }),
    await appends('audit_record process', 'append(), mode process', 11, { durability: 'process' }),
    await intents(),
    await groups(256, 10),
    await groups(16, null),
    await each(),
    ...(await verification()),
  ];

  async function appends(name: string, about: string, target: number, options: TrailOptions): Promise<Figure> {
    const path = join(folder, 'appends.jsonl');
    const us = await median(rounds, entries, async () => {
      const trail = openTrail(path, options);
      for (let i = 0; i < entries; i += 1) trail.append(draftOf(i & 15));
      await trail.close();
      clear(path);
    });
    return { name, about, us, target };
  }

  async function intents(): Promise<Figure> {
    const path = join(folder, 'intents.jsonl');
    const us = await median(rounds, entries, async () => {
      const trail = openTrail(path);
      for (let i = 0; i < entries; i += 1) {
        const draft = draftOf(i & 15);
        trail.begin(intentOf(draft));
        trail.append(draft);
      }
      await trail.close();
      clear(path);
    });
    return { name: 'intent + record process', about: 'begin() and append(), mode process', us, target: null };
  }

  /** So many calls at once, as in a server: they share each fdatasync. */
  async function groups(size: number, target: number | null): Promise<Figure> {
    const path = join(folder, 'groups.jsonl');
    const us = await median(rounds, entries, async () => {
      const trail = openTrail(path, { durability: 'power' });
      for (let done = 0; done < entries; done += size) {
        await Promise.all(Array.from({ length: size }, async (_, i) => trail.append(draftOf(i & 15), true)));
      }
      await trail.close();
      clear(path);
    });
    return { name: `audit_record power, ${String(size)} at once`, about: 'append() awaited together, mode power: shared fdatasync', us, target };
  }

  async function each(): Promise<Figure> {
    const path = join(folder, 'each.jsonl');
    const few = Math.min(200, entries);
    const us = await median(rounds, few, async () => {
      const trail = openTrail(path, { durability: 'power' });
      for (let i = 0; i < few; i += 1) trail.append(draftOf(i & 15));
      await trail.close();
      clear(path);
    });
    return { name: 'audit_record power, one by one', about: 'append() in synchronous calls, mode power: an fdatasync each', us, target: null };
  }

  async function verification(): Promise<Figure[]> {
    const path = join(folder, 'verified.jsonl');
    const trail = openTrail(path, { durability: 'buffered' });
    for (let i = 0; i < verified; i += 1) trail.append(draftOf(i & 15));
    await trail.close();
    const structure = await median(rounds, verified, () => judge('structure'));
    const all = await median(rounds, verified, () => judge('all'));
    return [
      { name: 'verify chain and tree', about: `over the stored bytes of ${verified.toLocaleString('en')} entries`, us: structure, target: 2 },
      { name: 'verify everything', about: 'every check of the list', us: all, target: 6.7 },
    ];

    async function judge(checks: 'structure' | 'all'): Promise<void> {
      const { valid, entries: found } = await verifyTrail(path, { checks });
      mustHold(valid && found === verified, 'the trail is valid');
    }
  }
}

function clear(path: string): void {
  for (const left of [path, `${path}.checkpoints`, `${path}.journal`]) rmSync(left, { recursive: true, force: true });
}
