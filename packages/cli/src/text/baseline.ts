import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { CliError, systemCode, unreadable } from '../errors.js';
import { writeWhole } from '../write-whole.js';

interface Entry {
  readonly file: string;
  readonly category: string;
  readonly mark: string;
}

const entryText = /^[0-9a-f]{32}$/;

/**
 * Findings that were accepted: file, category and a keyed hash of each value, never the value. The key is random and
 * stands beside them, so that two baselines cannot be compared; short values can still be guessed by whoever has one.
 */
export class Baseline {
  readonly path: string;
  readonly #key: Buffer;
  readonly #entries = new Map<string, Entry>();

  private constructor(path: string, key: Buffer) {
    this.path = path;
    this.#key = key;
  }

  /** @throws CliError `INPUT` for a file that is no baseline. */
  static read(path: string): Baseline {
    let json: string;
    try {
      json = readFileSync(path, 'utf8');
    } catch (error) {
      throw unreadable(path, error);
    }
    return parse(path, json);
  }

  /** One without entries. The key of a file that is there goes on, so that what stays the same looks the same. */
  static begin(path: string): Baseline {
    try {
      return new Baseline(path, Baseline.read(path).#key);
    } catch (error) {
      if (error instanceof CliError && systemCode(error.cause) === 'ENOENT') return new Baseline(path, randomBytes(32));
      throw error;
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Marks the values of one input. */
  markerFor(source: string): (category: string, value: string) => string {
    const file = this.#fileOf(source);
    return (category, value) => createHmac('sha256', this.#key).update(`${file}\0${category}\0${value}`).digest('hex').slice(0, 32);
  }

  has(source: string, category: string, mark: string): boolean {
    return this.#entries.has(idOf({ file: this.#fileOf(source), category, mark }));
  }

  add(source: string, category: string, mark: string): void {
    const entry = { file: this.#fileOf(source), category, mark };
    this.#entries.set(idOf(entry), entry);
  }

  async write(): Promise<void> {
    const findings = [...this.#entries.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    await writeWhole(this.path, undefined, (write) => write(`${JSON.stringify({ version: 1, key: this.#key.toString('base64url'), findings }, undefined, 2)}\n`));
  }

  /** For `parse`, which has checked it. */
  static of(path: string, key: Buffer, entries: readonly Entry[]): Baseline {
    const baseline = new Baseline(path, key);
    for (const entry of entries) baseline.#entries.set(idOf(entry), entry);
    return baseline;
  }

  /** As seen from the baseline, so that it does not matter where the command runs. */
  #fileOf(source: string): string {
    if (source.startsWith('(')) return source;
    return relative(dirname(resolve(this.path)), resolve(source)).split(sep).join('/');
  }
}

function idOf({ file, category, mark }: Entry): string {
  return `${file}\0${category}\0${mark}`;
}

function parse(path: string, json: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw refused(path);
  }
  const { version, key, findings } = (value ?? {}) as { readonly version?: unknown; readonly key?: unknown; readonly findings?: unknown }; // every member is checked
  if (version !== 1 || typeof key !== 'string' || !Array.isArray(findings) || !findings.every(isEntry)) throw refused(path);
  const bytes = Buffer.from(key, 'base64url');
  if (bytes.length !== 32) throw refused(path);
  return Baseline.of(path, bytes, findings);
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { file, category, mark } = value as Partial<Record<keyof Entry, unknown>>; // every member is checked
  return typeof file === 'string' && typeof category === 'string' && typeof mark === 'string' && entryText.test(mark);
}

function refused(path: string): CliError {
  return new CliError('INPUT', `${path} is refused: expected a baseline written by enforcecore scan --write-baseline`);
}
