// What the documents show is what the repository holds:
//   ```ts region=samples/01-plain-class/main.ts#tools   the lines between `// #region tools` and `// #endregion tools`
//   ```yaml file=samples/01-plain-class/policy.yaml     the whole file; `#name` takes a region of it
//   ```ts ignore                                    TypeScript that is not checked; a bare ```ts fails
//   ```sh                                           `npm run X` is a script, `enforcecore X` a command
// Relative links lead to files that exist, and to headings that exist.
//   node .ci/snippets.mjs           compares
//   node .ci/snippets.mjs --write   puts the current lines into the documents
import { existsSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { finish, node, projectFiles, readJson, readText, root } from './lib.mjs';

const write = process.argv.includes('--write');
const cli = 'packages/cli/dist/main.js';
const scripts = readJson('package.json').scripts;
const problems = [];
let known; // the commands, once they were asked for
const counts = { snippets: 0, commands: 0, links: 0 };

const pages = projectFiles().filter((path) => path.endsWith('.md') && !path.startsWith('.changeset/') && !path.endsWith('CHANGELOG.md'));
for (const page of pages) checkPage(page);
finish(problems, `${pages.length} pages: ${counts.snippets} snippets, ${counts.commands} commands and ${counts.links} links are right`);

function checkPage(page) {
  const lines = readText(page).split(/\r?\n/);
  const { blocks, prose } = split(page, lines);
  // From the bottom up, so that a replaced block does not move those still to come.
  for (const block of blocks.reverse()) checkBlock(page, block, lines);
  checkLinks(page, prose);
  if (write && lines.join('\n') !== readText(page)) writeFileSync(join(root, page), lines.join('\n'));
}

/** Parts a page into fenced blocks and the prose between them. */
function split(page, lines) {
  const blocks = [];
  const prose = [];
  let open;
  lines.forEach((line, index) => {
    const fence = /^( *)(`{3,}|~{3,})(.*)$/.exec(line);
    if (open === undefined && fence !== null) {
      const [language = '', ...words] = fence[3].trim().split(/\s+/);
      open = { indent: fence[1], fence: fence[2], language, words, start: index };
    } else if (open !== undefined && fence?.[3].trim() === '' && fence[2].startsWith(open.fence)) {
      blocks.push({ ...open, end: index });
      open = undefined;
    } else if (open === undefined) {
      prose.push([index + 1, line]);
    }
  });
  if (open !== undefined) problems.push(`${page}:${open.start + 1} a block is never closed`);
  return { blocks, prose };
}

function checkBlock(page, block, lines) {
  const at = `${page}:${block.start + 1}`;
  const source = block.words.map((word) => /^(?:region|file)=(.+)$/.exec(word)?.[1]).find(Boolean);
  if (source !== undefined) compareBlock(at, block, source, lines);
  else if (/^(?:ts|tsx|typescript)$/.test(block.language) && !block.words.includes('ignore')) {
    problems.push(`${at} TypeScript needs region=file#name, or ignore`);
  }
  if (!/^(?:sh|bash|shell|console)$/.test(block.language)) return;
  for (const line of lines.slice(block.start + 1, block.end)) checkCommand(at, line);
}

function compareBlock(at, block, source, lines) {
  counts.snippets += 1;
  const [file, region] = source.split('#');
  if (!existsSync(join(root, file))) {
    problems.push(`${at} ${file} does not exist`);
    return;
  }
  const wanted = region === undefined ? trimmed(readText(file).split(/\r?\n/)) : regionOf(file, region);
  if (wanted === undefined) {
    problems.push(`${at} ${file} has no region ${region}`);
    return;
  }
  const shown = trimmed(lines.slice(block.start + 1, block.end));
  if (shown.join('\n') === wanted.join('\n')) return;
  if (write) lines.splice(block.start + 1, block.end - block.start - 1, ...wanted.map((line) => (line === '' ? '' : block.indent + line)));
  else problems.push(`${at} differs from ${source}${firstDifference(shown, wanted)}`);
}

function firstDifference(shown, wanted) {
  const index = wanted.findIndex((line, i) => line !== shown[i]);
  const line = index === -1 ? wanted.length : index;
  return `; line ${line + 1} shows "${shown[line] ?? ''}", the file has "${wanted[line] ?? ''}"`;
}

function regionOf(file, name) {
  const lines = readText(file).split(/\r?\n/);
  const mark = (word) => lines.findIndex((line) => new RegExp(String.raw`^\s*(?://|#) ?#${word} ${name}\s*$`).test(line));
  const [start, end] = [mark('region'), mark('endregion')];
  if (start === -1 || end < start) return undefined;
  return trimmed(lines.slice(start + 1, end).filter((line) => !/^\s*(?:\/\/|#) ?#(?:end)?region\b/.test(line)));
}

/** Without the common indent, trailing blanks, and empty lines at both ends. */
function trimmed(lines) {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return lines
    .map((line) => line.slice(indent).trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
    .split('\n');
}

function checkCommand(at, line) {
  const script = /^\s*(?:\$ )?npm run ([\w:.-]+)/.exec(line)?.[1];
  if (script !== undefined) {
    counts.commands += 1;
    if (!Object.hasOwn(scripts, script)) problems.push(`${at} package.json has no script "${script}"`);
  }
  const words = /^\s*(?:\$ )?(?:npx )?enforcecore (.+)$/.exec(line)?.[1];
  if (words === undefined || words.startsWith('-')) return;
  counts.commands += 1;
  const command = words.split(/\s+/)[0];
  if (!commands().includes(command)) problems.push(`${at} there is no command "enforcecore ${command}"`);
}

/** The subcommands that the built command lists. */
function commands() {
  if (known !== undefined) return known;
  const { ok, stdout, stderr } = node([cli, '--help'], { capture: true, timeoutMs: 30_000 });
  if (!ok) problems.push(`node ${cli} --help failed: ${stderr.split('\n')[0]}`);
  const listed = stdout.slice(stdout.search(/^commands:/im));
  known = [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name);
  return known;
}

function checkLinks(page, prose) {
  for (const [number, line] of prose) {
    const text = line.replaceAll(/(`+).*?\1/g, '');
    const targets = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g), ...text.matchAll(/^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g)];
    for (const [, target] of targets) checkLink(`${page}:${number}`, page, target);
  }
}

function checkLink(at, page, target) {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return; // another site
  counts.links += 1;
  const [path, heading] = target.split('#');
  const file = path === '' ? page : posix.join(path.startsWith('/') ? '' : posix.dirname(page), decodeURI(path));
  if (!existsSync(join(root, file))) problems.push(`${at} links to ${target}, which does not exist`);
  else if (heading && file.endsWith('.md') && !headingsOf(file).includes(heading)) {
    problems.push(`${at} links to ${target}, but ${file} has no such heading`);
  }
}

/** The anchors that GitHub gives to the headings of a page. */
function headingsOf(file) {
  const { prose } = split(file, readText(file).split(/\r?\n/));
  const seen = new Map();
  return prose.flatMap(([, line]) => {
    const title = /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1];
    const named = [...line.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id);
    if (title === undefined) return named;
    const slug = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const again = seen.get(slug) ?? 0;
    seen.set(slug, again + 1);
    return [...named, again === 0 ? slug : `${slug}-${again}`];
  });
}
