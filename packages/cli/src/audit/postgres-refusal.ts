import type { TrailError } from '@enforcecore/audit';
import { systemCode } from '../errors.js';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody answers there: check host and port',
  ENOTFOUND: 'the host is not known: check its name',
  EAI_AGAIN: 'the host is not known: check its name',
  ETIMEDOUT: 'it does not answer: check host and port',
  ENETUNREACH: 'there is no way to it: check the network',
  EHOSTUNREACH: 'there is no way to it: check the network',
  '3D000': 'there is no such database: create it, or check its name',
};

/** Why a database did not open, for a person who cannot look at a cause; its own words may quote the address, with a password. */
export function postgresRefusal(shown: string, { cause, message }: TrailError): string {
  const code = systemCode(cause);
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (known !== undefined) return `cannot open ${shown}: ${known}`;
  return message.replace(/^cannot open postgres\b/, `cannot open ${shown}`).replace(/look at cause$/, 'set DEBUG=1 to see what it said');
}
