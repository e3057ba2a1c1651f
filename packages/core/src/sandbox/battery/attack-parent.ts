import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Attack } from './attack-list.js';
import { sleepArgument } from './attacks.js';
import type { BatteryLevel } from './cell.js';
import type { CellReport, CellSpec } from './cell-report.js';
import { isRunning, LimitsSeen, processes, treeOf, type ProcessFacts } from './process-tree.js';
import type { Scene } from './scene.js';

/** What was seen of the processes of one attack, from outside. */
export interface Sightings {
  report: CellReport | undefined;
  isParentAlive: boolean;
  /** Of all processes of the test together, before the attack began, and the most at any moment. */
  calmBytes: number;
  peakBytes: number;
  /** Most at any moment of the processes that carry the attack's mark; and those that live on after the call. */
  peakMarked: number;
  markedAfter: number;
  wasLimitRaised: boolean;
  /** Bytes that came out of the parent's standard output and error. */
  outputBytes: number;
  /** After the call: at how many of ten looks a thread was running. */
  busyLooks: number;
}

/** The built one, also where this runs from sources. */
const mainFile = fileURLToPath(new URL('../../../dist/sandbox/battery/cell-main.js', import.meta.url));
const lookEveryMs = 30;
/** Beyond the time that the call itself has: generous, for a machine may be busy. */
const patienceMs = 20_000;

/** A process that makes calls that attack it, watched from outside. It serves one level, and ends with what it started. */
export class AttackParent {
  /** Stands in its environment, and nowhere else. */
  readonly secret = randomBytes(12).toString('hex');
  readonly #level: BatteryLevel;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #known = new Set<number>();
  readonly #limits = new LimitsSeen();
  #outputBytes = 0;

  constructor(level: BatteryLevel) {
    this.#level = level;
    const { PATH = '', HOME = '' } = process.env;
    // A soft limit that may be raised again, to be seen raised: where the tool runs in this very process, it is its own.
    const command = 'ulimit -S -f 4000000; exec "$0" "$@"';
    this.#child = spawn('/bin/sh', ['-c', command, process.execPath, mainFile, level], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH, HOME, BATTERY_SECRET: this.secret },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#outputBytes += chunk.length;
      });
    }
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /** One attack, watched until its call is over or patience is. */
  async suffer(attack: Attack, seconds: number, scene: Scene): Promise<Sightings> {
    const marker = sleepArgument(scene.target.nonce);
    const isMarked = ({ command, isZombie }: ProcessFacts): boolean => !isZombie && command === `sleep ${marker}`;
    const seen: Sightings = { report: undefined, isParentAlive: true, calmBytes: 0, peakBytes: 0, peakMarked: 0, markedAfter: 0, wasLimitRaised: false, outputBytes: 0, busyLooks: 0 };
    const spec: CellSpec = { export: attack.export, text: attack.text, seconds, isNextAsked: attack.effects.includes('next call wrong'), target: scene.target, reportFile: scene.reportFile };
    const outputBefore = this.#outputBytes;
    this.#child.stdin.write(`${JSON.stringify(spec)}\n`);
    const look = (): void => {
      this.#look(seen, isMarked, scene);
      seen.outputBytes = this.#outputBytes - outputBefore;
    };
    const reaches = async (phases: readonly string[], ms: number): Promise<void> => {
      const end = performance.now() + ms;
      look();
      while (seen.isParentAlive && performance.now() < end && !phases.includes(seen.report?.phase ?? '')) {
        await sleep(lookEveryMs);
        look();
      }
    };
    await reaches(['unready', 'ready', 'ended', 'after'], 3 * patienceMs);
    // Where the call is in its parent's own thread, waiting longer changes nothing.
    const isInside = attack.isEndless === true && (this.#level === 'bare' || this.#level === 'inline');
    await reaches(['unready', 'ended', 'after'], seconds * 1000 + (isInside ? 1500 : patienceMs));
    if (seen.report?.phase === 'ended') await reaches(['after'], patienceMs);
    if (attack.effects.includes('runs on') && seen.report?.phase === 'after') await this.#lookBusy(seen);
    if (attack.effects.includes('grandchild lives')) await sleep(200);
    seen.markedAfter = processes().filter(isMarked).length;
    for (const facts of processes().filter(isMarked)) kill(facts.pid);
    return seen;
  }

  /** Ends it, and all that is known to have come from it. */
  end(): void {
    const all = processes();
    const root = this.#child.pid ?? 0;
    const ours = new Set(treeOf(root, all).map(({ pid }) => pid));
    for (const { pid, group } of all) if (group === root && this.#known.has(pid)) ours.add(pid);
    if (this.isAlive) ours.add(root);
    for (const pid of ours) kill(pid);
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream.destroy();
  }

  #look(seen: Sightings, isMarked: (facts: ProcessFacts) => boolean, scene: Scene): void {
    seen.isParentAlive = this.isAlive;
    const all = processes();
    const tree = treeOf(this.#child.pid ?? 0, all);
    for (const { pid } of tree) this.#known.add(pid);
    const bytes = tree.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
    if (seen.report === undefined) seen.calmBytes = bytes;
    seen.peakBytes = Math.max(seen.peakBytes, bytes);
    seen.peakMarked = Math.max(seen.peakMarked, all.filter(isMarked).length);
    if (this.#limits.lookAt(tree)) seen.wasLimitRaised = true;
    seen.report = reportIn(scene.reportFile) ?? seen.report;
    // A stopped process is as good as none.
    if (tree.some(({ pid, isStopped }) => isStopped && pid === this.#child.pid)) seen.isParentAlive = false;
  }

  /** By then nothing of it has anything to do. */
  async #lookBusy(seen: Sightings): Promise<void> {
    await sleep(150);
    for (let i = 0; i < 10; i++) {
      if (treeOf(this.#child.pid ?? 0, processes()).some(({ pid }) => isRunning(pid))) seen.busyLooks += 1;
      await sleep(lookEveryMs);
    }
  }
}

function reportIn(file: string): CellReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CellReport; // written by cell-main
  } catch {
    // Not written yet.
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    if (pid > 1) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
