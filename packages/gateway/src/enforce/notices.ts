/* eslint-disable @typescript-eslint/no-deprecated -- a proxy needs the protocol itself, and serves what revisions before 2026-07-28 have */
import { LoggingLevelSchema } from '@modelcontextprotocol/core';
import type { LoggingLevel, Notification, Server } from '@modelcontextprotocol/server';
import type { Clock } from '@enforcecore/core';
import type { PassRules } from '../config/gateway-config.js';
import { RateGate } from '../upstream/rate-gate.js';
import type { UpstreamLink } from '../upstream/upstream-link.js';
import { Coalesced } from './coalesced.js';
import { operationName } from './names.js';
import type { ResourceDesk } from './resource-desk.js';
import type { TextCleaner } from './text-cleaner.js';
import type { ToolDesk } from './tool-desk.js';

/** Of updates, and of log messages. */
const perSecond = 50;
const changesEveryMs = 200;
const longestLog = 16_000;

type ListKind = 'tools' | 'resources' | 'prompts';

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
  readonly #updates: RateGate;
  readonly #logs: RateGate;
  readonly #changes: Readonly<Record<ListKind, Coalesced>>;
  #level: LoggingLevel | undefined;
  #dropped = 0;

  constructor(parts: NoticeParts) {
    this.#parts = parts;
    const { clock, server } = parts;
    this.#updates = new RateGate(clock, perSecond);
    this.#logs = new RateGate(clock, perSecond);
    this.#changes = {
      tools: new Coalesced(clock, changesEveryMs, () => server.sendToolListChanged()),
      resources: new Coalesced(clock, changesEveryMs, () => server.sendResourceListChanged()),
      prompts: new Coalesced(clock, changesEveryMs, () => server.sendPromptListChanged()),
    };
  }

  get dropped(): number {
    return this.#dropped + this.#updates.dropped + this.#logs.dropped;
  }

  setLevel(level: LoggingLevel): void {
    this.#level = level;
  }

  /** A server was lost and is back: what was known of it may not hold any more. */
  restarted(link: UpstreamLink): void {
    this.#parts.tools.forget(link);
    for (const change of Object.values(this.#changes)) change.tell();
  }

  /** Nobody is told of anything any more. */
  close(): void {
    for (const change of Object.values(this.#changes)) change.close();
  }

  async pass(link: UpstreamLink, { method, params = {} }: Notification): Promise<void> {
    switch (method) {
      case 'notifications/tools/list_changed':
        // At once: a call after it must meet the tools as they are now.
        this.#parts.tools.forget(link);
        this.#changes.tools.tell();
        return;
      case 'notifications/resources/list_changed':
        this.#changes.resources.tell();
        return;
      case 'notifications/prompts/list_changed':
        this.#changes.prompts.tell();
        return;
      case 'notifications/resources/updated':
        return this.#updated(link, params['uri']);
      case 'notifications/message':
        return this.#logged(link, params);
      default:
        this.#dropped += 1;
    }
  }

  async #updated(link: UpstreamLink, uri: unknown): Promise<void> {
    if (typeof uri !== 'string' || !this.#parts.resources.isWatched(uri, link)) this.#dropped += 1;
    else if (this.#updates.passes()) await this.#parts.server.sendResourceUpdated({ uri });
  }

  /** Nothing before the client asked for a level. */
  async #logged(link: UpstreamLink, { level, data }: Readonly<Record<string, unknown>>): Promise<void> {
    const told = LoggingLevelSchema.safeParse(level);
    if (this.#level === undefined || !told.success || severity(told.data) < severity(this.#level) || JSON.stringify(data ?? null).length > longestLog) {
      this.#dropped += 1;
      return;
    }
    if (!this.#logs.passes()) return;
    const { cleaner, server } = this.#parts;
    const { upstream } = link;
    const cleaned = await cleaner.clean(data, operationName(upstream.prefix, 'notifications/message'));
    const relatedRequestId = link.underWay.at(-1)?.id;
    await server.notification({ method: 'notifications/message', params: { level: told.data, logger: upstream.name, data: cleaned ?? null } }, relatedRequestId === undefined ? {} : { relatedRequestId });
  }
}

function severity(level: LoggingLevel): number {
  return LoggingLevelSchema.options.indexOf(level);
}
