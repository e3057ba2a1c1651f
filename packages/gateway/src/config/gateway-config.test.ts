import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandConfig } from './command-config.js';
import { GatewayConfigError } from './config-error.js';
import type { GatewayConfig } from './gateway-config.js';
import { loadGatewayConfig, readGatewayConfig } from './load-gateway-config.js';

const env = { TOKEN: 'a-secret-of-4711-bytes', EMPTY: '', NESTED: '${TOKEN}' };
const read = (text: string): GatewayConfig => readGatewayConfig(text, '/srv/gateway.yaml', { env });
const servers = 'servers: { files: { command: node, args: [server.js] } }\n';
const least = `${servers}policy: policy.yaml\n`;

/** Every fault as `line:column path: message`. */
function faults(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof GatewayConfigError)) throw error;
    expect(error).toMatchObject({ code: 'GATEWAY' });
    return error.issues.map(({ line, column, path, message, nearest }) => `${String(line)}:${String(column)} ${path}: ${message}${nearest === undefined ? '' : ` (${nearest})`}`);
  }
  return [];
}

describe('the configuration of a gateway', () => {
  it('has defaults that let nothing pass and serve nobody else', () => {
    expect(read(least)).toEqual({
      upstreams: { files: { kind: 'stdio', command: 'node', args: ['server.js'], cwd: '/srv' } },
      policy: '/srv/policy.yaml',
      serve: { kind: 'stdio' },
      pass: { sampling: 'deny', elicitation: 'deny', roots: 'deny', methods: {} },
      pinFile: '/srv/gateway.pins.json',
      pinNew: true,
      auditPath: '/srv/audit_logs',
    });
    expect(read(`${least}serve: http\n`).serve).toMatchObject({ kind: 'http', host: '127.0.0.1', path: '/mcp', maxSessions: 100 });
  });

  it('starts servers and keeps the trail from its own folder on, wherever the gateway is started', () => {
    const said = read('servers: { files: { command: node, cwd: work } }\npolicy: p.yaml\naudit: { path: logs }\n');
    const byEnvironment = readGatewayConfig(least, '/srv/gateway.yaml', { env: { ENFORCECORE_AUDIT_PATH: '/var/log/agents' } });

    expect([said.upstreams['files'], said.auditPath]).toMatchObject([{ cwd: '/srv/work' }, '/srv/logs']);
    expect(byEnvironment.auditPath).toBeUndefined(); // the setting holds
  });

  it('leaves the working folder to a command that is given in one line', () => {
    const { upstreams, auditPath } = commandConfig({ policy: '/srv/policy.yaml', command: ['node', 'server.js'] });

    expect(upstreams['server']).toEqual({ kind: 'stdio', command: 'node', args: ['server.js'] });
    expect(auditPath).toBeUndefined();
  });

  it('is frozen to the bottom', () => {
    const config = read(`${least}serve: { origins: [https://a.example], auth: { tokens: { desk: "\${TOKEN}" } } }\n`);
    const walk = (value: unknown): boolean => typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(walk));

    expect(walk(config)).toBe(true);
  });

  it('is the same as JSON', () => {
    expect(read(JSON.stringify({ servers: { files: { command: 'node', args: ['server.js'] } }, policy: 'policy.yaml' }))).toEqual(read(least));
  });

  it('takes the servers of Claude Desktop and Cursor as they are', () => {
    const config = read(JSON.stringify({
      mcpServers: { 'My Files': { command: 'npx', args: ['-y', 'x'], env: { A: '1' } }, web: { type: 'http', url: 'https://mcp.example/mcp', headers: { 'X-Key': '${TOKEN}' } }, off: { command: 'x', disabled: true } }, policy: 'p.yaml',
    }));

    expect({ ...config.upstreams }).toEqual({
      'my-files': { kind: 'stdio', command: 'npx', args: ['-y', 'x'], env: { A: '1' }, cwd: '/srv' },
      web: { kind: 'http', url: 'https://mcp.example/mcp', headers: { 'X-Key': 'a-secret-of-4711-bytes' } },
    });
  });

  it.each(['gateway.yaml', 'http.yaml'])('reads %s of the sample', (name) => {
    const file = fileURLToPath(new URL(`../../../../samples/04-gateway/${name}`, import.meta.url));

    expect(loadGatewayConfig(file, { env: { EDITION: '1', FRONT_DESK_TOKEN: 'a-token-of-16-characters' } }).upstreams).toHaveProperty('hotel');
  });

  it('takes them from the file of the client too, whatever else is in it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'enforcecore-config-'));
    try {
      writeFileSync(join(folder, 'desktop.json'), '{"globalShortcut":"x","mcpServers":{"files":{"command":"node"}}}');
      writeFileSync(join(folder, 'gateway.yaml'), 'servers: desktop.json\npolicy: p.yaml\n');

      expect(Object.keys(loadGatewayConfig(join(folder, 'gateway.yaml')).upstreams)).toEqual(['files']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('fills in a variable once, and only in env, headers and tokens', () => {
    const { upstreams } = read('servers: { a: { command: node, args: ["$${TOKEN}"], env: { K: "x${TOKEN}", N: "${NESTED}", L: "$${TOKEN}" } } }\npolicy: p.yaml\n');

    expect(upstreams['a']).toMatchObject({ args: ['${TOKEN}'], env: { K: 'xa-secret-of-4711-bytes', N: '${TOKEN}', L: '${TOKEN}' } });
  });

  it.each([
    ['a misspelt key', `${least}polcy: x\n`, '3:1 polcy: unknown key (policy)'],
    ['a misspelt key of a server', 'servers: { a: { comand: x } }\npolicy: p\n', '1:17 servers.a.comand: unknown key (command)'],
    ['no policy', servers, '1:1 : the key policy is missing'],
    ['no server', 'servers: {}\npolicy: p\n', '1:10 servers: there is no server'],
    ['both forms of servers', `${least}mcpServers: { a: { command: x } }\n`, '1:1 : there are both servers and mcpServers'],
    ['neither command nor url', 'servers: { a: { env: {} } }\npolicy: p\n', '1:15 servers.a: it says neither command nor url'],
    ['both command and url', 'servers: { a: { command: x, url: "https://a" } }\npolicy: p\n', '1:15 servers.a: it says both command and url'],
    ['a name with capitals', 'servers: { Files: { command: x } }\npolicy: p\n', '1:12 servers.Files: it is no name of a server (files)'],
    ['a name that is __proto__', 'servers: { __proto__: { command: x } }\npolicy: p\n', '1:12 servers.__proto__: it is no name of a server (proto)'],
    ['two clients\' names that become one', 'mcpServers: { a b: { command: x }, a.b: { command: x } }\npolicy: p\n', '1:36 mcpServers."a.b": two servers would be called a-b'],
    ['a missing variable', 'servers: { a: { command: x, env: { K: "${GONE}" } } }\npolicy: p\n', '1:39 servers.a.env.K: the variable GONE is not set or empty'],
    ['an empty variable', 'servers: { a: { command: x, env: { K: "${EMPTY}" } } }\npolicy: p\n', '1:39 servers.a.env.K: the variable EMPTY is not set or empty'],
    ['a variable that is an inherited member', 'servers: { a: { command: x, env: { K: "${constructor}" } } }\npolicy: p\n', '1:39 servers.a.env.K: the variable constructor is not set or empty'],
    ['a variable among the arguments', 'servers: { a: { command: x, args: ["${TOKEN}"] } }\npolicy: p\n', '1:36 servers.a.args[0]: it has a ${NAME}, which is filled in only in env, headers and tokens'],
    ['a line break in a header', 'servers: { a: { url: "https://a", headers: { K: "a\\nX: b" } } }\npolicy: p\n', '1:49 servers.a.headers.K: it has a line break or a zero byte'],
    ['a password in an address', 'servers: { a: { url: "https://u:p@a" } }\npolicy: p\n', '1:22 servers.a.url: it has a user or a password in it'],
    ['another scheme', 'servers: { a: { url: "file:///etc/passwd" } }\npolicy: p\n', '1:22 servers.a.url: it is no address of the web'],
    ['the old transport', 'mcpServers: { a: { type: sse, url: "https://a" } }\npolicy: p\n', '1:26 mcpServers.a.type: the transport HTTP+SSE of 2024 is not spoken'],
    ['a host for others without auth', `${least}serve: { host: 0.0.0.0 }\n`, '3:16 serve.host: everybody who reaches this address could call tools'],
    ['auth that lets nobody in', `${least}serve: { auth: {} }\n`, '3:16 serve.auth: it lets nobody in'],
    ['a short token', `${least}serve: { auth: { tokens: { a: short } } }\n`, '3:26 serve.auth.tokens.a: it is no token'],
    ['two clients with one token', `${least}serve: { auth: { tokens: { a: "\${TOKEN}", b: "\${TOKEN}" } } }\n`, '3:26 serve.auth.tokens: two clients have the same token'],
    ['an issuer in the clear', `${least}serve: { auth: { oauth: { issuer: "http://a.example", audience: "https://g", jwks_url: "https://a/k" } } }\n`, '3:35 serve.auth.oauth.issuer: it is not encrypted'],
    ['an origin that is none', `${least}serve: { origins: ["https://*.example"] }\n`, '3:19 serve.origins: one of them is no origin'],
    ['a path that leads up', `${least}serve: { path: /a/../b }\n`, '3:16 serve.path: it is no path'],
    ['a rule that is none', `${least}pass: { sampling: maybe }\n`, '3:19 pass.sampling: got text of 5 characters'],
    ['a method that is none', `${least}pass: { methods: { "a b": allow } }\n`, '3:20 pass.methods."a b": it is no name of a method'],
    ['a rule of one letter', `${least}pass: { sampling: x }\n`, '3:19 pass.sampling: got text of 1 character'],
    ['a number that is too large', `${least}serve: { port: 70000 }\n`, '3:16 serve.port: got a number'],
    ['a list as a whole', '- a\n', '1:1 : got a list of 1'],
  ])('refuses %s and says where', (_what, text, fault) => {
    expect(faults(text)).toContain(fault);
  });

  it.each(['', '{', 'a: &x [*x]', '['.repeat(50_000), 'a: !!js/function x', '\u0000', 'servers: 3\npolicy: 4\nserve: []\npins: x\naudit: 1\npass: null\n'])('ends hostile text %# in a typed error', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'GATEWAY' }));
  });

  it('says of an empty file what a gateway needs', () => {
    expect(() => read('# nothing\n')).toThrow(/the file is empty, expected servers and a policy/);
  });

  it('repeats no value in a message: it may be a secret', () => {
    const text = 'servers: { a: { command: 4711, args: s-4711, env: { K: [s-4711] }, prefix: "s-4711!" } }\npolicy: [s-4711]\nserve: { auth: { tokens: { a: s-4711 } }, host: "s 4711" }\n';

    expect(() => read(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('4711') as unknown }));
  });

  it('says with a typed error that a file is not there, or no file', () => {
    for (const path of ['/nowhere/gateway.yaml', '/']) expect(() => loadGatewayConfig(path)).toThrow(expect.objectContaining({ code: 'GATEWAY' }));
  });
});

