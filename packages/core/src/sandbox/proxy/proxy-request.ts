import type { IncomingMessage, RequestOptions } from 'node:http';

/** Where a request to the proxy wants to go. */
export interface ProxyTarget {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Behind the host, where it is a request and not a tunnel. */
  readonly path: string;
  /** As the other side is to read it: what was judged, whatever the request's own header says. */
  readonly authority: string;
}

const maxHostChars = 253;

/** `host:port` of a `CONNECT` request (RFC 9110, 9.3.6); `undefined` for anything else. */
export function tunnelOf(url: string | undefined): ProxyTarget | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]\\]+)):(\d{1,5})$/i.exec(url ?? '');
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || host.length > maxHostChars || port < 1 || port > 65_535) return undefined;
  return { host, port, path: '', authority: url ?? '' };
}

/** A whole URL of `http` (RFC 9112, 3.2.2): encrypted ones come as tunnels. */
export function targetOf(url: string | undefined): ProxyTarget | undefined {
  if (url === undefined || !/^http:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port, host, pathname, search, username, password } = new URL(url);
  if (protocol !== 'http:' || hostname === '' || hostname.length > maxHostChars || username !== '' || password !== '') return undefined;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 80 : Number(port), path: pathname + search, authority: host };
}

/** Between two neighbours only (RFC 9110, 7.6.1), and what our side writes itself. */
const hopByHop = /^(?:connection|proxy-.*|keep-alive|te|trailer|transfer-encoding|upgrade|host|expect)$/i;

/** The same request for the other side, at the address that was judged. */
export function forwarded(request: IncomingMessage, target: ProxyTarget, address: string): RequestOptions {
  const named = new Set((request.headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim()));
  const kept = Object.entries(request.headers).filter(([name]) => !hopByHop.test(name) && !named.has(name));
  return {
    host: address,
    port: target.port,
    method: request.method ?? 'GET',
    path: target.path,
    headers: { ...Object.fromEntries(kept), host: target.authority, connection: 'close' },
    setHost: false,
    agent: false,
  };
}
