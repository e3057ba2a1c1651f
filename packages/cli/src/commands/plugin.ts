import type { PluginInfo, PluginManager, PluginProblem, PluginRefusal } from '@enforcecore/core';
import { Option, type Command } from 'commander';
import { statSync } from 'node:fs';
import { CliError } from '../errors.js';
import { plainText } from '../render/plain-text.js';
import { renderTable } from '../render/table.js';
import type { CommonFlags, Session } from '../session.js';
import { complete, several } from './define.js';

interface Flags extends CommonFlags {
  readonly kind?: PluginInfo['kind'];
  readonly root?: string;
  readonly folder?: readonly string[];
  readonly load?: boolean;
}

const kinds = ['guard', 'redactor', 'audit_backend'];
const whatIsRead = 'Plugins are looked for in the dependencies of the nearest package.json, and in every --folder. What is allowed is read from ENFORCECORE_PLUGINS; what an application passes in its code is not known here. Only package.json files are read: nothing is imported';

/** Which plugins are installed, which of them are allowed, and what is wrong with them. */
export function addPlugin(program: Command, session: Session): void {
  const group = program
    .command('plugin')
    .summary('show plugins that are installed, and which of them are allowed')
    .description('Shows plugins that are installed and what package.json says of them, and which of them ENFORCECORE_PLUGINS allows.')
    .helpCommand('help [command]', 'print the help of a command');
  addList(group, session);
  addInfo(group, session);
}

function addList(group: Command, session: Session): void {
  const command = withPlaces(group.command('list'))
    .summary('list plugins that are installed')
    .description('Lists plugins that are installed, which of them are allowed, and package.json files that cannot be used.')
    .addOption(new Option('--kind <kind>', 'only plugins of this kind').choices(kinds))
    .option('--json', 'print { plugins, refused, problems }')
    .action((flags: Flags) => session.run('plugin list', flags, () => list(session, flags)));
  complete(command, {
    notes: [`${whatIsRead}.`],
    examples: ['enforcecore plugin list', 'enforcecore plugin list --kind guard --json', 'enforcecore plugin list --folder ./plugins'],
    exits: ['done, and every plugin that is allowed is there and fits', 'one that is allowed is missing or could not be loaded, or a package.json cannot be used', 'asked wrongly, no such folder, or the settings cannot be used'],
  });
}

function addInfo(group: Command, session: Session): void {
  const command = withPlaces(group.command('info'))
    .argument('<name>', 'package/name, or the name alone where only one plugin has it')
    .summary('show what package.json says of a plugin')
    .description('Shows what package.json says of a plugin. Nothing is imported without --load.')
    .option('--load', 'also import it, as an application would; only where it is allowed')
    .option('--json', 'print the facts, and with --load { …, refused }')
    .action((name: string, flags: Flags) => session.run('plugin info', flags, () => info(session, name, flags)));
  complete(command, {
    notes: [`${whatIsRead} without --load. What is imported runs with the rights of this command.`],
    examples: ['enforcecore plugin info @acme/guards/office-hours', 'enforcecore plugin info office-hours --load'],
    exits: ['done', 'with --load, it cannot be loaded', 'asked wrongly, no such plugin or folder, or the settings cannot be used'],
  });
}

function withPlaces(command: Command): Command {
  return command
    .option('--root <folder>', 'the application, or a folder in it; the working folder by default')
    .option('--folder <folder>', 'look here too: a package, or a folder of packages; again for more', several);
}

async function managerFor({ io }: Session, { root, folder = [] }: Flags): Promise<PluginManager> {
  const { PluginManager } = await import('@enforcecore/core');
  for (const path of [...(root === undefined ? [] : [root]), ...folder]) refuseNoFolder(path);
  return new PluginManager({ root, folders: folder, environment: io.env });
}

/** Where nothing is, nothing would be found, as if all were well. */
function refuseNoFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw new CliError('INPUT', `there is no folder ${plainText(path)}; --root and --folder expect one that is there`);
}

