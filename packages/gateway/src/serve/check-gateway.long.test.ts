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

  it('says what is held, and which server does not answer, by the names that policies see', () =>
    inAFolder(async (folder) => {
      await new FilePinStore({ path: join(folder, 'gateway.pins.json') }).judge('desk', [{ name: 'greet', description: 'other', inputSchema: {} }]);

      const servers = await check(folder, { desk, broken: { command: process.execPath, args: ['-e', 'process.exit(3)'], start_timeout_ms: 2_000 } }, ['desk.*']);

      expect(servers.map(({ name, state }) => [name, state === 'ready'])).toEqual([['desk', true], ['broken', false]]);
      expect(servers[0]?.tools.map(({ shownAs, fate }) => `${shownAs} ${fate}`).sort()).toEqual(['desk.delete_customer listed', 'desk.find_customer listed', 'desk.greet held']);
    }));
});
