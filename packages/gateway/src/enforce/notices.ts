/* eslint-disable @typescript-eslint/no-deprecated -- a proxy needs the protocol itself, and serves what revisions before 2026-07-28 have */
import { LoggingLevelSchema } from '@modelcontextprotocol/core';
import type { LoggingLevel, Notification, Server } from '@modelcontextprotocol/server';
import type { Clock } from '@enforcecore/core';
import type { PassRules } from '../config/gateway-config.js';
import { RateGate } from '../upstream/rate-gate.js';
import type { UpstreamLink } from '../upstream/upstream-link.js';
import { operationName } from './names.js';
import type { ResourceDesk } from './resource-desk.js';
import type { TextCleaner } from './text-cleaner.js';
import type { ToolDesk } from './tool-desk.js';

const perSecond = 50;
const longestLog = 16_000;

export interface NoticeParts {
  readonly server: Server;
  readonly pass: PassRules;
  readonly tools: ToolDesk;
  readonly resources: ResourceDesk;
  readonly cleaner: TextCleaner;
  readonly clock: Clock;
}

/** What servers tell by themselves: the few things that a client needs, cleaned, and not more of it than it can use. All else is dropped and counted. */
export class Notices {
  readonly #parts: NoticeParts;
  readonly #gate: RateGate;
  #level: LoggingLevel | undefined;
  #dropped = 0;

  constructor(parts: NoticeParts) {
    this.#parts = parts;
    this.#gate = new RateGate(parts.clock, perSecond);
  }

  get dropped(): number {
    return this.#dropped + this.#gate.dropped;
  }

  setLevel(level: LoggingLevel): void {
    this.#level = level;
  }

  /** A server was lost and is back: what was known of it may not hold any more. */
  async restarted(link: UpstreamLink): Promise<void> {
    this.#parts.tools.forget(link);
    const { server } = this.#parts;
    await Promise.allSettled([server.sendToolListChanged(), server.sendResourceListChanged(), server.sendPromptListChanged()]);
  }

  async pass(link: UpstreamLink, { method, params = {} }: Notification): Promise<void> {
    // Forgotten even in a flood: a call after it must meet the tools as they are now.
    if (method === 'notifications/tools/list_changed') this.#parts.tools.forget(link);
    if (!this.#gate.passes()) return;
    const { server } = this.#parts;
    switch (method) {
      case 'notifications/tools/list_changed':
        return server.sendToolListChanged();
      case 'notifications/resources/list_changed':
        return server.sendResourceListChanged();
      case 'notifications/prompts/list_changed':
        return server.sendPromptListChanged();
      case 'notifications/resources/updated':
        return this.#updated(link, params['uri']);
      case 'notifications/message':
        return this.#logged(link, params);
      default:
        this.#dropped += 1;
    }
  }

  async #updated(link: UpstreamLink, uri: unknown): Promise<void> {
    if (typeof uri === 'string' && this.#parts.resources.isWatched(uri, link)) await this.#parts.server.sendResourceUpdated({ uri });
    else this.#dropped += 1;
  }

  /** Nothing before the client asked for a level. */
  async #logged(link: UpstreamLink, { level, data }: Readonly<Record<string, unknown>>): Promise<void> {
    const told = LoggingLevelSchema.safeParse(level);
    if (this.#level === undefined || !told.success || severity(told.data) < severity(this.#level) || JSON.stringify(data ?? null).length > longestLog) {
      this.#dropped += 1;
      return;
    }
    const { cleaner, server } = this.#parts;
    const { upstream } = link;
    const cleaned = await cleaner.clean(data, operationName(upstream.prefix, 'notifications/message'));
    const relatedRequestId = link.underWay.at(-1);
    await server.notification({ method: 'notifications/message', params: { level: told.data, logger: upstream.name, data: cleaned ?? null } }, relatedRequestId === undefined ? {} : { relatedRequestId });
  }
}

function severity(level: LoggingLevel): number {
  return LoggingLevelSchema.options.indexOf(level);
}
