import { describe, expect, it } from '@jest/globals';
import { createContainer, Policy } from '@enforcecore/core';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UpstreamConfig } from '../config/gateway-config.js';
import { FilePinStore } from '../pins/file-pin-store.js';
import { readGatewayConfig } from '../config/load-gateway-config.js';
import { checkGateway, type CheckedServer } from './check-gateway.js';

const server = fileURLToPath(new URL('../../interop/server.mjs', import.meta.url));
const desk = { command: process.execPath, args: [server] };

async function check(folder: string, servers: Readonly<Record<string, Partial<Record<keyof UpstreamConfig | 'command' | 'args' | 'start_timeout_ms', unknown>>>>, allowed: readonly string[]): Promise<readonly CheckedServer[]> {
  const config = readGatewayConfig(JSON.stringify({ servers, policy: 'unused.yaml' }), join(folder, 'gateway.json'));
  const container = createContainer({ policy: Policy.from({ name: 'p', rules: { allowed_tools: [...allowed] } }), environment: {}, settings: { auditEnabled: false } });
  try {
    return await checkGateway({ config, container, logger: { log: () => undefined } });
  } finally {
    await container.close();
  }
}

async function inAFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'enforcecore-check-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A server in a few lines, whose tools are these; it refuses to list where there are none. */
function listing(...tools: readonly object[]): { readonly command: string; readonly args: readonly string[] } {
  const program = `
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method } = JSON.parse(line);
      const tools = ${JSON.stringify(tools)};
      if (id === undefined) return;
      const answers = { initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }, 'tools/list': tools.length === 0 ? undefined : { tools } };
      const answer = answers[method] === undefined ? { error: { code: -32603, message: 'no\\u202e list' } } : { result: answers[method] };
      process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\\n');
    });`;
  return { command: process.execPath, args: ['-e', program] };
}

describe('the check of a gateway', () => {
  it('says which tools a client would see, and pins none', () =>
    inAFolder(async (folder) => {
      const servers = await check(folder, { desk }, ['greet']);

      expect(servers).toEqual([expect.objectContaining({ name: 'desk', state: 'ready' })]);
      expect(Object.fromEntries(servers.flatMap(({ tools }) => tools.map(({ name, fate, isNew }) => [name, `${fate} ${String(isNew)}`])))).toEqual({
        find_customer: 'hidden true', greet: 'listed true', delete_customer: 'hidden true',
      });
      expect(existsSync(join(folder, 'gateway.pins.json'))).toBe(false);
    }));

  it('says why a single server has no list, whether it refuses one or does not start', () =>
    inAFolder(async (folder) => {
      const refused = await check(folder, { desk: listing() }, ['*']);
      const gone = await check(folder, { desk: { command: '/nowhere/server', start_timeout_ms: 2_000 } }, ['*']);

      expect(refused).toEqual([{ name: 'desk', state: 'ready', tools: [], problem: expect.stringContaining('no\\u{202e} list') as unknown }]);
      expect(gone).toEqual([{ name: 'desk', state: expect.not.stringMatching('ready') as unknown, tools: [], problem: expect.stringContaining('desk') as unknown }]);
    }));

  it('says of a tool that is held for its form what is wrong with it', () =>
    inAFolder(async (folder) => {
      const inputSchema = { type: 'object' };
      const hidden = { type: 'object', properties: { 'a\u200b': {} } };
      const [server] = await check(folder, { desk: listing({ name: 'a:b', inputSchema }, { name: 'Read', inputSchema }, { name: 'read', inputSchema }, { name: 'hidden', inputSchema: hidden }, { name: 'fine', inputSchema }) }, ['*']);

      expect(server?.tools.map(({ name, fate, heldFor }) => [name, fate, heldFor])).toEqual([
        ['a:b', 'held', 'bad-name'], ['Read', 'held', 'twice'], ['read', 'held', 'twice'], ['hidden', 'held', 'hidden-characters'], ['fine', 'listed', undefined],
      ]);
    }));

  it('says what is held, and which server does not answer, by the names that policies see', () =>
    inAFolder(async (folder) => {
      await new FilePinStore({ path: join(folder, 'gateway.pins.json') }).judge('desk', [{ name: 'greet', description: 'other', inputSchema: {} }]);

      const servers = await check(folder, { desk, broken: { command: process.execPath, args: ['-e', 'process.exit(3)'], start_timeout_ms: 2_000 } }, ['desk.*']);

      expect(servers.map(({ name, state }) => [name, state === 'ready'])).toEqual([['desk', true], ['broken', false]]);
      expect(servers[0]?.tools.map(({ shownAs, fate }) => `${shownAs} ${fate}`).sort()).toEqual(['desk.delete_customer listed', 'desk.find_customer listed', 'desk.greet held']);
    }));
});