describe('one line around a command', () => {
  it.each([
    [['npx', '-y', '@modelcontextprotocol/server-filesystem@1.2.3', '/srv'], 'server-filesystem'],
    [['uvx', 'mcp-server-git'], 'mcp-server-git'],
    [['node', './build/my.server.mjs'], 'my-server'],
    [['C:\\tools\\desk.exe'], 'desk'],
    [['docker', 'run', '-i', '--rm', '-e', 'TOKEN', 'ghcr.io/github/github-mcp-server:1.2'], 'github-mcp-server'],
    [['uv', '--directory', '/srv/secret', 'run', 'python', '-m', 'mcp_desk'], 'mcp-desk'],
    [['npx', '--registry', 'https://s3cr3t@npm.example', '-p', 's3cr3t', 'desk@1'], 'desk'],
    [['cmd', '/c', 'npx', '-y', 'desk'], 'desk'],
    [['C:\\Program Files\\nodejs\\node.exe', 'desk.js'], 'desk'],
  ])('names the server of %j without its version', (command, name) => {
    const { upstreams, pinFile } = commandConfig({ policy: '/srv/policy.yaml', command });

    expect([Object.keys(upstreams), pinFile]).toEqual([[name], '/srv/gateway.pins.json']);
  });

  it.each([
    [['docker', 'run', '-e', 'TOKEN=s3cr3t', 'image'], 'image'],
    [['docker', 'run', '-eTOKEN=s3cr3t', '--env=A=s3cr3t', 'image'], 'image'],
    [['docker', 'run', '--unheard-of', 's3cr3t', 'image'], 'server'],
    [['env', 'TOKEN=s3cr3t', 'desk'], 'server'],
    [['TOKEN=s3cr3t'], 'server'],
    [['desk --token s3cr3t'], 'server'],
    [['sh', '-c', 's3cr3t'], 'server'],
    [['node', '-e', 's3cr3t'], 'server'],
    [['uvx', '--from', 'git+https://s3cr3t@git.example/desk', 'desk'], 'desk'],
    [['npx', 'git+https://user:s3cr3t@git.example'], 'server'],
    [['npx'], 'server'],
    [['constructor', 's3cr3t'], 'constructor'],
  ])('makes no name of what may be a secret: %j', (command, name) => {
    expect(Object.keys(commandConfig({ policy: 'p.yaml', command }).upstreams)).toEqual([name]);
  });

  it.each([[[]], [['']], [['---']]])('refuses %j', (command) => {
    expect(() => commandConfig({ policy: 'p.yaml', command })).toThrow(expect.objectContaining({ code: 'GATEWAY' }));
  });
});
