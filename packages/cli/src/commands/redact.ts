import type { RedactionSpec, Strategy } from '@enforcecore/redact';
import { Option, type Command } from 'commander';
import { CliError } from '../errors.js';
import type { Session } from '../session.js';
import { readHashKey } from '../text/key-file.js';
import { lookFor, type LookFlags } from '../text/look-for.js';
import { withVault, type VaultFlags } from '../text/open-vault.js';
import { strategiesFor, strategyNames, strategyPairs, type StrategyOf } from '../text/strategies.js';
import { complete, list, lookOptions } from './define.js';
import { rewrite, type RewriteFlags } from './rewrite.js';

interface Flags extends RewriteFlags, LookFlags, VaultFlags {
  readonly strategy: Strategy;
  readonly strategies?: readonly StrategyOf[];
  readonly hashKeyFile?: string;
}

export function addRedact(program: Command, session: Session): void {
  const command = program
    .command('redact')
    .summary('hide personal data and secrets in text')
    .description('Writes text with personal data and secrets replaced: to standard output as it arrives, or files and folders into another folder.')
    .argument('[path...]', 'files, written one after the other; with --out also folders; - or none for standard input')
    .option('--text <text>', 'redact this text')
    .option('--out <folder>', 'write a cleaned copy of each file into this folder; files of a folder keep their place in it')
    .addOption(new Option('--strategy <strategy>', 'what to write instead').choices(strategyNames).default('placeholder'))
    .option('--strategies <list>', 'strategies of single categories, category=strategy with commas; pii and secret stand for all of a kind', strategyPairs)
    .option('--hash-key-file <file>', 'the key of the strategy hash; without one every run hashes differently')
    .option('--vault <file>', 'the encrypted file that keeps what the strategy tokenize replaces; made when it is not there')
    .option('--vault-key-file <file>', 'the key of the vault: 32 bytes, their hex digits or base64, or a line with a passphrase')
    .option('--categories <list>', 'hide these only: names with commas; pii and secret stand for all of a kind', list);
  lookOptions(command, 'hide')
    .option('--json', 'print { inputs: [{ source, text, findings: [{ kind, category, start, end }] }] }; with --out { files: [{ source, file, counts }], … }')
    .action((paths: string[], flags: Flags) => session.run('redact', flags, () => redact(session, paths, flags)));
  complete(command, {
    notes: [
      'Strategies: placeholder writes <EMAIL>, mask stars, hash a keyed pseudonym, sha256 an unkeyed hash (short values can be ' +
        'guessed from it), remove nothing, tokenize a token such as ⟦EMAIL_1⟧ that enforcecore reveal turns back.',
      'Without --categories everything is looked for but date_time, since every line of a log begins with one.',
      'Output is UTF-8. A line is written when it is complete, most words of an unfinished line as soon as nothing can change ' +
        'them, a private key when it has ended. With --pattern and --names whole lines are waited for. SIGINT and SIGTERM end ' +
        'the input, and what is held is written. Offsets of --json are UTF-16 units of the text as given.',
      'With --out, binary files, .git, node_modules and links in folders are left out. A copy is written whole or not at all, ' +
        'replaces an older copy, never an input, and may be read by whom the original may.',
    ],
    examples: [
      'tail -f app.log | enforcecore redact',
      'enforcecore redact notes.txt --strategy mask > notes.clean.txt',
      'enforcecore redact logs/ --out logs.clean/ --strategies email=hash,secret=remove --hash-key-file pseudonym.key',
      'enforcecore redact chat.txt --strategy tokenize --vault chat.vault --vault-key-file vault.key',
      `enforcecore redact --text 'EMP-104233 called 555-123-4567' --pattern 'employee_id=EMP-\\d{6}'`,
    ],
    exits: ['done, whatever was hidden', 'never', 'asked wrongly, or an input cannot be read, or a copy not be written'],
  });
}

async function redact(session: Session, paths: readonly string[], flags: Flags): Promise<void> {
  // A rule is not data to hide, so to name one here would promise what nothing does.
  const { spec, categories } = await lookFor(flags, 'without rules');
  const strategies = strategiesFor(flags.strategies ?? [], categories);
  const used = new Set<Strategy>([flags.strategy, ...Object.values(strategies)]);
  const told = { ...spec, strategy: flags.strategy, strategies, hashKey: hashKeyOf(flags, used) };
  if (used.has('tokenize')) return withVault(session, flags, 'create', (vault) => rewriteWith(session, paths, flags, { ...told, vault }));
  if (flags.vault !== undefined || flags.vaultKeyFile !== undefined) throw new CliError('USAGE', '--vault and --vault-key-file are for --strategy tokenize');
  return rewriteWith(session, paths, flags, told);
}

async function rewriteWith(session: Session, paths: readonly string[], flags: Flags, spec: RedactionSpec): Promise<void> {
  const { Redactor } = await import('@enforcecore/redact');
  const redactor = new Redactor(spec);
  const { vault, vaultKeyFile, hashKeyFile } = flags;
  return rewrite(session, paths, flags, {
    verb: 'redact',
    doing: 'redacting',
    done: 'hidden',
    own: [vault, vault === undefined ? undefined : `${vault}.lock`, vaultKeyFile, hashKeyFile],
    stream: () => redactor.stream(),
    whole: (text) => redactor.redact(text),
  });
}

function hashKeyOf({ hashKeyFile }: Flags, used: ReadonlySet<Strategy>): Uint8Array | undefined {
  if (hashKeyFile === undefined) return undefined;
  if (!used.has('hash')) throw new CliError('USAGE', '--hash-key-file is for --strategy hash');
  return readHashKey(hashKeyFile);
}
