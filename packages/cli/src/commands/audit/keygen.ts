import type { Command } from 'commander';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { CliError, systemCode, systemReason } from '../../errors.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete } from '../define.js';

interface Flags extends CommonFlags {
  readonly name?: string;
  readonly out?: string;
  readonly witness?: boolean;
  readonly stdout?: boolean;
}

export function addKeygen(group: Command, session: Session): void {
  const command = group
    .command('keygen')
    .summary('make a key that signs checkpoints, or one for a witness')
    .description('Makes an Ed25519 key: writes the signing key to a file that only you can read, and prints the verifier key, which is no secret.')
    .option('--name <origin>', 'the name of the log, or of the witness, that signs with it; <host>/audit by default')
    .option('--out <file>', 'where the signing key goes; audit.key or witness.key by default, and never over a file that is there')
    .option('--witness', 'make a key for a witness')
    .option('--stdout', 'DANGER: print the signing key instead of writing a file, for a vault that reads it from a pipe')
    .option('--json', 'print { name, keyId, algorithm, verifierKey, file }')
    .action((flags: Flags) => session.run('audit keygen', flags, () => keygen(session, flags)));
  complete(command, {
    notes: [
      "The name must never change and be the name of no other log: it stands in every checkpoint. Most people take an address that is theirs, such as example.com/audit.",
      'Give the verifier key to everyone who verifies, by another way than the trail. Whoever has the signing key can sign any history.',
    ],
    examples: [
      'enforcecore audit keygen --name example.com/audit --out audit.key > audit.pub',
      'enforcecore audit keygen --witness --name witness.example.org --out witness.key',
      'enforcecore audit keygen --name example.com/audit --stdout | vault kv put secret/audit key=-',
    ],
    exits: ['the key was made', 'never', 'asked wrongly, or the file is there already or cannot be written'],
  });
}

async function keygen(session: Session, flags: Flags): Promise<void> {
  if (flags.stdout === true && flags.out !== undefined) throw new CliError('USAGE', 'choose one: --out writes a file, --stdout prints the signing key');
  const { generateKeyPair, parseVerifierKey } = await import('@enforcecore/audit');
  const name = flags.name ?? `${ownHost()}/${flags.witness === true ? 'witness' : 'audit'}`;
  const pair = generateKeyPair(name, flags.witness === true ? 'cosignature/v1' : 'ed25519');
  const { keyId, algorithm } = parseVerifierKey(pair.verifierKey);
  const facts = { name, keyId, algorithm, verifierKey: pair.verifierKey };
  if (flags.stdout === true) {
    if (flags.json === true) await session.printJson({ ...facts, signingKey: pair.signingKey });
    else await session.print(`${pair.signingKey}\n`);
    await session.note(`the verifier key is ${pair.verifierKey}`);
    return;
  }
  const file = flags.out ?? (flags.witness === true ? 'witness.key' : 'audit.key');
  writeSecret(file, `${pair.signingKey}\n`);
  if (flags.json === true) {
    await session.printJson({ ...facts, file });
    return;
  }
  await session.print(`${pair.verifierKey}\n`);
  await session.note(`the signing key is in ${file}: keep it secret, and a copy of it safe; the verifier key above is for everyone`);
}

/** What a key may be called: no spaces, and no plus. */
function ownHost(): string {
  const host = hostname().replaceAll(/[^A-Za-z0-9.-]/g, '-');
  return host === '' ? 'localhost' : host;
}

/** INVARIANT: never over a file that is there, nor through a link, and never readable by others, not even for a moment. */
function writeSecret(path: string, text: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'wx', 0o600);
    writeSync(fd, text);
    fsyncSync(fd);
  } catch (error) {
    if (fd !== undefined) rmSync(path, { force: true });
    const reason = systemCode(error) === 'EEXIST' ? 'it is there already, and a key that was replaced is lost for good: name another file' : systemReason(error);
    throw new CliError('INPUT', `cannot write the signing key to ${path}: ${reason}`, { cause: error });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
