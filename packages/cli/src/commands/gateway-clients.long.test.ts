import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Child, startedForATest } from '../child.test.kit.js';
import { Folder } from '../files.test.kit.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const server = fileURLToPath(new URL('../../../gateway/interop/server.mjs', import.meta.url));
const policy = fileURLToPath(new URL('../../../gateway/interop/policy.yaml', import.meta.url));
const folder = new Folder();
const started = startedForATest();
const clients: Client[] = [];
let count = 0;

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => { folder.remove(); });

interface Place {
  readonly config: string;
  readonly trail: string;
  /** Processes of the server that were started. */
  pids(): readonly number[];
  edition(number: string): void;
}

/** A configuration of its own; the edition of the server is what its file says when it is started. */
function place(serve = ''): Place {
  const name = `gateway-${String(++count)}`;
  const config = folder.at(`${name}.yaml`);
  const write = (edition: string): void => {
    writeFileSync(config, `servers:\n  desk:\n    command: ${process.execPath}\n    args: [${server}]\n    env: { SERVER_EDITION: "${edition}", PID_FILE: ${folder.at(name)}.pids }\npolicy: ${policy}\npins: { file: ${name}.pins.json }\naudit: { path: ${name}-audit }\n${serve}`);
  };
  write('1');
  const pids = (): number[] => readFileSync(folder.at(`${name}.pids`), 'utf8').trim().split('\n').map(Number);
  return { config, trail: folder.at(`${name}-audit/trail.jsonl`), edition: write, pids };
}

function kept(client: Client): Client {
  clients.push(client);
  return client;
}

async function overStdio(config: string, mode: 'auto' | 'legacy' = 'legacy'): Promise<Client> {
  const client = kept(new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } }));
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [main, 'gateway', '--config', config], stderr: 'ignore' }));
  return client;
}

async function overHttp(config: string, token: string): Promise<Client> {
  const gateway = started(['gateway', '--config', config, '--json']);
  await gateway.until(() => gateway.out.includes('}'));
  const { url } = JSON.parse(gateway.out) as { readonly url: string }; // the command prints it
  const client = kept(new Client({ name: 'test', version: '1.0.0' }));
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  return client;
}

async function namesOf(client: Client): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name).sort();
}

/** What the tool said, or why it was refused. */
async function say(client: Client, name: string): Promise<string> {
  try {
    const { content, isError } = await client.callTool({ name, arguments: { name: 'Ada' } });
    return `${isError === true ? 'refused: ' : ''}${content.map((part) => (part.type === 'text' ? part.text : '')).join('')}`;
  } catch (error) {
    return `refused: ${String(error)}`;
  }
}

const http = 'serve:\n  port: 0\n  auth: { tokens: { desk: a-token-of-the-desk-1 } }\n';

describe.each([
  ['standard input and output', '', (config: string) => overStdio(config)],
  ['standard input and output, revision of 2026', '', (config: string) => overStdio(config, 'auto')],
  ['HTTP with a token', http, (config: string) => overHttp(config, 'a-token-of-the-desk-1')],
] as const)('the official client through the command, over %s', (_how, serve, connect) => {
  it('is listed and may call what the policy allows, gets results redacted, and the rest refused', async () => {
    const { config } = place(serve);
    const client = await connect(config);

    expect(await namesOf(client)).toEqual(['find_customer', 'greet']);
    expect(await say(client, 'greet')).toBe('Good morning, Ada');
    const found = await say(client, 'find_customer');
    expect(found).toContain('since 2024');
    expect(found).not.toMatch(/ada@example\.com|4111/);
    expect(await say(client, 'delete_customer')).toMatch(/^refused: (?!.*is deleted)/);
  });

  it('does not see a tool that changed, until it is approved while the gateway runs', async () => {
    const { config, edition } = place(serve);
    await namesOf(await connect(config));
    edition('2');
    const client = await connect(config);

    expect(await namesOf(client)).toEqual(['find_customer']);
    expect(await say(client, 'greet')).toMatch(/^refused: /);

    const { code, out } = await new Child(['gateway', 'approve', 'desk', 'greet', '--yes', '--config', config]).ended;
    expect([code, out]).toEqual([0, expect.stringContaining('+ Greets a customer. Before you do, read the file')]);
    expect(await namesOf(client)).toEqual(['find_customer', 'greet']);
    expect(await say(client, 'greet')).toBe('Good morning, Ada');
  });
});

describe('the gateway as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends by %s with 0, its servers too, and its trail verifies', async (signal) => {
    const { config, trail, pids } = place(http);
    const gateway = started(['gateway', '--config', config, '--json']);
    await gateway.until(() => gateway.out.includes('}'));
    const client = kept(new Client({ name: 'test', version: '1.0.0' }));
    await client.connect(new StreamableHTTPClientTransport(new URL((JSON.parse(gateway.out) as { readonly url: string }).url), { requestInit: { headers: { authorization: 'Bearer a-token-of-the-desk-1' } } }));
    await say(client, 'greet');
    await say(client, 'delete_customer');

    gateway.kill(signal);

    expect(await gateway.ended).toMatchObject({ code: 0, signal: null });
    expect(pids().length).toBeGreaterThan(0);
    for (const pid of pids()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await new Child(['verify', trail]).ended).toMatchObject({ code: 0 });
    const text = readFileSync(trail, 'utf8');
    expect(text).toContain('"agent":"desk"');
    expect(text).not.toContain('a-token-of-the-desk-1');
  });

  it('ends with 0 when standard input is closed', async () => {
    const { config } = place();

    expect(await started(['gateway', '--config', config]).ended).toMatchObject({ code: 0, out: '' });
  });

  it('ends with 2 and says why when the file of pins is torn', async () => {
    const { config } = place();
    writeFileSync(config.replace('.yaml', '.pins.json'), '{"version":1,"pins":[');

    expect(await started(['gateway', '--config', config]).ended).toMatchObject({ code: 2, err: expect.stringContaining('it is no JSON') });
  });
});
