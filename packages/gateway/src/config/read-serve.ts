import type { HttpAuth, HttpServe, OAuthConfig, ServeConfig } from './gateway-config.js';
import { isLoopback } from './loopback.js';
import { memberPath, type NodeReader, type Section } from './node-reader.js';
import { given } from './read-servers.js';
import { urlFault } from './url-fault.js';

const httpKeys = ['host', 'port', 'path', 'origins', 'hosts', 'public_url', 'auth', 'max_request_bytes', 'max_sessions', 'session_idle_ms'] as const;
const oauthKeys = ['issuer', 'audience', 'jwks_url', 'scopes', 'agent_claim', 'tenant_claim'] as const;
const clientNames = /^[\w.:@-]{1,128}$/;
/** RFC 6750, 2.1, and long enough that nobody guesses it. */
const bearerToken = /^[\w\-.~+/]{16,4096}=*$/;
/** RFC 6749, 3.3. */
const scope = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/;
const hostName = /^[A-Za-z0-9.:[\]_-]{1,253}$/;

export const httpDefaults = Object.freeze({
  kind: 'http', host: '127.0.0.1', port: 8_808, path: '/mcp', origins: Object.freeze([]), hosts: Object.freeze([]), maxRequestBytes: 4 * 1_048_576, maxSessions: 100, sessionIdleMs: 1_800_000,
} as const satisfies HttpServe);

export function readServe(reader: NodeReader, root: Section): ServeConfig {
  const entry = root.node.entries.get('serve');
  if (entry === undefined) return Object.freeze({ kind: 'stdio' });
  if (entry.node.kind === 'scalar') {
    const kind = reader.word(root, 'serve', ['stdio', 'http']);
    return kind === 'http' ? httpDefaults : Object.freeze({ kind: 'stdio' });
  }
  const map = reader.section(root, 'serve', httpKeys);
  if (map === undefined) return Object.freeze({ kind: 'stdio' });
  const serve: HttpServe = Object.freeze({
    kind: 'http',
    host: hostIn(reader, map) ?? httpDefaults.host,
    port: reader.whole(map, 'port', 0, 65_535) ?? httpDefaults.port,
    path: pathIn(reader, map) ?? httpDefaults.path,
    origins: Object.freeze([...(originsIn(reader, map) ?? [])]),
    hosts: Object.freeze([...(hostsIn(reader, map) ?? [])]),
    maxRequestBytes: reader.whole(map, 'max_request_bytes', 1_024, 1_073_741_824) ?? httpDefaults.maxRequestBytes,
    maxSessions: reader.whole(map, 'max_sessions', 1, 100_000) ?? httpDefaults.maxSessions,
    sessionIdleMs: reader.whole(map, 'session_idle_ms', 1_000, 7 * 24 * 3_600_000) ?? httpDefaults.sessionIdleMs,
    ...given({ publicUrl: urlIn(reader, map, 'public_url'), auth: readAuth(reader, map) }),
  });
  const fault = openFault(serve);
  if (fault !== undefined) reader.fault(reader.placeOf(map, 'host'), memberPath(map.path, 'host'), fault.message, fault.expected);
  return serve;
}

/** Whoever reaches it would be let in: refused also where the place comes from the command line. */
export function openFault({ host, auth }: HttpServe): { readonly message: string; readonly expected: string } | undefined {
  if (isLoopback(host) || auth !== undefined) return undefined;
  return { message: 'everybody who reaches this address could call tools', expected: '127.0.0.1, or serve.auth with tokens or oauth' };
}

