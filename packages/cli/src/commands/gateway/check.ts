import type { CheckedServer, CheckedTool } from '@enforcecore/gateway';
import type { Command } from 'commander';
import { configOf, configOptions, refuseFlags, type ConfigFlags } from '../../gateway/gateway-flags.js';
import { gatewayLogger, openContainer, tryTrail } from '../../gateway/open-container.js';
import { counted } from '../../render/amounts.js';
import { renderTable } from '../../render/table.js';
import type { Session } from '../../session.js';
import { complete } from '../define.js';

export function addGatewayCheck(group: Command, session: Session): void {
  const command = group
    .command('check')
    .summary('try the configuration, the trail, the servers and what clients would see')
    .description('Reads the configuration and the policy, opens the trail, starts the servers, and says of each tool whether a client would see it. Calls no tool and pins none.')
    .argument('[command...]', 'how the server is started, behind --; with --policy');
  configOptions(command)
    .option('--json', 'print { ok, servers }')
    .action((words: readonly string[], _own: ConfigFlags, self: Command) => {
      const flags = self.optsWithGlobals<ConfigFlags>();
      return session.run('gateway check', flags, () => check(session, flags, words));
    });
  complete(command, {
    examples: ['enforcecore gateway check --config gateway.yaml', 'enforcecore gateway check --policy policy.yaml -- npx some-server'],
    exits: ['all servers list their tools, and none is held', 'a server does not answer or list, or a tool is held', 'asked wrongly, or configuration, policy or trail cannot be used'],
  });
}

async function check(session: Session, flags: ConfigFlags, words: readonly string[]): Promise<void> {
  refuseFlags(flags, ['agent', 'tenant'], 'gateway check');
  const config = await configOf(session.io, flags, words);
  const container = await openContainer(session, config);
  try {
    await tryTrail(container);
    const { checkGateway } = await import('@enforcecore/gateway');
    const servers = await checkGateway({ config, container, logger: gatewayLogger(session, flags.verbose === true) });
    const isFine = servers.every(({ state, problem, tools }) => state === 'ready' && problem === undefined && tools.every(({ fate }) => fate !== 'held'));
    if (!isFine) session.raise(1);
    if (flags.json === true) await session.printJson({ ok: isFine, servers });
    else await tell(session, servers);
  } finally {
    await container.close();
  }
}

async function tell(session: Session, servers: readonly CheckedServer[]): Promise<void> {
  const { faultWords, visibleName } = await import('@enforcecore/gateway');
  const why = ({ heldFor, isNew }: CheckedTool): string => {
    if (heldFor !== undefined) return heldFor === 'pin' ? 'see enforcecore gateway approve' : `${faultWords(heldFor)}: only its server can change that`;
    return isNew ? 'new: would be pinned' : '';
  };
  for (const { name, state, problem, tools } of servers) {
    const words = problem ?? (state === 'ready' ? counted(tools.length, 'tool') : 'does not answer');
    await session.print(`${visibleName(name)}: ${words}\n`);
    if (tools.length > 0) await session.print(renderTable(tools.map((tool) => [`  ${visibleName(tool.shownAs)}`, tool.fate, why(tool)]), {}));
  }
}
