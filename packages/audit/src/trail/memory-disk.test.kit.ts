import { dirname } from 'node:path';

/** A file's content in memory, and how much of it the disk is sure to have. */
export class Inode {
  nlink = 0;
  data: Buffer = Buffer.alloc(0);
  /** The content at the last sync. */
  durable: Buffer = Buffer.alloc(0);
  #changes = 0;
  #durableChanges = 0;
  /** What a failed sync has marked as written although it never was: later syncs pass it over until it is written again. */
  #dropped: readonly [from: number, to: number] | null = null;

  constructor(readonly ino: number) {}

  set(data: Buffer): void {
    this.data = data;
    this.#changes += 1;
    const [from, to] = this.#dropped ?? [0, 0];
    this.#dropped = from < Math.min(to, data.length) ? [from, Math.min(to, data.length)] : null;
  }

  /** A sync that fails, as Linux does it. */
  failSync(): void {
    const { data, durable } = this;
    let from = 0;
    while (from < durable.length && data[from] === durable[from]) from += 1;
    if (from < data.length) this.#dropped = [Math.min(from, this.#dropped?.[0] ?? from), data.length];
  }

  rewrite(bytes: Buffer, at: number): void {
    const [from, to] = this.#dropped ?? [0, 0];
    if (at <= from) this.#dropped = at + bytes.length < to ? [Math.max(from, at + bytes.length), to] : null;
    this.set(Buffer.concat([this.data.subarray(0, at), bytes, this.data.subarray(at + bytes.length)]));
  }

  append(bytes: Buffer): void {
    this.set(Buffer.concat([this.data, bytes]));
  }

  /** Begins a sync of what is there now; the function ends it. */
  startSync(): () => void {
    const [content, changes] = [Buffer.from(this.data), this.#changes];
    if (this.#dropped !== null) content.fill(0, ...this.#dropped);
    return () => {
      // One that began later may have ended before.
      if (changes < this.#durableChanges) return;
      this.durable = content;
      this.#durableChanges = changes;
    };
  }

  sync(): void {
    this.startSync()();
  }

  /** Cuts back to what may be left after a loss of power; `chance` is in [0, 1). */
  losePower(chance: number): void {
    const { data, durable } = this;
    const isLonger = data.length >= durable.length && data.subarray(0, durable.length).equals(durable);
    if (!isLonger) this.set(chance < 0.5 ? durable : data.subarray(0, Math.floor(data.length * (chance - 0.5) * 2)));
    else this.set(data.subarray(0, durable.length + Math.floor((data.length - durable.length + 1) * chance)));
    this.sync();
  }
}

export interface Open {
  readonly inode: Inode | null;
  readonly path: string;
  readonly canWrite: boolean;
}

interface NameChange {
  readonly folder: string;
  readonly apply: (names: Map<string, Inode | null>) => void;
}

export function systemError(code: string, operation: string): Error {
  return Object.assign(new Error(`${code}: ${operation}`), { code });
}

/** A disk in memory, which processes share, and which may lose what was not synced. */
export class MemoryDisk {
  /** null: a folder. */
  #names = new Map<string, Inode | null>([['/', null], ['/disk', null]]);
  #durableNames = new Map(this.#names);
  #changes: NameChange[] = [];
  #nextIno = 1;
  #nextFd = 3;
  /** Of all processes: how many are open, to find leaks. */
  readonly open = new Map<number, Open>();

  /** Every file by its path. */
  files(): Map<string, Buffer> {
    const found = new Map<string, Buffer>();
    for (const [path, inode] of this.#names) if (inode !== null) found.set(path, inode.data);
    return found;
  }

  /** Replaces a file's content as if somebody had done it who is no part of this. */
  put(path: string, content: Buffer | null): void {
    if (content === null) {
      this.#names.delete(path);
      return;
    }
    const inode = this.#names.get(path) ?? this.create(path);
    inode.set(content);
    inode.sync();
  }

  /** Gives dead owners to the journals of a process that died, those it named: in truth all processes here are one. */
  bury(named?: ReadonlySet<string>): void {
    for (const names of [this.#names, this.#durableNames]) {
      for (const [path, inode] of [...names]) {
        const name = path.replace(/\.\d+\.[0-9a-f-]+\.(intents|claim)$/, '.99999999.0.$1');
        if (name === path || named?.has(path) === false) continue;
        names.delete(path);
        names.set(name, inode);
      }
    }
  }

  /** Takes away what no sync has made safe; `chances` are drawn once for each file and folder. */
  losePower(chance: () => number): void {
    const folders = [...new Set(this.#changes.map((change) => change.folder))];
    const names = new Map(this.#durableNames);
    for (const folder of folders) {
      const changes = this.#changes.filter((change) => change.folder === folder);
      for (const change of changes.slice(0, Math.floor(chance() * (changes.length + 1)))) change.apply(names);
    }
    for (const path of [...names.keys()]) if (path !== '/' && !names.has(dirname(path))) names.delete(path);
    this.#names = names;
    this.#durableNames = new Map(names);
    this.#changes = [];
    const inodes = new Set([...names.values()]);
    for (const inode of inodes) {
      inode?.losePower(chance());
      if (inode !== null) inode.nlink = [...names.values()].filter((other) => other === inode).length;
    }
    this.bury();
  }

  find(path: string): Inode | null | undefined {
    return this.#names.get(path);
  }

  create(path: string): Inode {
    if (this.#names.get(dirname(path)) !== null) throw systemError('ENOENT', path);
    const inode = new Inode(this.#nextIno++);
    this.name(path, inode);
    return inode;
  }

  name(path: string, inode: Inode | null): void {
    if (inode !== null) inode.nlink += 1;
    this.#change({ folder: dirname(path), apply: (names) => names.set(path, inode) });
  }

  unlink(path: string): void {
    const inode = this.#names.get(path);
    if (inode === undefined) throw systemError('ENOENT', path);
    if (inode !== null) inode.nlink -= 1;
    this.#change({ folder: dirname(path), apply: (names) => names.delete(path) });
  }

  rename(from: string, to: string): void {
    const [inode, replaced] = [this.#names.get(from), this.#names.get(to)];
    if (inode === undefined) throw systemError('ENOENT', from);
    // POSIX: two names of one file stay as they are.
    if (inode === replaced) return;
    if (replaced) replaced.nlink -= 1;
    this.#change({
      folder: dirname(to),
      apply: (names) => {
        names.delete(from);
        names.set(to, inode);
      },
    });
  }

  list(path: string): string[] {
    if (this.#names.get(path) !== null) throw systemError('ENOENT', path);
    return [...this.#names.keys()].filter((name) => name !== path && dirname(name) === path).map((name) => name.slice(path.length + 1));
  }

  syncFolder(path: string): void {
    this.#changes = this.#changes.filter((change) => {
      if (change.folder !== path) return true;
      change.apply(this.#durableNames);
      return false;
    });
  }

  fd(open: Open): number {
    const fd = this.#nextFd++;
    this.open.set(fd, open);
    return fd;
  }

  #change(change: NameChange): void {
    change.apply(this.#names);
    this.#changes.push(change);
  }
}
