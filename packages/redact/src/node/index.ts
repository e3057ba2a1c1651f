export { redactNodeTransform } from './redact-node-transform.js';
