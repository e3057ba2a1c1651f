import type { GatewayConfig, HttpServe, ServeConfig } from '@enforcecore/gateway';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { several } from '../commands/define.js';
import { CliError } from '../errors.js';
import type { Io } from '../io.js';
import type { CommonFlags } from '../session.js';

/** What says which servers, policy and pins a gateway has. */
export interface ConfigFlags extends CommonFlags {
  readonly config?: string;
  readonly policy?: string;
  readonly name?: string;
  readonly env?: readonly string[];
  readonly pins?: string;
  readonly holdNew?: boolean;
  readonly audit?: string;
  readonly http?: string | true;
  readonly agent?: string;
  readonly tenant?: string;
}

const usualFile = 'gateway.yaml';

/** The options that say where the pins are. */
export function placeOptions(command: Command): Command {
  return command
    .option('--config <file>', `the file of the gateway; ${usualFile} here by default`)
    .option('--policy <file>', 'instead of a file: this policy, for the server whose command stands behind --')
    .option('--pins <file>', 'the file of the pins; by default what the file says, or gateway.pins.json beside file or policy');
}

export function configOptions(command: Command): Command {
  return placeOptions(command)
    .option('--name <name>', 'what that server is called in the pins; by default what its command runs')
    .option('--env <variable>', 'let that server have this variable of the environment; again for more', several)
    .option('--hold-new', 'hold tools that were never seen, instead of pinning them at first sight')
    .option('--audit <folder>', 'the folder of the trail');
}

const spelled = { name: '--name', env: '--env', holdNew: '--hold-new', audit: '--audit', http: '--http', agent: '--agent', tenant: '--tenant' } as const;
type Spelled = keyof typeof spelled;
/** What a command that only looks at pins does not read. */
export const servingFlags: readonly Spelled[] = ['name', 'env', 'holdNew', 'audit', 'http', 'agent', 'tenant'];

/** The parser gives commands below `gateway` its options too: what one of them does not read is refused, and not passed over. */
export function refuseFlags(flags: ConfigFlags, unread: readonly Spelled[], command: string): void {
  const given = unread.filter((name) => flags[name] !== undefined).map((name) => spelled[name]);
  if (given.length > 0) throw new CliError('USAGE', `${command} does not read ${given.join(', ')}: leave ${given.length === 1 ? 'it' : 'them'} out`);
}

function refuseBoth({ policy, config }: ConfigFlags): void {
  if (policy !== undefined && config !== undefined) throw new CliError('USAGE', '--policy goes with a command behind --, and --config has its own: give one of them');
}

/** The configuration that a command line asks for. */
export async function configOf({ env }: Io, flags: ConfigFlags, command: readonly string[]): Promise<GatewayConfig> {
  const { commandConfig, loadGatewayConfig } = await import('@enforcecore/gateway');
  const { policy, config } = flags;
  refuseBoth(flags);
  if (policy !== undefined) {
    if (command.length === 0) throw new CliError('USAGE', 'say how the server is started, behind --: enforcecore gateway --policy policy.yaml -- npx some-server');
    return commandConfig({
      policy, command, name: flags.name, pinFile: flags.pins, pinNew: flags.holdNew !== true, auditPath: flags.audit, env: variablesOf(env, flags.env ?? []), serve: await serveOf(flags, undefined),
    });
  }
  if (command.length > 0) throw new CliError('USAGE', `${await meant(command[0] ?? '')}a command behind -- needs a policy: give one with --policy`);
  if (flags.name !== undefined || flags.env !== undefined) throw new CliError('USAGE', '--name and --env are for a command behind --; a file says them itself');
  const file = config ?? usualFile;
  if (config === undefined && !existsSync(file)) throw new CliError('USAGE', `there is no ${usualFile} here: give a file with --config, or --policy and a command behind --`);
  const read = loadGatewayConfig(file, { env });
  return Object.freeze({
    ...read,
    serve: await serveOf(flags, read.serve),
    ...(flags.pins === undefined ? {} : { pinFile: flags.pins }),
    ...(flags.holdNew === true ? { pinNew: false } : {}),
    ...(flags.audit === undefined ? {} : { auditPath: flags.audit }),
  });
}

/** Where the pins are that a command line means; the rest of the configuration is not needed for them. */
export async function pinFileOf(io: Io, flags: ConfigFlags): Promise<string> {
  const { policy, pins, config } = flags;
  refuseBoth(flags);
  // A file that is not there yet is no fault where it follows from another; one that is named is meant.
  if (pins !== undefined && !existsSync(pins)) throw new CliError('INPUT', `there is no file of pins ${pins}: a gateway makes one when it first lists tools`);
  if (policy !== undefined && !existsSync(policy)) throw new CliError('INPUT', `there is no policy ${policy}, whose folder would have the pins`);
  if (pins !== undefined && config === undefined) return pins;
  if (policy === undefined) return (await configOf(io, flags, [])).pinFile;
  const { commandConfig } = await import('@enforcecore/gateway');
  return commandConfig({ policy, command: ['server'] }).pinFile;
}

const commands = ['check', 'pins', 'approve', 'help'];

/** `gateway pinz` is read as a server's command. */
async function meant(word: string): Promise<string> {
  const { nearestKey } = await import('@enforcecore/core');
  const nearest = nearestKey(word, commands);
  return nearest === undefined ? '' : `did you mean enforcecore gateway ${nearest}? `;
}

function variablesOf(env: Io['env'], names: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => {
    const value = env[name];
    if (value === undefined) throw new CliError('USAGE', `--env names a variable that is not set: ${name.includes('=') ? 'give its name only, so that its value stands in no list of processes' : name}`);
    return [name, value];
  }));
}

async function serveOf({ http }: ConfigFlags, given: ServeConfig | undefined): Promise<ServeConfig> {
  if (http === undefined) return given ?? { kind: 'stdio' };
  const { httpDefaults } = await import('@enforcecore/gateway');
  const base: HttpServe = given?.kind === 'http' ? given : httpDefaults;
  return Object.freeze({ ...base, ...(http === true ? {} : placeOf(http)) });
}

/** `8808`, `127.0.0.1:8808` or `[::1]:8808`. */
function placeOf(text: string): Pick<HttpServe, 'port'> & { readonly host?: string } {
  const [, host, port = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535 || (host?.includes(':') === true && !host.startsWith('['))) throw new CliError('USAGE', '--http expects a port, or a host and a port such as 127.0.0.1:8808');
  return { port: Number(port), ...(host === undefined ? {} : { host }) };
}
