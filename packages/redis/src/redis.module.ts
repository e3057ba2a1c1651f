import { KillSwitch, LimitStore, Logger } from '@enforcecore/core';
import { ContainerModule } from 'inversify';
import { RedisKillSwitchLink, type RedisKillSwitchLinkOptions } from './kill-link.js';
import { RedisLimitStore, type RedisLimitStoreOptions } from './redis-limit-store.js';

export type RedisModuleOptions = Omit<RedisLimitStoreOptions, 'clock' | 'logger'> & Omit<RedisKillSwitchLinkOptions, 'logger'>;

/**
 * Limits, budgets, slots and kill switch of a container, shared by all that name the same server and prefix:
 * `createContainer({ modules: [redisModule({ url })] })`. Its connections open with the container's policy, or its first call, and close with the container.
 */
export function redisModule(options: RedisModuleOptions): ContainerModule {
  return new ContainerModule(({ rebind, onActivation, onDeactivation }) => {
    rebind(LimitStore)
      .toResolvedValue((logger) => new RedisLimitStore({ ...options, logger }), [Logger])
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
      void links.get(killSwitch)?.close();
    });
  });
}
