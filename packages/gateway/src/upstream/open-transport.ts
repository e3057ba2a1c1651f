import type { Clock } from '@enforcecore/core';
import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import type { UpstreamConfig } from '../config/gateway-config.js';
import { boundedFetch } from './bounded-fetch.js';
import { childEnvironment } from './child-environment.js';
import { RateGate } from './rate-gate.js';
import { StdioTransport } from './stdio-transport.js';

export const defaultMaxMessageBytes = 10 * 1024 * 1024;

export interface TransportEvents {
  readonly onStderr: (line: string) => void;
  readonly onGarbage: (fault: string) => void;
  /** Whether one more message that the server sends unasked may pass. */
  readonly admits: (method: string) => boolean;
}

/** A stream that ended is asked for again within these bounds, whatever the server says: `retry: 0` would keep the gateway busy. */
const soonestMs = 1_000;
const latestMs = 60_000;
/** Streams that one connection opens in a second; one that may not is tried twice more, and then given up. */
const streamsPerSecond = 5;

/** The connection that a config asks for, not yet started. */
export function openTransport(name: string, config: UpstreamConfig, clock: Clock, events: TransportEvents): Transport {
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
        fetch: boundedFetch(name, { maxMessageBytes, streams: new RateGate(clock, streamsPerSecond) }),
        reconnectionScheduler: (reconnect, delayMs) => clock.schedule(Math.min(latestMs, Math.max(soonestMs, delayMs)), reconnect, { isBackground: true }),
        ...(config.headers !== undefined && { requestInit: { headers: { ...config.headers } } }),
      });
  }
}
