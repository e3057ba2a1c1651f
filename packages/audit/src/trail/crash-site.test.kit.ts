import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AuditEntry } from '../entry/entry.js';
import { FaultyFiles, Killed, type Plan } from './faulty-files.test.kit.js';
import { MemoryDisk } from './memory-disk.test.kit.js';
import { call, Room } from './kit.test.kit.js';
import { readTrail } from './load-trail.js';
import type { Durability, TrailOptions } from './options.js';
import { openTrail, type Trail } from './trail.js';

export const DAY_MS = 86_400_000;
/** Thousands of trails are written there for the verifier; in memory, where the system has that. */
const EXPORTS = existsSync('/dev/shm') ? '/dev/shm' : undefined;

/** What was promised to callers, to be held against what is found after a crash. */
export class Ledger {
  readonly begun = new Set<string>();
  /** Acknowledged, with the clock's time. */
  readonly ended = new Map<string, number>();
  readonly tried = new Set<string>();
}

/** A disk on which writers open, die and open anew. */
export class CrashSite {
  readonly path = '/disk/trail.jsonl';
  readonly disk = new MemoryDisk();
  readonly ledger = new Ledger();
  readonly warnings: string[] = [];
  clock = Date.UTC(2020, 0, 1);
  readonly durability: Durability;
  readonly #options: TrailOptions;

  constructor(options: TrailOptions) {
    this.#options = options;
    this.durability = options.durability ?? 'process';
  }

  process(plan?: Plan): FaultyFiles {
    return new FaultyFiles(this.disk, plan);
  }

  open(files: FaultyFiles, more: TrailOptions = {}): Trail {
    const onWarning = (text: string): void => { this.warnings.push(text); };
    return openTrail(this.path, { now: () => this.clock, onWarning, ...this.#options, ...more, files });
  }

  begin(trail: Trail, id: string): void {
    this.ledger.tried.add(id);
    trail.begin(call(id));
    this.ledger.begun.add(id);
  }

  append(trail: Trail, id: string): void {
    this.ledger.tried.add(id);
    trail.append(call(id));
    this.ledger.ended.set(id, this.clock);
  }

  async beginSoon(trail: Trail, id: string): Promise<void> {
    this.ledger.tried.add(id);
    await trail.begin(call(id), true);
    this.ledger.begun.add(id);
  }

  async appendSoon(trail: Trail, id: string): Promise<void> {
    this.ledger.tried.add(id);
    await trail.append(call(id), true);
    this.ledger.ended.set(id, this.clock);
  }

  /** Runs code until it ends or its process dies. */
  async until(files: FaultyFiles, script: () => Promise<void>): Promise<void> {
    try {
      await Promise.race([script(), files.died]);
    } catch (error) {
      if (!isKill(error)) throw error;
    }
  }

  /** What is wrong with the trail as it stands; opens it as a further process first. */
  async faults(): Promise<string[]> {
    // Without deleting anything: what the dead writer owed must be found.
    const trail = this.open(this.process(), { retainDays: 0 });
    trail.append(call('after'));
    const head = trail.head();
    await trail.close();
    const room = this.export();
    try {
      const result = await room.verify({ expectSize: head.size, expectRoot: head.root });
      const found = result.errors.map((error) => `${error.code}: ${basename(error.file)}:${String(error.line)} ${error.message}`);
      return [...found, ...this.#broken(readTrail(room.path))];
    } finally {
      room.clear();
    }
  }

  /** Copies the disk to where the verifier can read it. */
  export(): Room {
    const room = new Room(EXPORTS);
    for (const [path, content] of this.disk.files()) {
      const target = join(room.folder, path.slice('/disk/'.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    return room;
  }

  #broken(entries: readonly AuditEntry[]): string[] {
    const found: string[] = [];
    const outcomes = new Map<string, string[]>();
    for (const { kind, call_id, outcome } of entries) {
      if (kind === 'call' && call_id !== null) outcomes.set(call_id, [...(outcomes.get(call_id) ?? []), String(outcome)]);
    }
    const limit = this.clock - (this.#options.retainDays ?? Infinity) * DAY_MS;
    const { begun, ended } = this.ledger;
    for (const [id, got] of outcomes) if (got.length > 1) found.push(`${id} is there ${String(got.length)} times: ${got.join()}`);
    if (this.durability === 'buffered') return found;
    for (const [id, at] of ended) {
      if (at < limit && !outcomes.has(id)) continue;
      if (outcomes.get(id)?.[0] !== 'ok') found.push(`${id} was acknowledged and is ${outcomes.get(id)?.[0] ?? 'lost'}`);
    }
    for (const id of begun) if (!ended.has(id) && !outcomes.has(id)) found.push(`${id} was begun and is lost`);
    return found;
  }
}

export function isKill(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Killed) return true;
  return false;
}
