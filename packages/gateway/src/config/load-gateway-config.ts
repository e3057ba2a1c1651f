import { EnforceCoreError, readSmallFile, readYamlDocument, type PolicyIssue } from '@enforcecore/core';
import { dirname, join, resolve } from 'node:path';
import { GatewayConfigError } from './config-error.js';
import type { Environment } from './fill-in.js';
import type { GatewayConfig, PassRules, UpstreamConfig } from './gateway-config.js';
import { memberPath, NodeReader, type Section } from './node-reader.js';
import { readServe } from './read-serve.js';
import { from, given, readServers } from './read-servers.js';

const rootKeys = ['servers', 'mcpServers', 'policy', 'serve', 'pass', 'pins', 'audit'] as const;
const passWords = ['allow', 'deny'] as const;
const methodName = /^[\w$.:-]{1,64}(?:\/[\w$.:-]{1,64}){0,7}$/;
const mostBytes = 1_048_576;
export const defaultPinFile = 'gateway.pins.json';
/** Beside the file: clients start a gateway in folders of their own, where a trail would be in as many places. */
const defaultTrail = 'audit_logs';

export interface LoadOptions {
  /** Where `${NAME}` is looked up, and whether `ENFORCECORE_AUDIT_PATH` is set; the variables of the process by default. */
  readonly env?: Environment | undefined;
}

/**
 * Reads `gateway.yaml`, or the same as JSON. Paths in it are from its folder on.
 *
 * @throws GatewayConfigError code `GATEWAY` with every fault and its place; values are in none.
 */
export function loadGatewayConfig(file: string, { env = process.env }: LoadOptions = {}): GatewayConfig {
  return readGatewayConfig(textOf(file), file, { env });
}

/** The same from text; `file` is for messages, and its folder for paths. */
export function readGatewayConfig(text: string, file: string, { env = process.env }: LoadOptions = {}): GatewayConfig {
  const { document, issues: found } = readYamlDocument(text, file);
  // The reader is that of policies too, and says so of an empty file.
  const issues: PolicyIssue[] = found.map((issue) => (issue.expected === 'a policy with at least a name' ? { ...issue, expected: 'servers and a policy' } : issue));
  const reader = new NodeReader(file, env, issues);
  const root = document === undefined ? undefined : reader.map(document, '', rootKeys);
  const config = root === undefined ? undefined : configOf(reader, root, dirname(resolve(file)), env);
  if (config === undefined || issues.length > 0) throw new GatewayConfigError(issues);
  return config;
}

function configOf(reader: NodeReader, root: Section, folder: string, env: Environment): GatewayConfig | undefined {
  const upstreams = serversOf(reader, root, folder, env);
  const policy = reader.text(root, 'policy');
  if (!root.node.entries.has('policy')) reader.fault(root.node.place, '', 'the key policy is missing', 'the file of a policy');
  const pins = reader.section(root, 'pins', ['file', 'pin_new']);
  const audit = reader.section(root, 'audit', ['path']);
  const pinFile = pins === undefined ? undefined : reader.text(pins, 'file');
  const auditPath = audit === undefined ? undefined : reader.text(audit, 'path');
  const serve = readServe(reader, root);
  const pass = readPass(reader, root);
  if (upstreams === undefined || policy === undefined) return undefined;
  return Object.freeze({
    upstreams,
    policy: from(folder, policy),
    serve,
    pass,
    pinFile: pinFile === undefined ? join(folder, defaultPinFile) : from(folder, pinFile),
    pinNew: (pins === undefined ? undefined : reader.flag(pins, 'pin_new')) ?? true,
    ...given({ auditPath: trailOf(folder, auditPath, env) }),
  });
}

/** `undefined` where the environment says it, which holds for all that enforces there. */
function trailOf(folder: string, path: string | undefined, env: Environment): string | undefined {
  if (path !== undefined) return from(folder, path);
  return (env['ENFORCECORE_AUDIT_PATH'] ?? '') === '' ? join(folder, defaultTrail) : undefined;
}

function serversOf(reader: NodeReader, root: Section, folder: string, env: Environment): Readonly<Record<string, UpstreamConfig>> | undefined {
  const ours = root.node.entries.get('servers');
  const clients = reader.section(root, 'mcpServers');
  if ((ours === undefined) === !root.node.entries.has('mcpServers')) {
    reader.fault(root.node.place, '', ours === undefined ? 'there are no servers' : 'there are both servers and mcpServers', 'one of servers and mcpServers');
    return undefined;
  }
  if (clients !== undefined) return readServers(reader, clients, 'clients', folder);
  if (ours?.node.kind === 'scalar') return serversOfFile(reader, root, folder, env);
  const map = reader.section(root, 'servers');
  return map === undefined ? undefined : readServers(reader, map, 'ours', folder);
}

/** `servers: claude_desktop_config.json`: what else stands in the client's file is the client's. */
function serversOfFile(reader: NodeReader, root: Section, folder: string, env: Environment): Readonly<Record<string, UpstreamConfig>> | undefined {
  const named = reader.text(root, 'servers');
  if (named === undefined) return undefined;
  const file = from(folder, named);
  const { document, issues } = readYamlDocument(textOf(file), file);
  reader.issues.push(...issues);
  const other = new NodeReader(file, env, reader.issues);
  const map = document === undefined ? undefined : other.map(document, '');
  const servers = map === undefined ? undefined : other.section(map, 'mcpServers');
  if (map !== undefined && !map.node.entries.has('mcpServers')) other.fault(map.node.place, '', 'the key mcpServers is missing');
  return servers === undefined ? undefined : readServers(other, servers, 'clients', dirname(file));
}

export const nothingPasses: PassRules = Object.freeze({ sampling: 'deny', elicitation: 'deny', roots: 'deny', methods: Object.freeze({}) });

function readPass(reader: NodeReader, root: Section): PassRules {
  const map = reader.section(root, 'pass', ['sampling', 'elicitation', 'roots', 'methods']);
  if (map === undefined) return nothingPasses;
  const methods = reader.section(map, 'methods');
  const pairs = [...(methods?.node.entries ?? [])].flatMap(([name, { keyPlace }]) => {
    if (methods === undefined) return [];
    if (!methodName.test(name)) reader.fault(keyPlace, memberPath(methods.path, name), 'it is no name of a method', 'vendor/thing');
    const rule = reader.word(methods, name, passWords);
    return rule === undefined ? [] : [[name, rule] as const];
  });
  return Object.freeze({
    sampling: reader.word(map, 'sampling', passWords) ?? 'deny',
    elicitation: reader.word(map, 'elicitation', passWords) ?? 'deny',
    roots: reader.word(map, 'roots', passWords) ?? 'deny',
    methods: Object.freeze(Object.fromEntries(pairs)),
  });
}

function textOf(file: string): string {
  try {
    const text = readSmallFile(file, mostBytes);
    if (text !== undefined) return text;
  } catch (error) {
    throw new EnforceCoreError('GATEWAY', `the configuration ${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  throw new EnforceCoreError('GATEWAY', `the configuration ${file} cannot be read: there is no such file`);
}

function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return `the system answered ${error.code}`;
  return error instanceof Error ? error.message : 'an unknown reason';
}
