import { Client, InMemoryTransport as ClientMemory, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.js';
import { summarise, type Stats } from '../stats.js';
import { echoPath, gatewayBefore } from './gateway-before.js';
import { echoServer } from './echo-server.js';

const usage = `usage: node benchmarks/dist/gateway/main.js [--quick] [--json]

A call of an echo tool with the SDK's client: to the server, and to the gateway before it, side by side in one run.
The gateway's policy has an allow list, an argument rule and redaction both ways; its trail is on disk.
`;

interface Way {
  readonly name: string;
  readonly client: Client;
  close(): Promise<void>;
}

async function connected(name: string, transport: Transport, close: () => Promise<void> = () => Promise.resolve()): Promise<Way> {
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(transport);
  // As clients do; it also lets the SDK know of the tool.
  await client.listTools();
  return {
    name,
    client,
    async close() {
      await client.close();
      await close();
    },
  };
}

async function inMemory(): Promise<Way> {
  const [near, far] = ClientMemory.createLinkedPair();
  await echoServer().connect(far);
  return connected('in memory, direct', near);
}

async function inMemoryGateway(folder: string): Promise<Way> {
  const [near, far] = ClientMemory.createLinkedPair();
  const gateway = await gatewayBefore(folder, () => {
    const [up, down] = InMemoryTransport.createLinkedPair();
    void echoServer().connect(down);
    return up;
  });
  await gateway.server.connect(far);
  return connected('in memory, gateway', near, () => gateway.close());
}

const child = (path: string, ...args: string[]): Transport => new StdioClientTransport({ command: process.execPath, args: [path, ...args], stderr: 'ignore' });

async function halfGateway(folder: string): Promise<Way> {
  const [near, far] = ClientMemory.createLinkedPair();
  const gateway = await gatewayBefore(folder);
  await gateway.server.connect(far);
  return connected('stdio, gateway in the client', near, () => gateway.close());
}

async function measure(ways: readonly Way[], rounds: number, calls: number): Promise<ReadonlyMap<string, Stats>> {
  const samples = new Map<string, Float64Array[]>(ways.map(({ name }) => [name, []]));
  // The first rounds are for the compilers, and are thrown away.
  for (let round = -2; round < rounds; round += 1) {
    for (const { name, client } of ways) {
      const times = new Float64Array(calls);
      for (let i = 0; i < calls; i += 1) {
        const begun = performance.now();
        await client.callTool({ name: 'echo', arguments: { text: `order ${i} is on its way to the customer` } });
        times[i] = (performance.now() - begun) * 1_000;
      }
      if (round >= 0) samples.get(name)?.push(times);
    }
  }
  return new Map([...samples].map(([name, all]) => [name, summarise(all)]));
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } } });
if (values.help === true) {
  process.stdout.write(usage);
} else {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
  const ways = [
    await inMemory(),
    await inMemoryGateway(join(folder, 'a')),
    await connected('stdio, direct', child(echoPath)),
    await halfGateway(join(folder, 'b')),
    await connected('stdio, gateway in a process', child(fileURLToPath(new URL('gateway-process.js', import.meta.url)), join(folder, 'c'))),
  ];
  try {
    const figures = await measure(ways, values.quick === true ? 2 : 10, values.quick === true ? 100 : 500);
    if (values.json === true) process.stdout.write(`${JSON.stringify({ machine: describeMachine(), figures: Object.fromEntries(figures) }, undefined, 2)}\n`);
    else print(figures);
  } finally {
    for (const way of ways) await way.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function print(figures: ReadonlyMap<string, Stats>): void {
  const direct = (name: string): Stats | undefined => figures.get(name.startsWith('stdio') ? 'stdio, direct' : 'in memory, direct');
  process.stdout.write(`${JSON.stringify(describeMachine())}\n\n| way | p50 us | p99 us | quietest round p50 us | over direct, p50 us | over direct, quietest round us |\n|---|---:|---:|---:|---:|---:|\n`);
  for (const [name, stats] of figures) {
    const base = direct(name);
    const over = (key: 'p50_us' | 'best_round_p50_us'): string => (base === undefined || base === stats ? '' : String(Math.round(stats[key] - base[key])));
    process.stdout.write(`| ${name} | ${Math.round(stats.p50_us)} | ${Math.round(stats.p99_us)} | ${Math.round(stats.best_round_p50_us)} | ${over('p50_us')} | ${over('best_round_p50_us')} |\n`);
  }
}
