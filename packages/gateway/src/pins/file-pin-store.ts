import { EnforceCoreError, skeletons, SystemClock, type Clock } from '@enforcecore/core';
import { keyOf, mostNameLength, type HeldReason, type HeldSnapshot, type Pin } from './pin-document.js';
import { PinFile, type Pins } from './pin-file.js';
import type { PinnedParts, PinStore, PinVerdict } from './pin-store.js';
import { snapshotOf, type Snapshot } from './snapshot.js';

/** A server with more tools than this is broken, or wants to fill the disk. */
const mostTools = 1_000;
/** Vanished tools keep their pins, so a server that renames its tools all the time is stopped here: what is new then is held, and forgotten. */
const mostRemembered = 2_000;

export interface FilePinStoreOptions {
  readonly path: string;
  /** Whether a tool that was never seen is pinned at first sight; true by default. When false it is held. */
  readonly pinNew?: boolean | undefined;
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Judges and writes nothing, for a check; false by default. */
  readonly isDry?: boolean | undefined;
}

interface Judged {
  readonly verdicts: ReadonlyMap<string, PinVerdict>;
  /** Pins that are other than the file has them. */
  readonly changed: readonly Pin[];
}

/** Pins in a file that gateways and the command share. What a person approved counts from the next list on. */
export class FilePinStore implements PinStore {
  readonly #file: PinFile;
  readonly #pinNew: boolean;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #isDry: boolean;

  constructor({ path, pinNew = true, clock = new SystemClock(), isDry = false }: FilePinStoreOptions) {
    this.#file = new PinFile(path);
    this.#pinNew = pinNew;
    this.#clock = clock;
    this.#isDry = isDry;
  }

  /** @throws EnforceCoreError code `GATEWAY` when the file cannot be used: nothing may be listed then. */
  async judge(server: string, tools: readonly PinnedParts[]): Promise<ReadonlyMap<string, PinVerdict>> {
    if (tools.length > mostTools) throw new EnforceCoreError('GATEWAY', `the server ${server} lists ${String(tools.length)} tools, expected at most ${String(mostTools)}`);
    const at = new Date(this.#clock.now()).toISOString();
    const seen = tools.map((tool) => ({ name: tool.name, snapshot: snapshotOf(tool, at) }));
    const first = this.#judged(server, seen, await this.#file.read());
    if (first.changed.length === 0 || this.#isDry) return first.verdicts;
    let verdicts = first.verdicts;
    await this.#file.change((pins) => {
      // Judged anew: another gateway may have pinned in between.
      const now = this.#judged(server, seen, pins);
      verdicts = now.verdicts;
      return now.changed.length === 0 ? undefined : new Map([...pins, ...now.changed.map((pin) => [keyOf(pin), pin] as const)]);
    });
    return verdicts;
  }

  #judged(server: string, seen: readonly Seen[], pins: Pins): Judged {
    const twice = namesGivenTwice(seen);
    const faces = new Faces(server, pins);
    const verdicts = new Map<string, PinVerdict>();
    const changed: Pin[] = [];
    let remembered = faces.pins;
    for (const { name, snapshot } of seen) {
      if (verdicts.has(name)) continue;
      const before = pins.get(keyOf({ server, tool: name }));
      const isFull = before === undefined && remembered >= mostRemembered;
      const reason = isFull ? { reason: 'new' as const } : this.#reasonToHold(name, snapshot, before, twice, faces);
      verdicts.set(name, reason === undefined ? (before?.pinned === undefined ? 'new' : 'pinned') : 'held');
      if (name.length > mostNameLength || isFull) continue;
      if (before === undefined) remembered++;
      const after = pinAfter({ server, tool: name, pinned: before?.pinned }, snapshot, reason);
      if (after.pinned !== undefined) faces.add(name);
      if (differs(before, after)) changed.push(after);
    }
    return { verdicts, changed };
  }

  #reasonToHold(name: string, snapshot: Snapshot, before: Pin | undefined, twice: ReadonlySet<string>, faces: Faces): Held | undefined {
    // Too long to be remembered, so never to be approved.
    if (name.length > mostNameLength) return { reason: 'new' };
    if (twice.has(name)) return { reason: 'twice' };
    if (before?.pinned !== undefined) return before.pinned.sha256 === snapshot.sha256 ? undefined : { reason: 'changed' };
    const like = faces.likeOf(name);
    if (like !== undefined) return { reason: 'look-alike', like };
    return this.#pinNew && before?.held === undefined ? undefined : { reason: 'new' };
  }
}

interface Seen {
  readonly name: string;
  readonly snapshot: Snapshot;
}

interface Held {
  readonly reason: HeldReason;
  readonly like?: string;
}

function pinAfter(pin: Pin, snapshot: Snapshot, held: Held | undefined): Pin {
  const base = { server: pin.server, tool: pin.tool };
  if (held === undefined) return { ...base, pinned: pin.pinned ?? snapshot };
  const waiting: HeldSnapshot = { ...snapshot, ...held };
  return { ...base, ...(pin.pinned === undefined ? {} : { pinned: pin.pinned }), held: waiting };
}

/** When it was seen is no difference: a list that stays the same writes nothing. */
function differs(before: Pin | undefined, after: Pin): boolean {
  const [a, b] = [before?.held, after.held];
  return before?.pinned?.sha256 !== after.pinned?.sha256 || a?.sha256 !== b?.sha256 || a?.reason !== b?.reason || a?.like !== b?.like;
}

function namesGivenTwice(seen: readonly Seen[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { name } of seen) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > 1).map(([name]) => name));
}

/** What the pinned tools of a server look like: a new one that passes for one of them is not pinned by itself. */
class Faces {
  /** How many pins the server has, held ones too. */
  readonly pins: number;
  readonly #names = new Map<string, string>();

  constructor(server: string, pins: Pins) {
    const own = [...pins.values()].filter((pin) => pin.server === server);
    this.pins = own.length;
    for (const { tool, pinned } of own) if (pinned !== undefined) this.add(tool);
  }

  add(name: string): void {
    for (const face of facesOf(name)) if (!this.#names.has(face)) this.#names.set(face, name);
  }

  likeOf(name: string): string | undefined {
    for (const face of facesOf(name)) {
      const other = this.#names.get(face);
      if (other !== undefined && other !== name) return other;
    }
    return undefined;
  }
}

function facesOf(name: string): readonly string[] {
  const visible = name.replaceAll(/\p{Default_Ignorable_Code_Point}|\s/gu, '').normalize('NFKC').toLowerCase();
  return skeletons(visible.replaceAll(/[-.:/]/g, '_'));
}
