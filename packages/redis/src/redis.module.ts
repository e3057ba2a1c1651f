import { KillSwitch, LimitStore, Logger } from '@enforcecore/core';
import { ContainerModule } from 'inversify';
import { RedisKillSwitchLink, type RedisKillSwitchLinkOptions } from './kill-link.js';
import { RedisLimitStore, type RedisLimitStoreOptions } from './redis-limit-store.js';

export type RedisModuleOptions = Omit<RedisLimitStoreOptions, 'clock' | 'logger'> & Omit<RedisKillSwitchLinkOptions, 'logger'>;

/** Of a container: it waits at its end for the store, and so for the link, which may have a trip to tell. */
class ContainerStore extends RedisLimitStore {
  readonly #closing: ReadonlySet<Promise<void>>;

  constructor(options: RedisLimitStoreOptions, closing: ReadonlySet<Promise<void>>) {
    super(options);
    this.#closing = closing;
  }

  override async close(): Promise<void> {
    await super.close();
    await Promise.all(this.#closing);
  }
}

/**
 * Limits, budgets, slots and kill switch of a container, shared by all that name the same server and prefix:
 * `createContainer({ modules: [redisModule({ url })] })`. Its connections open with the container's policy, or its first call, and close with the container.
 */
export function redisModule(options: RedisModuleOptions): ContainerModule {
  return new ContainerModule(({ rebind, onActivation, onDeactivation }) => {
    const closing = new Set<Promise<void>>();
    rebind(LimitStore)
      .toResolvedValue((logger) => new ContainerStore({ ...options, logger }, closing), [Logger])
      .onDeactivation((store) => {
        // Not waited for here, since a rebinding cannot wait: the container waits at its end.
        if (store instanceof RedisLimitStore) void store.close();
      });
    const links = new WeakMap<KillSwitch, RedisKillSwitchLink>();
    onActivation(KillSwitch, (context, killSwitch) => {
      links.set(killSwitch, new RedisKillSwitchLink(killSwitch, { ...options, logger: context.get(Logger) }).start());
      return killSwitch;
    });
    onDeactivation(KillSwitch, (killSwitch) => {
      const link = links.get(killSwitch);
      if (link !== undefined) closing.add(link.close());
    });
  });
}
