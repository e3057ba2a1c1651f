import type { MayReveal } from '@enforcecore/redact';
import type { Command } from 'commander';
import type { Session } from '../session.js';
import { allCategories, pickCategories } from '../text/categories.js';
import { nameCategories } from '../text/look-for.js';
import { withVault, type VaultFlags } from '../text/open-vault.js';
import { complete, list } from './define.js';
import { rewrite, type RewriteFlags } from './rewrite.js';

const kinds: readonly string[] = ['pii', 'secret'];

interface Flags extends RewriteFlags, VaultFlags {
  readonly categories?: readonly string[];
}

export function addReveal(program: Command, session: Session): void {
  const command = program
    .command('reveal')
    .summary('turn tokens back into what they stand for')
    .description('Writes text with the tokens of redact --strategy tokenize turned back: to standard output as it arrives, or files and folders into another folder.')
    .argument('[path...]', 'files, written one after the other; with --out also folders; - or none for standard input')
    .requiredOption('--vault <file>', 'the vault that the tokens are in')
    .requiredOption('--vault-key-file <file>', 'the key of the vault: 32 bytes, their hex digits or base64, or a line with a passphrase')
    .option('--text <text>', 'reveal this text')
    .option('--out <folder>', 'write a revealed copy of each file into this folder; files of a folder keep their place in it')
    .option('--categories <list>', 'turn these back only: names with commas; pii and secret stand for all of a kind', list)
    .option('--json', 'print { inputs: [{ source, text, counts }] }; with --out { files: [{ source, file, counts }], … }')
    .action((paths: string[], flags: Flags) => session.run('reveal', flags, () => revealAll(session, paths, flags)));
  complete(command, {
    notes: [
      'Tokens that the vault does not hold, or that are of other categories, stay as they are. One process at a time has a vault.',
      'With --categories, names that are no category of the library are taken for patterns of your own.',
    ],
    examples: [
      `enforcecore reveal answer.txt --vault chat.vault --vault-key-file vault.key`,
      `enforcecore reveal --text 'write to ⟦EMAIL_1⟧' --vault chat.vault --vault-key-file vault.key --categories email`,
    ],
    exits: ['done, whatever was turned back', 'never', 'asked wrongly, or the vault or an input cannot be read, or a copy not be written'],
  });
}

async function revealAll(session: Session, paths: readonly string[], flags: Flags): Promise<void> {
  const may = await allowedBy(session, flags.categories);
  const { reveal } = await import('@enforcecore/redact');
  const { RevealStream } = await import('../text/reveal-stream.js');
  const { vault: file, vaultKeyFile } = flags;
  await withVault(session, flags, 'refuse', (vault) =>
    rewrite(session, paths, flags, {
      verb: 'reveal',
      doing: 'revealing',
      done: 'turned back',
      own: [file, file === undefined ? undefined : `${file}.lock`, vaultKeyFile],
      stream: () => new RevealStream(vault, may),
      whole: (text) => {
        const { text: revealed, counts } = reveal(text, vault, may);
        return { text: revealed, counts };
      },
    }),
  );
}

/** A vault also holds what patterns of one's own have found, and nobody tells their names here. */
async function allowedBy(session: Session, names: readonly string[] | undefined): Promise<MayReveal | undefined> {
  if (names === undefined) return undefined;
  const all = await allCategories();
  const pii = [...new Set([...all.pii, ...nameCategories])];
  const own = names.filter((name) => /^[a-z][a-z0-9_]{0,63}$/.test(name) && ![...kinds, ...pii, ...all.secret].includes(name));
  const picked = pickCategories(names, { pii: [...pii, ...own], secret: all.secret, rule: [] });
  if (own.length > 0) await session.note(`taken for patterns of your own, since no other category has this name: ${own.join(', ')}`);
  const allowed = new Set([...picked.pii, ...picked.secret]);
  return (category) => allowed.has(category);
}