function readAuth(reader: NodeReader, serve: Section): HttpAuth | undefined {
  const map = reader.section(serve, 'auth', ['tokens', 'oauth']);
  if (map === undefined) return undefined;
  const tokens = reader.secrets(map, 'tokens', clientNames, 'name of a client');
  for (const [name, token] of Object.entries(tokens ?? {})) {
    if (!bearerToken.test(token)) reader.fault(reader.placeOf(map, 'tokens'), memberPath(`${map.path}.tokens`, name), 'it is no token', 'at least 16 of A-Z, a-z, 0-9 and - . _ ~ + /');
  }
  const values = Object.values(tokens ?? {});
  if (new Set(values).size !== values.length) reader.fault(reader.placeOf(map, 'tokens'), `${map.path}.tokens`, 'two clients have the same token', 'a token each');
  const oauth = readOAuth(reader, map);
  if (values.length === 0 && oauth === undefined) reader.fault(map.node.place, map.path, 'it lets nobody in', 'tokens or oauth');
  return Object.freeze(given({ tokens: values.length === 0 ? undefined : tokens, oauth }));
}

function readOAuth(reader: NodeReader, auth: Section): OAuthConfig | undefined {
  const map = reader.section(auth, 'oauth', oauthKeys);
  if (map === undefined) return undefined;
  for (const key of ['issuer', 'audience', 'jwks_url']) if (!map.node.entries.has(key)) reader.fault(map.node.place, map.path, `the key ${key} is missing`);
  const scopes = reader.texts(map, 'scopes', 100);
  if (scopes?.some((one) => !scope.test(one)) === true) reader.fault(reader.placeOf(map, 'scopes'), memberPath(map.path, 'scopes'), 'one of them is no scope', 'printable ASCII without spaces, quotes and backslashes');
  const audience = urlIn(reader, map, 'audience', 'any');
  return Object.freeze({
    issuer: urlIn(reader, map, 'issuer') ?? '',
    audience: audience ?? '',
    jwksUrl: urlIn(reader, map, 'jwks_url') ?? '',
    ...given({ scopes: scopes === undefined ? undefined : Object.freeze([...scopes]), agentClaim: reader.text(map, 'agent_claim'), tenantClaim: reader.text(map, 'tenant_claim') }),
  });
}

function urlIn(reader: NodeReader, map: Section, key: string, kind: 'any' | 'secure' = 'secure'): string | undefined {
  const text = reader.text(map, key);
  const fault = text === undefined ? undefined : urlFault(text, kind);
  if (fault !== undefined) reader.fault(reader.placeOf(map, key), memberPath(map.path, key), fault.message, fault.expected);
  return fault === undefined ? text : undefined;
}

function hostIn(reader: NodeReader, map: Section): string | undefined {
  const host = reader.text(map, 'host');
  if (host !== undefined && !hostName.test(host)) reader.fault(reader.placeOf(map, 'host'), memberPath(map.path, 'host'), 'it is no name or address of a host');
  return host;
}

function hostsIn(reader: NodeReader, map: Section): readonly string[] | undefined {
  const hosts = reader.texts(map, 'hosts', 100);
  if (hosts?.some((host) => !hostName.test(host) || /^[^[].*:/.test(host)) === true) reader.fault(reader.placeOf(map, 'hosts'), memberPath(map.path, 'hosts'), 'one of them is no name of a host', 'names without a port, [::1] for addresses of IPv6');
  return hosts?.map((host) => host.toLowerCase());
}

function pathIn(reader: NodeReader, map: Section): string | undefined {
  const path = reader.text(map, 'path');
  if (path === undefined || (/^\/[\w\-./~]{0,200}$/.test(path) && new URL(path, 'http://a').pathname === path)) return path;
  reader.fault(reader.placeOf(map, 'path'), memberPath(map.path, 'path'), 'it is no path', '/mcp, or another of A-Z, a-z, 0-9, - . _ ~ /');
  return undefined;
}

function originsIn(reader: NodeReader, map: Section): readonly string[] | undefined {
  const origins = reader.texts(map, 'origins', 100);
  const wrong = origins?.find((origin) => !URL.canParse(origin) || (new URL(origin).origin !== origin && new URL(origin).origin !== 'null') || origin.includes('*'));
  if (wrong !== undefined) reader.fault(reader.placeOf(map, 'origins'), memberPath(map.path, 'origins'), 'one of them is no origin', 'https://app.example.com, without a path or a *');
  return origins;
}
