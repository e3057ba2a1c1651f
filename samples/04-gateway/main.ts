import { Client } from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(`../../04-gateway/${name}`, import.meta.url));
const enforcecore = fileURLToPath(new URL('../../../packages/cli/bin/enforcecore.js', import.meta.url));
const config = here('gateway.yaml');

/** A client that starts the gateway as it would start the server. */
async function withClient(edition: string, body: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ name: 'sample', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [enforcecore, 'gateway', '--config', config], env: { ...getDefaultEnvironment(), EDITION: edition } }));
  try {
    await body(client);
  } finally {
    await client.close();
  }
}

async function list(client: Client): Promise<void> {
  console.log(`  listed: ${(await client.listTools()).tools.map(({ name }) => name).join(', ')}`);
}

async function call(client: Client, name: string): Promise<void> {
  const said = await client.callTool({ name, arguments: { name: 'Mira' } }).then(
    ({ content }) => content.map((part) => (part.type === 'text' ? part.text : part.type)).join(' '),
    (error: unknown) => (error instanceof Error ? error.message : 'refused'),
  );
  console.log(`  ${name}: ${said}`);
}

function approve(): void {
  const { stdout } = spawnSync(process.execPath, [enforcecore, 'gateway', 'approve', 'hotel', 'greet_guest', '--yes', '--config', config], { encoding: 'utf8', env: { ...process.env, EDITION: '2' } });
  console.log(stdout.trimEnd().replaceAll(/^/gm, '  '));
}

async function main(): Promise<void> {
  // The pins of the last run would know the second edition already.
  rmSync(fileURLToPath(new URL('../../../.demo/04-gateway/pins.json', import.meta.url)), { force: true });

  console.log('The first edition of the server: its tools are pinned as they are.');
  await withClient('1', async (client) => {
    await list(client);
    await call(client, 'greet_guest'); // Good evening, Mira
    await call(client, 'find_guest'); // Mira: <EMAIL>, <PHONE>, arrives on Friday
    await call(client, 'delete_guest'); // blocked by policy "hotel"
  });

  console.log('The second edition says something else of greet_guest: it is held.');
  await withClient('2', async (client) => {
    await list(client);
    await call(client, 'greet_guest');

    console.log('A person reads what has changed, and approves it while the gateway runs:');
    approve();
    await list(client);
    await call(client, 'greet_guest');
  });
  console.log('All calls are in .demo/04-gateway/trail.jsonl');
}

void main();
