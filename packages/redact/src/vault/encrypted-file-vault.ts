import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { RedactError } from '../errors.js';
import { TokenTable, type VaultEntry, type VaultOptions } from './token-table.js';
import { fileError } from './vault-error.js';
import { createFile, systemCalls, VaultFile, type FileCalls } from './vault-file.js';
import { createHeader, headerLength, openHeader, type OpenedHeader } from './vault-header.js';
import { secretOf, type VaultKeyOptions, type VaultSecret } from './vault-key.js';
import { VaultLock } from './vault-lock.js';
import { VaultRecords } from './vault-records.js';
import type { Vault } from './vault.js';

export interface VaultWarning {
  /** `torn`: a write that was cut short has been cut off; `permissions`: others than the owner may read or write the file. */
  readonly kind: 'torn' | 'permissions';
  readonly path: string;
  readonly message: string;
}

export interface EncryptedFileVaultOptions extends VaultOptions, VaultKeyOptions {
  readonly path: string;
  /** Waits for the disk at every new value, so that a token given out survives a power failure, not only a killed process. */
  readonly durable?: boolean | undefined;
  /** Goes to `process.emitWarning` by default. */
  readonly onWarning?: ((warning: VaultWarning) => void) | undefined;
}

/**
 * Keeps values in a file that only the owner of the key can read or change. A token is given out once its value is
 * written. One process at a time; every other one is refused.
 */
export class EncryptedFileVault implements Vault {
  readonly #path: string;
  readonly #table: TokenTable;
  readonly #warn: (warning: VaultWarning) => void;
  readonly #durable: boolean;
  readonly #lock: VaultLock;
  readonly #file: VaultFile;
  readonly #records: VaultRecords;
  #isClosed = false;

  constructor(options: EncryptedFileVaultOptions, calls: FileCalls = systemCalls) {
    if (typeof options.path !== 'string' || options.path === '') throw new RedactError('OPTIONS', 'path must name the file of the vault');
    const secret = secretOf(options);
    this.#path = resolve(options.path);
    this.#table = new TokenTable(options);
    this.#durable = options.durable === true;
    this.#warn = options.onWarning ?? emitWarning;
    this.#lock = this.#typed('cannot lock the vault', () => new VaultLock(this.#path));
    let file: VaultFile | undefined;
    try {
      const created = this.#create(secret);
      this.#file = file = this.#typed('cannot open the vault', () => new VaultFile(this.#path, calls));
      this.#checkMode(file.mode);
      this.#records = this.#load(file, secret, created);
    } catch (error) {
      file?.close();
      this.#lock.release();
      throw error;
    }
  }

  get size(): number {
    return this.#table.size;
  }

  tokenFor(category: string, value: string): string {
    this.#checkOpen();
    const known = this.#table.known(category, value);
    if (known !== undefined) return known;
    const token = this.#table.next(category);
    const record = this.#records.seal({ token, category, value });
    this.#file.append(record, this.#durable);
    this.#records.advance(record);
    this.#table.add(token, category, value);
    return token;
  }

  valueOf(token: string): VaultEntry | undefined {
    this.#checkOpen();
    return this.#table.entryOf(token);
  }

  /** Forgets values and key and lets another process open the file. Closing twice does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#table.clear();
    this.#records.forget();
    try {
      this.#file.close();
    } finally {
      this.#lock.release();
    }
  }

  #create(secret: VaultSecret): OpenedHeader | undefined {
    if (existsSync(this.#path)) return undefined;
    const { bytes, ...opened } = createHeader(secret);
    this.#typed('cannot create the vault', () => createFile(this.#path, bytes));
    return opened;
  }

  /** A passphrase is stretched once: a file made a moment ago needs no second look at its header. */
  #load(file: VaultFile, secret: VaultSecret, created: OpenedHeader | undefined): VaultRecords {
    const bytes = this.#typed('cannot read the vault', () => file.read());
    const records = new VaultRecords(created ?? openHeader(bytes, secret, this.#path), this.#path);
    const end = records.openAll(bytes, headerLength, ({ token, category, value }) => this.#table.add(token, category, value));
    const torn = bytes.length - end;
    this.#typed('cannot mend the vault', () => file.cutAt(end, bytes.length));
    if (torn > 0) this.#warnOf('torn', `a write was cut short: its ${torn} bytes were cut off, ${this.#table.size} entries are whole`);
    return records;
  }

  #checkMode(mode: number): void {
    // Windows has no such bits.
    if (process.platform === 'win32' || (mode & 0o077) === 0) return;
    this.#warnOf('permissions', `others than its owner can reach it (mode ${mode.toString(8)}): set the mode to 600`);
  }

  #warnOf(kind: VaultWarning['kind'], what: string): void {
    this.#warn({ kind, path: this.#path, message: `vault ${this.#path}: ${what}` });
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new RedactError('VAULT', `the vault ${this.#path} is closed: open it again`);
  }

  #typed<T>(what: string, body: () => T): T {
    try {
      return body();
    } catch (error) {
      throw fileError(error, this.#path, what);
    }
  }
}

function emitWarning({ message }: VaultWarning): void {
  process.emitWarning(message, { code: 'ENFORCECORE_VAULT' });
}
