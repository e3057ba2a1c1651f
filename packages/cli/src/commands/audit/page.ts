import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { CliError, systemReason } from '../../errors.js';
import { bytesText } from '../../render/amounts.js';
import type { CommonFlags, Session } from '../../session.js';
import { writeWhole } from '../../write-whole.js';
import { complete } from '../define.js';

interface Flags extends CommonFlags {
  readonly out?: string;
}

export function addPage(group: Command, session: Session): void {
  const command = group
    .command('page')
    .summary('write the HTML page that verifies a trail in a browser')
    .description('Writes one HTML file that checks a trail which is dropped onto it. It loads nothing and sends nothing: the trail stays in the browser.')
    .option('--out <file.html>', 'where it goes; standard output without it')
    .option('--json', 'print { file, bytes }; needs --out')
    .action((flags: Flags) => session.run('audit page', flags, () => page(session, flags)));
  complete(command, {
    examples: ['enforcecore audit page --out verify.html', 'enforcecore audit page > verify.html'],
    exits: ['the page was written', 'never', 'asked wrongly, or it cannot be read or written'],
  });
}

async function page(session: Session, { out, json }: Flags): Promise<void> {
  if (json === true && out === undefined) throw new CliError('USAGE', '--json needs --out: without it the page itself is printed');
  const html = await pageText();
  if (out === undefined) {
    await session.print(html);
    return;
  }
  await writeWhole(out, undefined, (write) => write(html));
  const bytes = Buffer.byteLength(html);
  if (json === true) await session.printJson({ file: out, bytes });
  else await session.note(`${bytesText(bytes)} written to ${out}: open it in a browser, and drop a trail onto it`);
}

async function pageText(): Promise<string> {
  const { verifyPagePath } = await import('@enforcecore/audit');
  const path = verifyPagePath();
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError('INPUT', `the page cannot be read at ${path}: ${systemReason(error)}; in a clone of the repository run npm run build`, { cause: error });
  }
}
