import { EnforceCoreError, skeletons, SystemClock, type Clock, type Logger } from '@enforcecore/core';
import { formFaultOf, type FormFault } from './form-fault.js';
import { keyOf, mostNameLength, type HeldReason, type HeldSnapshot, type Pin } from './pin-document.js';
import { PinFileError } from './pin-file-error.js';
import { PinFile, type Pins } from './pin-file.js';
import type { PinnedParts, PinStore, PinVerdict } from './pin-store.js';
import { keptOf, snapshotOf, thinned, type Snapshot } from './snapshot.js';

/** A server with more tools than this is broken, or wants to fill the disk. */
const mostTools = 1_000;
/** Vanished tools keep their pins, so a server that renames its tools all the time is stopped here: what is new then is held, and forgotten. */
const mostRemembered = 2_000;
/** Characters of one server's tools that are kept to be shown: others need room in the file too. */
const mostKept = 16 * 1_048_576;

/** Where pins are kept, and what becomes of tools without one. */
export interface FilePinStoreOptions {
  /** The file, made at the first pin; its folder, too. */
  readonly path: string;
  /** Whether a tool that was never seen is pinned at first sight; true by default. When false it is held. */
  readonly pinNew?: boolean | undefined;
  /** Dates pins; the system's clock by default. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Judges and writes nothing, for a check; false by default. */
  readonly isDry?: boolean | undefined;
  /** Told why the file cannot be used, and where it is; callers are told only that it cannot. */
  readonly logger?: Logger | undefined;
}

interface Judged {
  readonly verdicts: ReadonlyMap<string, PinVerdict>;
  /** Pins that are other than the file has them. */
  readonly changed: readonly Pin[];
}

/** Pins in a file that gateways and the command share. What a person approved counts from the next list or call on. */
export class FilePinStore implements PinStore {
  readonly #file: PinFile;
  readonly #pinNew: boolean;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #isDry: boolean;
  readonly #logger: Logger | undefined;
  #lastFault = '';

  constructor({ path, pinNew = true, clock = new SystemClock(), isDry = false, logger }: FilePinStoreOptions) {
    this.#file = new PinFile(path);
    this.#pinNew = pinNew;
    this.#clock = clock;
    this.#isDry = isDry;
    this.#logger = logger;
  }

  /** @throws EnforceCoreError code `GATEWAY` when the file cannot be used: nothing may be listed then. Its `cause` says where and why. */
  judge(server: string, tools: readonly PinnedParts[]): Promise<ReadonlyMap<string, PinVerdict>> {
    return this.#guarded(() => this.#judge(server, tools));
  }

  /** The edition of the file: one look at its times. */
  stamp(): Promise<string> {
    return this.#guarded(() => this.#file.stamp());
  }

  async #judge(server: string, tools: readonly PinnedParts[]): Promise<ReadonlyMap<string, PinVerdict>> {
    if (tools.length > mostTools) throw new EnforceCoreError('GATEWAY', `the server ${server} lists ${String(tools.length)} tools, expected at most ${String(mostTools)}`);
    const at = new Date(this.#clock.now()).toISOString();
    const seen = tools.map((tool) => ({ name: tool.name, snapshot: snapshotOf(tool, at), fault: formFaultOf(tool) }));
    const first = this.#judged(server, seen, this.#file.read());
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

  /** What a client is told reaches a model, which must not read where the pins are, or how to be rid of them. */
  async #guarded<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.#lastFault = '';
      return done;
    } catch (error) {
      if (!(error instanceof PinFileError)) throw error;
      // Once: clients may ask as often as they like.
      if (error.message !== this.#lastFault) this.#logger?.log('error', error.message);
      this.#lastFault = error.message;
      throw new EnforceCoreError('GATEWAY', 'the pins cannot be used, so no tool of this gateway can be; its log says why', { cause: error });
    }
  }

  #judged(server: string, seen: readonly Seen[], pins: Pins): Judged {
    const twice = namesGivenTwice(seen);
    const faces = new Faces(server, pins);
    const verdicts = new Map<string, PinVerdict>();
    const changed: Pin[] = [];
    let { pins: remembered, kept } = faces;
    for (const { name, snapshot, fault } of seen) {
      if (verdicts.has(name)) continue;
      const before = pins.get(keyOf({ server, tool: name }));
      const isFull = before === undefined && remembered >= mostRemembered;
      const reason = isFull ? { reason: 'new' as const } : this.#reasonToHold({ name, snapshot, fault: twice.has(name) ? 'twice' : fault }, before, faces);
      verdicts.set(name, reason === undefined ? (before?.pinned === undefined ? 'new' : 'pinned') : 'held');
      if (name.length > mostNameLength || isFull) continue;
      if (before === undefined) remembered++;
      const after = pinAfter({ server, tool: name, pinned: before?.pinned }, kept > mostKept ? thinned(snapshot) : snapshot, reason);
      if (after.pinned !== undefined) faces.add(name);
      if (!differs(before, after)) continue;
      kept += keptOf(snapshot);
      changed.push(after);
    }
    return { verdicts, changed };
  }

  #reasonToHold({ name, snapshot, fault }: Seen, before: Pin | undefined, faces: Faces): Held | undefined {
    if (fault !== undefined) return { reason: fault };
    if (before?.pinned !== undefined) return before.pinned.sha256 === snapshot.sha256 ? undefined : { reason: 'changed' };
    const like = faces.likeOf(name);
    if (like !== undefined) return { reason: 'look-alike', like };
    return this.#pinNew && before?.held === undefined ? undefined : { reason: 'new' };
  }
}

interface Seen {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly fault: FormFault | undefined;
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
  /** Characters that are kept of them to be shown. */
  readonly kept: number;
  readonly #names = new Map<string, string>();

  constructor(server: string, pins: Pins) {
    const own = [...pins.values()].filter((pin) => pin.server === server);
    this.pins = own.length;
    this.kept = own.reduce((sum, { pinned, held }) => sum + keptOf(pinned) + keptOf(held), 0);
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
