import type { Settings } from '@enforcecore/core';
import type { Command } from 'commander';
import type { Io } from '../io.js';
import { plainText } from '../render/plain-text.js';
import { renderTable } from '../render/table.js';
import type { CommonFlags, Session } from '../session.js';
import { allCategories, type Categories } from '../text/categories.js';
import { nameCategories } from '../text/look-for.js';
import { ownVersion, versionOf } from '../version.js';
import { complete } from './define.js';
import { probe, probeReport } from './probe.js';

interface SettingInForce {
  readonly name: string;
  readonly value: string | number | boolean | null;
  readonly source: 'environment' | 'default';
  readonly variable: string;
}

interface House {
  /** Why the settings cannot be used; the rest is then unknown. */
  readonly refused: string | null;
  readonly settings: readonly SettingInForce[];
  readonly warnings: readonly string[];
  readonly services: Readonly<Record<string, string>>;
}

interface About {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly packages: Readonly<Record<string, string>>;
  /** What scan and redact look for. */
  readonly categories: Categories;
  /** What redact can write instead. */
  readonly strategies: readonly string[];
}

const packages = ['@enforcecore/core', '@enforcecore/redact', '@enforcecore/audit', 'enforcecore'];

export function addInfo(program: Command, session: Session): void {
  const command = program
    .command('info')
    .summary('show versions, the settings in force, and what weakens protection')
    .description('Shows versions, the settings in force and where each comes from, what weakens protection, and the services bound.')
    .option('--json', 'print { version, node, platform, packages, categories, strategies, settings, warnings, services, probe }')
    .option('--probe', 'also try what this machine can enforce, and every attack of the escape battery at every level')
    .action((flags: InfoFlags) => session.run('info', flags, () => info(session, flags)));
  complete(command, {
    notes: [
      'Of web addresses only the host is shown: the rest may hold a secret. Of a key it is shown that it is set.',
      'With --probe, attacks run for a minute or two in processes of their own, on Linux: loops, memory up to 600 MiB, files, processes, sockets. Each is limited, none reaches beyond this machine, and nothing is left behind.',
    ],
    examples: ['enforcecore info', 'enforcecore info --json', 'enforcecore info --probe'],
    exits: ['done, also when something weakens protection', 'the settings cannot be used', 'asked wrongly'],
  });
}

interface InfoFlags extends CommonFlags {
  readonly probe?: boolean;
}

async function info(session: Session, { json = false, probe: isProbing = false }: InfoFlags): Promise<void> {
  const house = await look(session.io);
  if (house.refused !== null) session.raise(1);
  const versions = Object.fromEntries(packages.map((name) => [name, name === 'enforcecore' ? ownVersion() : (versionOf(name) ?? 'missing')]));
  const categories = await allCategories();
  const { strategies } = await import('@enforcecore/redact');
  const about: About = { version: ownVersion(), node: process.version, platform: `${process.platform} ${process.arch}`, packages: versions, categories, strategies };
  const probed = isProbing ? await probe(session) : undefined;
  if (json) return session.printJson({ ...about, ...house, ...(probed === undefined ? {} : { probe: probed }) });
  return session.print(report(session, about, house) + (probed === undefined ? '' : await probeReport(session, probed)));
}

/** Builds a container as a program would, looks at it and takes it down. No call is made and no file opened. */
async function look(io: Io): Promise<House> {
  const core = await import('@enforcecore/core');
  const { Auditor, Clock, Executor, Guard, HookRegistry, Logger, ObserverQueue, PolicyEngine, Redactor } = core;
  try {
    // What plugins would do is theirs to show: here they are named, and not imported.
    const container = core.createContainer({ environment: { ...io.env, ENFORCECORE_PLUGINS: undefined } });
    const ports = { PolicyEngine, Redactor, Guard, Auditor, Executor, HookRegistry, ObserverQueue, Logger, Clock };
    const services: Record<string, string> = {};
    for (const [name, port] of Object.entries(ports)) services[name] = container.get<object>(port).constructor.name;
    const found = { ...container.get(core.Settings), plugins: core.loadSettings({}, io.env).plugins };
    const settings = inForce(found, core, io.env);
    await container.close();
    return { refused: null, settings, warnings: core.weakenings(found), services };
  } catch (error) {
    if (!core.EnforceCoreError.is(error)) throw error;
    return { refused: error.message, settings: [], warnings: [], services: {} };
  }
}

interface SettingTable {
  readonly environmentVariables: readonly (readonly [string, keyof Settings, unknown])[];
  readonly shownStore: (place: string) => string;
}

function inForce(settings: Settings, { environmentVariables, shownStore }: SettingTable, env: Io['env']): readonly SettingInForce[] {
  return environmentVariables.map(([variable, name]) => {
    const set = settings[name] ?? null;
    const value = typeof set === 'object' ? (set?.join(', ') ?? null) : set;
    const source = (env[variable]?.trim() ?? '') === '' ? 'default' : 'environment';
    return { name, value: name === 'auditStore' && typeof value === 'string' ? shownStore(value) : shown(name, value), source, variable };
  });
}

const keys: ReadonlySet<string> = new Set<keyof Settings>(['redactionKey', 'auditKey', 'auditDigestKey', 'webhookSecret']);

/** Of a key it is told that there is one, of an address its host. */
function shown(name: string, value: SettingInForce['value']): SettingInForce['value'] {
  if (typeof value !== 'string') return value;
  if (keys.has(name)) return '(set)';
  return name.startsWith('webhookOn') ? hostOf(value) : value;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? `${new URL(url).origin}/…` : '(hidden)';
}

function report({ paint }: Session, about: About, house: House): string {
  const title = (text: string): string => `\n${paint('bold', text)}\n`;
  const settings = house.settings.map(({ name, value, source, variable }) => [
    name,
    plainText(value === null ? '-' : String(value)),
    source === 'default' ? paint('dim', 'default') : paint('cyan', variable),
  ]);
  const warnings = house.warnings.map((warning) => `  ${paint('yellow', '!')} ${plainText(warning)}\n`).join('');
  return [
    `enforcecore ${about.version}, Node ${about.node}, ${about.platform}\n`,
    title('Packages'),
    renderTable(Object.entries(about.packages), { indent: '  ' }),
    title('Settings in force'),
    house.refused === null ? renderTable(settings, { indent: '  ' }) : `  ${paint('red', 'refused')}: ${plainText(house.refused)}\n`,
    title('What weakens protection'),
    warnings === '' ? `  ${house.refused === null ? 'nothing' : 'unknown'}\n` : warnings,
    title('What scan and redact look for'),
    `  personal data: ${about.categories.pii.join(', ')}\n`,
    `  secrets of ${String(about.categories.secret.length)} kinds; --json lists them\n`,
    `  names, with --names: ${nameCategories.join(', ')}\n`,
    `  rules, scan only: ${about.categories.rule.join(', ')}\n`,
    title('What redact writes instead'),
    `  ${about.strategies.join(', ')}\n`,
    house.refused === null ? title('Services') + renderTable(Object.entries(house.services), { indent: '  ' }) : '',
  ].join('');
}
