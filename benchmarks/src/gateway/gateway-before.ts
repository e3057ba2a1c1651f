import { createContainer, Policy } from '@enforcecore/core';
import { Gateway, type PinStore } from '@enforcecore/gateway';
import type { Transport } from '@modelcontextprotocol/server';
import { fileURLToPath } from 'node:url';

export const echoPath = fileURLToPath(new URL('echo-server.js', import.meta.url));

const policy = Policy.from({
  name: 'bench',
  rules: { allowed_tools: ['echo'], pii_redaction: { enabled: true }, tools: { echo: { args: { text: { max_length: 10_000 } } } } },
});

/** Files and their comparison are left out: tools are judged when they are listed, and a call costs one look at the file's times more than here. */
const pins: PinStore = { judge: (_server, tools) => Promise.resolve(new Map(tools.map(({ name }) => [name, 'pinned' as const]))), stamp: () => Promise.resolve('') };

/** A gateway with a policy that lists, checks and redacts, and a trail on disk; before a child process, or what `connect` gives. */
export async function gatewayBefore(folder: string, connect?: () => Transport): Promise<{ readonly server: ReturnType<Gateway['sessionFor']>; close(): Promise<void> }> {
  const container = createContainer({ policy, settings: { auditPath: folder }, environment: {} });
  const gateway = await Gateway.start({
    config: {
      upstreams: { echo: { kind: 'stdio', command: process.execPath, args: [echoPath] } },
      policy: 'none',
      serve: { kind: 'stdio' },
      pass: { sampling: 'deny', elicitation: 'deny', roots: 'deny', methods: {} },
      pinFile: 'none',
      pinNew: true,
    },
    container,
    pins,
    logger: { log: () => undefined },
    connect,
  });
  return {
    server: gateway.sessionFor({ agent: 'bench' }),
    close: async () => {
      await gateway.close();
      await container.close();
    },
  };
}

