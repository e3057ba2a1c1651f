export { allowAll, denyAll } from './engines.js';
export { FakeClock } from './fake-clock.js';
export { auditorLaws, engineLaws, guardLaws, redactorLaws, sampleCall, type Law } from './laws.js';
export { MemoryAuditor } from './memory-auditor.js';
