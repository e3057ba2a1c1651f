import type { Gateway, GatewayConfig } from '@enforcecore/gateway';
import type { Logger } from '@enforcecore/core';
import type { Command } from 'commander';
import { Console } from 'node:console';
import { openContainer, gatewayLogger } from '../gateway/open-container.js';
import { configOf, configOptions, type ConfigFlags } from '../gateway/gateway-flags.js';
import { CliError } from '../errors.js';
import { untilInterrupted } from '../io.js';
import type { Session } from '../session.js';
import { complete } from './define.js';
import { addGatewayApprove } from './gateway/approve.js';
import { addGatewayCheck } from './gateway/check.js';
import { addGatewayPins } from './gateway/pins.js';

export function addGateway(program: Command, session: Session): void {
  const group = program
    .command('gateway')
    .summary('put MCP servers behind a policy, for any client')
    .description('Stands between MCP clients and servers: lists what the policy allows, enforces every call, redacts, and records. Speaks over standard input and output, or HTTP.')
    .helpCommand('help [command]', 'print the help of a command')
    .argument('[command...]', 'how the server is started, behind --; with --policy');
  configOptions(group)
    .option('--http [host:port]', 'serve over streamable HTTP; 127.0.0.1:8808 by default. Another host needs serve.auth in the file')
    .option('--agent <name>', 'who the client on standard input is, for policy and trail')
    .option('--tenant <name>', 'for whom that client works')
    .option('--json', 'with --http, print { url } when it listens')
    .action((command: readonly string[], flags: ConfigFlags) => session.run('gateway', flags, () => gateway(session, flags, command)));
  complete(group, {
    notes: [
      'Runs until the client closes standard input, or SIGINT or SIGTERM. Then servers are stopped and the trail is closed.',
      'A tool that differs from its pin is neither listed nor callable until it is approved; see enforcecore gateway approve.',
    ],
    examples: [
      'enforcecore gateway --policy policy.yaml -- npx -y @modelcontextprotocol/server-filesystem /srv/files',
      'enforcecore gateway --config gateway.yaml --http 127.0.0.1:8808',
      'enforcecore gateway check --config gateway.yaml',
      'enforcecore gateway approve files read_file',
    ],
    exits: ['ended as it was asked to', 'never', 'asked wrongly, or configuration, policy or address cannot be used'],
  });
  for (const add of [addGatewayCheck, addGatewayPins, addGatewayApprove]) add(group, session);
}

async function gateway(session: Session, flags: ConfigFlags, command: readonly string[]): Promise<void> {
  const config = await configOf(session.io, flags, command);
  refuseUnread(flags, config);
  // What a library prints would be read as protocol.
  if (config.serve.kind === 'stdio') globalThis.console = new Console(process.stderr, process.stderr);
  const logger = gatewayLogger(session, flags.verbose === true);
  const container = await openContainer(session, config);
  try {
    const { FilePinStore, Gateway, PinBook } = await import('@enforcecore/gateway');
    // Told with its path before a client comes, who would not be.
    await new PinBook(config.pinFile).list();
    const pins = new FilePinStore({ path: config.pinFile, pinNew: config.pinNew, logger });
    const start = (): Promise<Gateway> => Gateway.start({ config, container, pins, logger });
    await untilInterrupted(session.io, (stop) => serve(session, start, { config, flags, logger, stop }));
  } finally {
    await container.close();
  }
}

function refuseUnread({ agent, tenant, json }: ConfigFlags, { serve: { kind } }: GatewayConfig): void {
  if (kind === 'http' && (agent !== undefined || tenant !== undefined)) throw new CliError('USAGE', '--agent and --tenant are for the client on standard input: over HTTP its token says who it is');
  if (kind === 'stdio' && json === true) throw new CliError('USAGE', '--json prints where HTTP is served: give --http too, or leave it out');
}

interface Asked {
  readonly config: GatewayConfig;
  readonly flags: ConfigFlags;
  readonly logger: Logger;
  readonly stop: AbortSignal;
}

async function serve(session: Session, start: () => Promise<Gateway>, { config, flags, logger, stop }: Asked): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => { resolve(); }, { once: true });
  });
  if (config.serve.kind === 'stdio') return overStdio(start, flags, logger, stopped);
  const { serveHttp } = await import('@enforcecore/gateway');
  let running: Gateway | undefined;
  // No server is started for an address that cannot be had.
  const serving = await serveHttp(async () => (running = await start()), config.serve, { logger });
  try {
    if (flags.json === true) await session.printJson({ url: serving.url });
    else await session.note(`listening on ${serving.url}`);
    await stopped;
  } finally {
    await serving.close();
    await running?.close();
  }
}

async function overStdio(start: () => Promise<Gateway>, { agent, tenant }: ConfigFlags, logger: Logger, stopped: Promise<void>): Promise<void> {
  const { serveStdio } = await import('@enforcecore/gateway');
  const running = await start();
  try {
    const serving = serveStdio(running, { caller: { agent, tenant }, logger });
    await Promise.race([serving.closed, stopped]);
    // It would keep the process waiting for a client that was told to go.
    process.stdin.destroy();
    await serving.close();
  } finally {
    await running.close();
  }
}