async function list(session: Session, flags: Flags): Promise<void> {
  const manager = await managerFor(session, flags);
  const all = manager.discover();
  const { problems, refused } = manager;
  const plugins = all.filter(({ kind }) => flags.kind === undefined || kind === flags.kind);
  if (refused.length + problems.length > 0) session.raise(1);
  if (flags.json === true) return session.printJson({ plugins: plugins.map(facts), refused, problems });
  return session.print(tableOf(session, plugins, refused) + refusedText(session, refused) + problemText(session, problems));
}

/** Whether it is loaded is known inside the application only. */
function facts({ isLoaded: _, ...rest }: PluginInfo): Omit<PluginInfo, 'isLoaded'> {
  return rest;
}

function tableOf({ paint }: Session, plugins: readonly PluginInfo[], refused: readonly PluginRefusal[]): string {
  if (plugins.length === 0) return 'no plugins are installed\n';
  const stateOf = ({ id, isAllowed }: PluginInfo): string => {
    if (!isAllowed) return paint('dim', 'not allowed');
    return refused.some((one) => one.id === id) ? paint('red', 'refused') : paint('green', 'allowed');
  };
  return renderTable(plugins.map((one) => [stateOf(one), one.id, one.version, one.kind, plainText(one.description)]));
}

function refusedText({ paint }: Session, refused: readonly PluginRefusal[]): string {
  return refused.map(({ line, reason }) => `${paint('red', 'refused')}: ${plainText(line)}: ${plainText(reason)}\n`).join('');
}

function problemText({ paint }: Session, problems: readonly PluginProblem[]): string {
  return problems.map(({ path, reason }) => `${paint('yellow', 'unusable')}: ${plainText(path)}: ${plainText(reason)}\n`).join('');
}

async function info(session: Session, name: string, flags: Flags): Promise<void> {
  const manager = await managerFor(session, flags);
  const found = manager.discover().filter((one) => one.id === name || one.name === name);
  const [plugin, other] = found;
  if (plugin === undefined) throw new CliError('INPUT', `there is no plugin ${plainText(name)}; enforcecore plugin list shows which there are`);
  if (other !== undefined) throw new CliError('INPUT', `there are ${String(found.length)} plugins of that name; expected one: ${found.map(({ id }) => id).join(', ')}`);
  const refused = flags.load === true ? await refusalOf(manager, plugin.id) : undefined;
  if (refused !== undefined && refused !== null) session.raise(1);
  if (flags.json === true) return session.printJson({ ...facts(plugin), ...(refused === undefined ? {} : { refused }) });
  return session.print(report(session, plugin, { refused, allowed: allowedText(session, manager, plugin) }));
}

/** Null where it was loaded. */
async function refusalOf(manager: PluginManager, id: string): Promise<string | null> {
  const { EnforceCoreError } = await import('@enforcecore/core');
  try {
    await manager.load(id);
    return null;
  } catch (error) {
    if (!(error instanceof EnforceCoreError)) throw error;
    return error.message;
  }
}

function allowedText({ paint }: Session, manager: PluginManager, { id, version, isAllowed }: PluginInfo): string {
  const line = manager.allowed.find((one) => one.startsWith(`${id}@`));
  const refused = manager.refused.find((one) => one.id === id);
  if (line === undefined) return `no; ENFORCECORE_PLUGINS does not name it: ${id}@${version}`;
  if (!isAllowed) return `no; ENFORCECORE_PLUGINS allows ${line}, and this is version ${version}`;
  return refused === undefined ? paint('green', 'yes') : paint('red', `yes, and it cannot be loaded: ${plainText(refused.reason)}`);
}

interface Findings {
  /** Of `--load`; null where it was loaded. */
  readonly refused: string | null | undefined;
  readonly allowed: string;
}

function report({ paint }: Session, plugin: PluginInfo, { refused, allowed }: Findings): string {
  const { id, version, kind, description, module, api, folder } = plugin;
  const rows = [
    ['plugin', id],
    ['version', version],
    ['kind', kind],
    ['description', plainText(description)],
    ['module', `${module}, export ${plugin.export}`],
    ['api', api],
    ['folder', plainText(folder)],
    ['allowed', allowed],
    ...(refused === undefined ? [] : [['loads', refused === null ? paint('green', 'yes') : paint('red', plainText(refused))]]),
  ];
  return renderTable(rows);
}
