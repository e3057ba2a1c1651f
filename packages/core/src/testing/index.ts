export { allowAll, denyAll } from './engines.js';
export { FakeClock } from './fake-clock.js';
export type { Law } from './law.js';
export { auditorLaws, engineLaws, guardLaws, redactorLaws, sampleCall } from './laws.js';
export { limitStoreLaws, type LimitStoreLawOptions } from './limit-store-laws.js';
export { MemoryAuditor } from './memory-auditor.js';
