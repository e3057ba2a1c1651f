import { jest } from '@jest/globals';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer, type CallToolResult } from '@modelcontextprotocol/server';
import { Auditor, createContainer, Policy, type EnforceContainer } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';

export interface TestHouse {
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
  readonly ran: jest.Mock<(...args: unknown[]) => unknown>;
}

export const shopRules = {
  denied_tools: ['drop_*'],
  resource_limits: { max_call_duration_seconds: 5 },
  rate_limits: { per_tool: { limited: { max_calls: 1, window_seconds: 60 } } },
  pii_redaction: { enabled: true, categories: ['email'] },
};

export function testHouse(rules: object = shopRules): TestHouse {
  const container = createContainer({ policy: Policy.from({ name: 'shop', rules }), environment: {} });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  return { container, auditor, ran: jest.fn<(...args: unknown[]) => unknown>(() => 'done') };
}

export function newServer(): McpServer {
  return new McpServer({ name: 'shop', version: '1.0.0' });
}

/** The SDK's own client, connected to a server in this process. */
export async function connected(server: { connect(transport: InMemoryTransport): Promise<void> }): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(near);
  return client;
}

export function textOf(result: unknown): string {
  const { content } = result as CallToolResult; // what callTool resolves to
  return content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('');
}

/** Waits for what happens by itself; a test that waits in vain ends by its own time limit. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 2));
}
