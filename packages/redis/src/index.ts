export { redisModule, type RedisModuleOptions } from './redis.module.js';
export { RedisLimitStore, type RedisLimitStoreOptions } from './redis-limit-store.js';
export { RedisKillSwitchLink, type RedisKillSwitchLinkOptions } from './kill-link.js';
export { publishSwitchEvent, readSwitch, type SharedSwitchOptions } from './kill.js';
export type { RedisClient, RedisSource } from './connection.js';
