export { cedarEngine, type CedarEngineOptions } from './cedar-engine.js';
export type { CedarContext, CedarEntity, CedarEntityUid } from './cedar-request.js';
