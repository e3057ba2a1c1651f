import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import type { UpstreamConfig } from '../config/gateway-config.js';
import { boundedFetch } from './bounded-fetch.js';
import { childEnvironment } from './child-environment.js';
import { StdioTransport } from './stdio-transport.js';

export const defaultMaxMessageBytes = 10 * 1024 * 1024;

export interface TransportEvents {
  readonly onStderr: (line: string) => void;
  readonly onGarbage: (fault: string) => void;
  /** Whether one more message that the server sends unasked may pass. */
  readonly admits: () => boolean;
}

/** The connection that a config asks for, not yet started. */
export function openTransport(name: string, config: UpstreamConfig, events: TransportEvents): Transport {
  const maxMessageBytes = config.maxMessageBytes ?? defaultMaxMessageBytes;
  switch (config.kind) {
    case 'stdio':
      return new StdioTransport({
        command: config.command,
        args: config.args,
        env: childEnvironment(config.env, process.env, process.platform),
        cwd: config.cwd,
        maxMessageBytes,
        ...events,
      });
    case 'http':
      return new StreamableHTTPClientTransport(new URL(config.url), {
        fetch: boundedFetch(name, maxMessageBytes),
        ...(config.headers !== undefined && { requestInit: { headers: { ...config.headers } } }),
      });
  }
}
