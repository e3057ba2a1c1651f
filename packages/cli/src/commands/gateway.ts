import type { Gateway, GatewayConfig } from '@enforcecore/gateway';
import type { Logger } from '@enforcecore/core';
import type { Command } from 'commander';
import { Console } from 'node:console';
import { openContainer, gatewayLogger } from '../gateway/open-container.js';
import { configOf, configOptions, type ConfigFlags } from '../gateway/gateway-flags.js';
import { untilInterrupted } from '../io.js';
import type { Session } from '../session.js';
import { complete } from './define.js';
import { addGatewayApprove } from './gateway/approve.js';
import { addGatewayCheck } from './gateway/check.js';
import { addGatewayPins } from './gateway/pins.js';

interface Flags extends ConfigFlags {
  readonly agent?: string;
  readonly tenant?: string;
}

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
    .action((command: readonly string[], flags: Flags) => session.run('gateway', flags, () => gateway(session, flags, command)));
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

async function gateway(session: Session, flags: Flags, command: readonly string[]): Promise<void> {
  const config = await configOf(session.io, flags, command);
  // What a library prints would be read as protocol.
  if (config.serve.kind === 'stdio') globalThis.console = new Console(process.stderr, process.stderr);
  const logger = gatewayLogger(session, flags.verbose === true);
  const container = await openContainer(session, config);
  try {
    const { FilePinStore, Gateway } = await import('@enforcecore/gateway');
    const pins = new FilePinStore({ path: config.pinFile, pinNew: config.pinNew });
    await pins.judge('', []);
    const running = await Gateway.start({ config, container, pins, logger });
    try {
      await untilInterrupted(session.io, (stop) => serve(session, running, { config, flags, logger, stop }));
    } finally {
      await running.close();
    }
  } finally {
    await container.close();
  }
}

interface Asked {
  readonly config: GatewayConfig;
  readonly flags: Flags;
  readonly logger: Logger;
  readonly stop: AbortSignal;
}

async function serve(session: Session, running: Gateway, { config, flags, logger, stop }: Asked): Promise<void> {
  const { serveHttp, serveStdio } = await import('@enforcecore/gateway');
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => { resolve(); }, { once: true });
  });
  if (config.serve.kind === 'stdio') {
    const { agent, tenant } = flags;
    const serving = serveStdio(running, { caller: { agent, tenant }, logger });
    await Promise.race([serving.closed, stopped]);
    // It would keep the process waiting for a client that was told to go.
    process.stdin.destroy();
    return serving.close();
  }
  const serving = await serveHttp(running, config.serve, { logger });
  try {
    if (flags.json === true) await session.printJson({ url: serving.url });
    else await session.note(`listening on ${serving.url}`);
    await stopped;
  } finally {
    await serving.close();
  }
}
