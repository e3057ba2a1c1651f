import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TrailError } from '../errors.js';
import { CrashSite, DAY_MS, isKill } from './crash-site.test.kit.js';
import type { FaultCode, FaultyFiles } from './faulty-files.test.kit.js';
import { LONGER } from './kit.test.kit.js';
import type { Durability } from './options.js';
import type { Trail } from './trail.js';

type Command =
  | { readonly do: 'call' | 'callSoon' | 'begin' | 'checkpoint' | 'close' | 'head' | 'kill' }
  | { readonly do: 'clock'; readonly days: number }
  | { readonly do: 'fail'; readonly code: FaultCode; readonly after: number; readonly times: number }
  | { readonly do: 'die'; readonly after: number; readonly cut: number }
  | { readonly do: 'power'; readonly chances: readonly number[] };

/** Which of the processes does it, and what. */
type Step = readonly [who: 0 | 1 | 2, command: Command];

const simple = fc.constantFrom<Command>({ do: 'call' }, { do: 'callSoon' }, { do: 'begin' }, { do: 'checkpoint' }, { do: 'close' }, { do: 'head' }, { do: 'kill' });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Command>({ do: 'call' }, { do: 'callSoon' }) },
  { weight: 3, arbitrary: simple },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clock' as const), days: fc.double({ min: -2, max: 3, noNaN: true }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      code: fc.constantFrom<FaultCode>('ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EDQUOT', 'SHORT'),
      after: fc.nat(20),
      times: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), after: fc.nat(30), cut: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('power' as const), chances: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 }) }) },
);
const steps = fc.array(fc.tuple(fc.constantFrom<0 | 1 | 2>(0, 1, 2), command), { minLength: 5, maxLength: 60 });

/** Three processes on one trail, which do as they are told. */
class World {
  readonly site: CrashSite;
  readonly #running: { files: FaultyFiles; trail: Trail | null }[];
  #next = 0;

  constructor(durability: Durability) {
    this.site = new CrashSite({ durability, rotateBytes: 2500, compress: true, retainDays: 5, checkpointEntries: 4, flushEntries: 3 });
    this.#running = [0, 1, 2].map(() => ({ files: this.site.process(), trail: null }));
  }

  async take([who, step]: Step): Promise<void> {
    const process = this.#running[who] ?? { files: this.site.process(), trail: null };
    try {
      await Promise.race([this.#run(process, step), process.files.died]);
    } catch (error) {
      if (!(error instanceof TrailError) && !isKill(error)) throw error;
    }
    if (process.files.isDead) this.#replace(who);
  }

  async end(): Promise<void> {
    for (const { files, trail } of this.#running) {
      files.plan = {};
      // One may have died of a timer between two steps.
      if (!files.isDead) await trail?.close();
    }
    this.site.disk.bury();
  }

  async #run(process: { files: FaultyFiles; trail: Trail | null }, step: Command): Promise<void> {
    const { site } = this;
    const { files } = process;
    if (step.do === 'clock') site.clock += step.days * DAY_MS;
    if (step.do === 'fail') this.#plan(files, step.after, step.times, step.code, 0);
    if (step.do === 'die') this.#plan(files, step.after, 1, 'die', step.cut);
    if (step.do === 'kill') files.kill();
    if (step.do === 'power') this.#losePower(step.chances);
    if (['clock', 'fail', 'die', 'kill', 'power'].includes(step.do)) return;
    process.trail ??= site.open(files);
    const { trail } = process;
    this.#next += 1;
    const id = `c-${String(this.#next)}`;
    if (step.do === 'begin') site.begin(trail, id);
    if (step.do === 'checkpoint') await trail.checkpoint();
    if (step.do === 'head') trail.head();
    if (step.do === 'call') {
      site.begin(trail, id);
      site.append(trail, id);
    }
    if (step.do === 'callSoon') {
      await site.beginSoon(trail, id);
      await site.appendSoon(trail, id);
    }
    if (step.do === 'close') {
      process.trail = null;
      await trail.close();
    }
  }

  #plan(files: FaultyFiles, after: number, times: number, fault: FaultCode | 'die', cut: number): void {
    const from = files.calls.length + after;
    files.plan = { cut, fault: (count) => (count > from && count <= from + times ? fault : undefined) };
  }

  #losePower(chances: readonly number[]): void {
    for (const { files } of this.#running) files.kill();
    // Only that mode promises anything then; in the others the machine went on, and only the processes died.
    if (this.site.durability !== 'power') this.site.disk.bury();
    else {
      let drawn = 0;
      this.site.disk.losePower(() => chances[drawn++ % chances.length] ?? 0);
    }
    for (const who of [0, 1, 2] as const) this.#replace(who);
  }

  #replace(who: 0 | 1 | 2): void {
    const old = this.#running[who];
    if (old !== undefined) {
      // Retention reads the journals of others: those are not the dead one's.
      const own = old.files.calls.filter((one) => one.operation !== 'readFileSync').map((one) => one.path);
      this.site.disk.bury(new Set(own));
      // Only to stop its timers: its files are out of reach.
      Promise.resolve().then(() => old.trail?.close()).catch(() => undefined);
    }
    this.#running[who] = { files: this.site.process(), trail: null };
  }
}

describe('three processes that append, die, fail and go on in any order', () => {
  it.each<Durability>(['process', 'power', 'buffered'])('keep every promise of mode %s', async (durability) => {
    const law = fc.asyncProperty(steps, async (all) => {
      const world = new World(durability);
      for (const step of all) await world.take(step);
      await world.end();
      const faults = await world.site.faults();
      // That a clock went back is told of by the verifier, as it should be.
      expect(faults.filter((fault) => !fault.startsWith('clock:'))).toEqual([]);
    });

    await fc.assert(law, { numRuns: 60 * LONGER });
  }, 120_000 * LONGER);
});
