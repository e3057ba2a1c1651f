import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RedactError } from '../errors.js';
import { EncryptedFileVault, type EncryptedFileVaultOptions, type VaultWarning } from './encrypted-file-vault.js';
import type { FileCalls } from './vault-file.js';

export const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);

/** A folder of its own for a test, and the vault in it. */
export class Room {
  readonly folder = mkdtempSync(join(tmpdir(), 'enforcecore-vault-'));
  readonly path = join(this.folder, 'values.vault');
  readonly warnings: VaultWarning[] = [];

  open(options: Partial<EncryptedFileVaultOptions> = {}, calls?: FileCalls): EncryptedFileVault {
    const key = options.passphrase === undefined ? { key: KEY } : {};
    return new EncryptedFileVault({ path: this.path, ...key, onWarning: (warning) => this.warnings.push(warning), ...options }, calls);
  }

  bytes(): Buffer {
    return readFileSync(this.path);
  }

  write(bytes: Uint8Array): void {
    writeFileSync(this.path, bytes, { mode: 0o600 });
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function refusal(action: () => unknown): RedactError {
  try {
    action();
  } catch (error) {
    if (error instanceof RedactError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const DIST = new URL('../../dist/vault/encrypted-file-vault.js', import.meta.url);

/** Runs lines of code on a `vault` in a process of its own, with the compiled package. */
export function startChild(path: string, code: string): ChildProcess {
  if (!existsSync(fileURLToPath(DIST))) throw new Error('the vault is not compiled: build the package first (npx tsc -b packages/redact)');
  const script = `
    const { EncryptedFileVault } = await import(${JSON.stringify(DIST.href)});
    const open = () => new EncryptedFileVault({ path: ${JSON.stringify(path)}, key: Uint8Array.from({ length: 32 }, (_, i) => i), onWarning: () => {} });
    ${code}`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Everything a child printed, once it ended. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}
