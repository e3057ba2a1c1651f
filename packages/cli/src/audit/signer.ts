import type { Signer } from '@enforcecore/audit';
import { CliError } from '../errors.js';
import type { Io } from '../io.js';

/** The signer of `--key-file`, or else of ENFORCECORE_AUDIT_KEY_FILE or ENFORCECORE_AUDIT_KEY; undefined without any. */
export async function signerOf(env: Io['env'], keyFile: string | undefined): Promise<Signer | undefined> {
  const { signerFrom } = await import('@enforcecore/audit');
  if (keyFile !== undefined) return signerFrom({ file: keyFile });
  const [file, key] = [setting(env, 'ENFORCECORE_AUDIT_KEY_FILE'), setting(env, 'ENFORCECORE_AUDIT_KEY')];
  if (file === undefined && key === undefined) return undefined;
  if (file !== undefined && key !== undefined) throw new CliError('USAGE', 'ENFORCECORE_AUDIT_KEY_FILE and ENFORCECORE_AUDIT_KEY both name a signing key: unset one, or give --key-file');
  return signerFrom({ file, key });
}

function setting(env: Io['env'], name: string): string | undefined {
  const value = env[name] ?? '';
  return value === '' ? undefined : value;
}
