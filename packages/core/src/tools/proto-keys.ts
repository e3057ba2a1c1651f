import { isRecord } from './is-record.js';
import { keyPath, unknownKey } from './issue-path.js';
import { ToolInputError } from './tool-input-error.js';

/**
 * Refuses the key `__proto__` at every depth. As data of its own it is harmless here, and pollutes whatever merges the
 * arguments key by key without looking; no honest call has it.
 *
 * @throws ToolInputError
 */
export function refuseProtoKeys(value: unknown, path = ''): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) if (typeof value[i] === 'object') refuseProtoKeys(value[i], `${path}[${String(i)}]`);
    return;
  }
  if (!isRecord(value)) return;
  if (Object.hasOwn(value, '__proto__')) throw new ToolInputError([unknownKey(path, '__proto__', undefined)]);
  for (const key of Object.keys(value)) if (typeof value[key] === 'object') refuseProtoKeys(value[key], keyPath(path, key));
}
