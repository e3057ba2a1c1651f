import { isAbsolute, resolve } from 'node:path';
import type { UpstreamConfig } from './gateway-config.js';
import { memberPath, type NodeReader, type Section } from './node-reader.js';
import { urlFault } from './url-fault.js';

const ownKeys = ['command', 'args', 'env', 'cwd', 'url', 'headers', 'prefix', 'timeout_ms', 'start_timeout_ms', 'max_message_bytes'] as const;
/** What desktop clients write beside it, and what says nothing to a gateway. */
const clientKeys = ['type', 'transport', 'disabled', 'enabled', 'description', 'timeout', 'autoApprove', 'alwaysAllow', 'trust', 'icon', 'name'] as const;
const serverName = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const variableNames = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;
/** RFC 9110, 5.6.2: a token. */
const headerNames = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;
const prefix = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
const mostServers = 64;
const longestMs = 24 * 3_600_000;

/** Servers by name. `ours` are those of a gateway's file, `clients` what Claude Desktop, Cursor and others keep under `mcpServers`. */
export function readServers(reader: NodeReader, section: Section, form: 'ours' | 'clients', folder: string): Readonly<Record<string, UpstreamConfig>> {
  const found = new Map<string, UpstreamConfig>();
  if (section.node.entries.size > mostServers) reader.fault(section.node.place, section.path, `${String(section.node.entries.size)} servers`, `at most ${String(mostServers)}`);
  for (const [written, { keyPlace, node }] of [...section.node.entries].slice(0, mostServers)) {
    const path = memberPath(section.path, written);
    const name = form === 'ours' ? written : slug(written);
    if (!serverName.test(name)) reader.fault(keyPlace, path, 'it is no name of a server', '1 to 32 of a-z, 0-9 and -', nameLike(written));
    if (found.has(name)) reader.fault(keyPlace, path, `two servers would be called ${name}`, 'names that differ in letters and digits');
    const map = reader.map(node, path, form === 'ours' ? ownKeys : [...ownKeys, ...clientKeys]);
    if (map === undefined || isOff(reader, map)) continue;
    const server = readServer(reader, map, folder);
    if (server !== undefined) found.set(name, server);
  }
  if (found.size === 0 && reader.issues.length === 0) reader.fault(section.node.place, section.path, 'there is no server', 'at least one');
  // Without a prototype, so that a server called constructor is the only thing of that name.
  return Object.freeze(Object.assign(Object.create(null) as Record<string, UpstreamConfig>, Object.fromEntries(found))); // an empty object of any record type
}

/** Spaces, dots and capitals, which clients allow in names, have no place in a prefix. */
export function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 32).replaceAll(/^-|-$/g, '');
}

function nameLike(written: string): string | undefined {
  const name = slug(written);
  return serverName.test(name) ? name : undefined;
}

function isOff(reader: NodeReader, map: Section): boolean {
  const disabled = reader.flag(map, 'disabled') ?? false;
  const enabled = reader.flag(map, 'enabled') ?? true;
  return disabled || !enabled;
}

function readServer(reader: NodeReader, map: Section, folder: string): UpstreamConfig | undefined {
  const command = reader.text(map, 'command');
  const url = reader.text(map, 'url');
  const kinds = ['command', 'url'].filter((key) => map.node.entries.has(key));
  if (kinds.length !== 1) {
    reader.fault(map.node.place, map.path, kinds.length === 0 ? 'it says neither command nor url' : 'it says both command and url', 'one of them');
    return undefined;
  }
  refuseOldTransport(reader, map);
  const limits = readLimits(reader, map);
  if (command !== undefined) {
    refuseKeys(reader, map, ['headers'], 'url');
    const args = reader.texts(map, 'args') ?? [];
    // Whoever starts the gateway, a server finds what its arguments name.
    const cwd = from(folder, reader.text(map, 'cwd') ?? '.');
    const env = reader.secrets(map, 'env', variableNames, 'name of a variable');
    return Object.freeze({ kind: 'stdio', command, args: Object.freeze([...args]), cwd, ...given({ env }), ...limits });
  }
  if (url === undefined) return undefined;
  refuseKeys(reader, map, ['args', 'env', 'cwd'], 'command');
  const fault = urlFault(url, 'any');
  if (fault !== undefined) reader.fault(reader.placeOf(map, 'url'), memberPath(map.path, 'url'), fault.message, fault.expected);
  const headers = reader.secrets(map, 'headers', headerNames, 'name of a header');
  return Object.freeze({ kind: 'http', url, ...given({ headers }), ...limits });
}

function readLimits(reader: NodeReader, map: Section): Pick<UpstreamConfig, 'timeoutMs' | 'startTimeoutMs' | 'maxMessageBytes' | 'prefix'> {
  const named = reader.text(map, 'prefix');
  if (named !== undefined && !prefix.test(named)) reader.fault(reader.placeOf(map, 'prefix'), memberPath(map.path, 'prefix'), 'it is no prefix', '1 to 32 of a-z, A-Z, 0-9, _ and -');
  return given({
    timeoutMs: reader.whole(map, 'timeout_ms', 1, longestMs),
    startTimeoutMs: reader.whole(map, 'start_timeout_ms', 1, longestMs),
    maxMessageBytes: reader.whole(map, 'max_message_bytes', 1_024, 1_073_741_824),
    prefix: named,
  });
}

function refuseKeys(reader: NodeReader, map: Section, keys: readonly string[], belongsTo: string): void {
  for (const key of keys) {
    const entry = map.node.entries.get(key);
    if (entry !== undefined) reader.fault(entry.keyPlace, memberPath(map.path, key), `it goes with ${belongsTo} only`);
  }
}

function refuseOldTransport(reader: NodeReader, map: Section): void {
  for (const key of ['type', 'transport']) {
    const kind = reader.text(map, key);
    if (kind === 'sse') reader.fault(reader.placeOf(map, key), memberPath(map.path, key), 'the transport HTTP+SSE of 2024 is not spoken', 'a url of streamable HTTP');
  }
}

/** Without the members that nobody gave. */
export function given<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T; // what is left out was undefined, which T allows
}

export function from(folder: string, path: string): string {
  return isAbsolute(path) ? path : resolve(folder, path);
}
