import type { EncryptedFileVault, VaultWarning } from '@enforcecore/redact/node';
import { existsSync } from 'node:fs';
import { CliError } from '../errors.js';
import type { Session } from '../session.js';
import { readVaultKey } from './key-file.js';

export interface VaultFlags {
  readonly vault?: string;
  readonly vaultKeyFile?: string;
}

/** The library's own limit is for programs that never end; here one run reads as much as the disk holds. */
const maxEntries = 2_000_000;

/**
 * Opens the vault for as long as the body runs. No other process has it meanwhile.
 *
 * @throws CliError `USAGE` without both files, `INPUT` for a vault that should be there and is not.
 */
export async function withVault<T>(session: Session, flags: VaultFlags, missing: 'create' | 'refuse', body: (vault: EncryptedFileVault) => Promise<T>): Promise<T> {
  const { vault: path, vaultKeyFile } = flags;
  if (path === undefined || vaultKeyFile === undefined) {
    throw new CliError('USAGE', 'a vault is needed: name its file with --vault, and the file of its key or passphrase with --vault-key-file');
  }
  const key = readVaultKey(vaultKeyFile);
  if (missing === 'refuse' && !existsSync(path)) throw new CliError('INPUT', `cannot read the vault ${path}: there is no such file`);
  const { EncryptedFileVault } = await import('@enforcecore/redact/node');
  const warnings: VaultWarning[] = [];
  const vault = new EncryptedFileVault({ path, ...key, maxEntries, onWarning: (warning) => warnings.push(warning) });
  try {
    for (const { message } of warnings) await session.complain(`warning: ${message}`);
    return await body(vault);
  } finally {
    vault.close();
  }
}
