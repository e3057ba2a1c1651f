import { type Clock, type Logger } from '@enforcecore/core';
import type { ClientCapabilities, Transport } from '@modelcontextprotocol/client';
import type { PassRules, UpstreamConfig } from '../config/gateway-config.js';
import type { PinStore } from '../pins/pin-store.js';
import { CheckedTransport } from './checked-transport.js';
import { openTransport, type TransportEvents } from './open-transport.js';
import { RateGate } from './rate-gate.js';
import { RestartPace } from './restart-pace.js';
import { StdioTransport } from './stdio-transport.js';
import type { UpstreamStatus } from './upstream-status.js';

export interface UpstreamParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pins: PinStore;
  readonly pass: PassRules;
  readonly connect?: ((name: string, config: UpstreamConfig) => Transport) | undefined;
}

/** Lines of one server that reach the log in a second. */
const linesPerSecond = 20;
/** Requests and notifications that one connection takes in a second; a flood is dropped before it is looked at closely. */
const unaskedPerSecond = 500;

/** One upstream server: everything about it that all sessions share. Its connections are each session's own. */
export class Upstream {
  readonly name: string;
  readonly config: UpstreamConfig;
  /** Stands in front of names; empty for none, else it ends in a dot. */
  readonly prefix: string;
  /** Of starts that fail, which every session would see. Connections that a session lost are counted by its link. */
  readonly pace: RestartPace;
  readonly parts: UpstreamParts;
  readonly timeoutMs: number;
  readonly startTimeoutMs: number;
  readonly #lines: RateGate;
  wasReady = false;
  /** Connections lost, or never made. */
  restarts = 0;
  #tools = 0;
  #held = 0;

  constructor(name: string, config: UpstreamConfig, prefix: string, parts: UpstreamParts) {
    this.name = name;
    this.config = config;
    this.prefix = prefix === '' ? '' : `${prefix}.`;
    this.parts = parts;
    this.pace = new RestartPace(parts.clock);
    this.#lines = new RateGate(parts.clock, linesPerSecond);
    this.timeoutMs = config.timeoutMs ?? 60_000;
    this.startTimeoutMs = config.startTimeoutMs ?? 30_000;
  }

  /** A connection of its own, checked as it comes, not yet started. */
  transport(): Transport {
    const onGarbage = (fault: string): void => this.log('warn', `upstream "${this.name}" sent a message that was not used: ${fault}`);
    const { connect, clock } = this.parts;
    const gate = new RateGate(clock, unaskedPerSecond);
    // No flood of other messages may keep the gateway from hearing what changed; hearing it costs next to nothing.
    const admits = (method: string): boolean => method.endsWith('/list_changed') || gate.passes();
    const events: TransportEvents = { onGarbage, onStderr: (line) => this.#stderr(line), admits };
    const transport = connect?.(this.name, this.config) ?? openTransport(this.name, this.config, clock, events);
    return transport instanceof StdioTransport ? transport : new CheckedTransport(transport, events);
  }

  /** What its servers are told that a client of theirs can do: what the pass rules let through. */
  get capabilities(): ClientCapabilities {
    const { sampling, elicitation, roots } = this.parts.pass;
    return {
      ...(sampling === 'allow' && { sampling: {} }),
      ...(elicitation === 'allow' && { elicitation: { form: {} } }),
      ...(roots === 'allow' && { roots: { listChanged: true } }),
    };
  }

  judged(tools: number, held: number): void {
    // Each session judges anew, and often: only what is news is told.
    if (held > 0 && held !== this.#held) this.log('warn', `upstream "${this.name}": tools that are held, ${held}; "enforcecore gateway check" says why`);
    this.#tools = tools;
    this.#held = held;
  }

  status(): UpstreamStatus {
    const state = this.pace.isDown ? 'down' : this.wasReady ? 'ready' : 'starting';
    return { name: this.name, state, restarts: this.restarts, tools: this.#tools, held: this.#held };
  }

  /** Diagnostics, so many a second: what a hostile server can set off must not fill a disk. */
  log(level: 'debug' | 'info' | 'warn', message: string): void {
    if (!this.#lines.passes()) return;
    try {
      this.parts.logger.log(level, message, { upstream: this.name });
    } catch {
      // Safe to go on: diagnostics decide nothing.
    }
  }

  /** A server's own words may hold anything that it was ever given, so the log is told how much it said, not what. */
  #stderr(line: string): void {
    this.log('debug', `upstream "${this.name}" wrote a line of ${line.length} characters to stderr`);
  }
}
