import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { inside, readAddress, specialKind } from '../egress/judge-address.js';

/** Where a webhook is sent to, and what its setting lets it reach. */
export interface WebhookTarget {
  readonly url: URL;
  /** `webhookAllowPrivate`: private and loopback addresses, and plain http to those. */
  readonly allowPrivate: boolean;
}

/** What `webhookAllowPrivate` opens. Never link-local, multicast or the metadata services of clouds, which hand out credentials. */
const privateKinds: ReadonlySet<string> = new Set(['loopback', 'private', 'shared by a carrier (RFC 6598)']);

/** Why a webhook may not be sent there; `undefined` when it may. Judged by what is written: names are judged when they are looked up. */
export function targetFault({ url, allowPrivate }: WebhookTarget): string | undefined {
  const host = hostOf(url);
  if (isIP(host) !== 0) return addressFault({ url, allowPrivate }, host);
  if (url.protocol === 'https:' || allowPrivate || isLocalhost(host)) return undefined;
  return 'must be https: whoever sits on the wire reads and forges it; inside your own network set webhookAllowPrivate';
}

/** Why a webhook may not be sent to this address; `undefined` when it may. */
export function addressFault({ url, allowPrivate }: WebhookTarget, text: string): string | undefined {
  const address = readAddress(text);
  if (address === undefined) return 'has an address that cannot be read';
  const kinds = [address, ...inside(address)].flatMap((candidate) => specialKind(candidate) ?? []);
  if (kinds.length === 0) return url.protocol === 'https:' ? undefined : 'must be https: its address is public';
  const host = hostOf(url);
  // This machine, and spelled out: no answer of a name server can make it another one.
  if (kinds.every((kind) => kind === 'loopback') && (isIP(host) !== 0 || isLocalhost(host))) return undefined;
  const other = kinds.find((kind) => !allowPrivate || !privateKinds.has(kind));
  if (other === undefined) return undefined;
  const remedy = privateKinds.has(other) ? '; if it is yours, set webhookAllowPrivate' : '';
  return `has an address that is not public (${other})${remedy}`;
}

/** Says that an address was refused, which no further try will change. */
export class WebhookRefused extends Error {}

type Resolve = (host: string, callback: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

const systemResolve: Resolve = (host, callback) => {
  systemLookup(host, { all: true }, (error, addresses) => callback(error, error === null ? addresses : []));
};

/** A lookup for one connection, which is made to an address that passed here and to no other: a second answer is never asked for. */
export function webhookLookup(target: WebhookTarget, resolve: Resolve = systemResolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      const refused = addresses.map(({ address }) => addressFault(target, address));
      const passed = addresses.filter((_, at) => refused[at] === undefined);
      const [first] = passed;
      // Typed as if an address came with every error.
      if (error !== null) callback(error, '');
      else if (first === undefined) callback(new WebhookRefused(refused[0] ?? 'has no address'), '');
      else if (options.all === true) callback(null, [...passed]);
      else callback(null, first.address, first.family);
    });
  };
}

export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** RFC 6761 6.3 */
function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}
