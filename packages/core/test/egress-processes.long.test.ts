import { afterEach, describe, expect, it } from '@jest/globals';
import child from 'node:child_process';
import http from 'node:http';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import workers from 'node:worker_threads';
import { closeServers, listening, loopback, serve, toolWith } from './egress.test.kit.js';

afterEach(closeServers);

const fixture = fileURLToPath(new URL('fixtures/egress/', import.meta.url));

/** What a program writes that is run with this source. */
async function run(source: string): Promise<string> {
  const { stdout } = await promisify(child.execFile)(process.execPath, ['-e', source]);
  return stdout.trim();
}

/** Asks over HTTP by way of `http_proxy`, as programs do, and writes the status. */
const asksFor = (url: string): string => `
  const proxy = new URL(process.env.http_proxy);
  let text = '';
  const socket = require('node:net').connect(proxy.port, proxy.hostname, () => socket.write('GET ${url} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n'));
  socket.on('data', (chunk) => (text += chunk)).on('end', () => console.log(text.slice(9, 12)));`;

describe('what a tool starts', () => {
  it('is refused where the policy does not speak of it', async () => {
    const tool = toolWith({ allowed_domains: ['localhost'], ...loopback });
    const reason = 'rules.network.child_processes is deny';
    const attempts: (() => unknown)[] = [
      () => child.spawn('true'),
      () => child.spawnSync('true'),
      () => child.exec('true'),
      () => child.execSync('true'),
      () => child.execFile('true'),
      () => child.execFileSync('true'),
      () => child.fork('nowhere.mjs'),
      () => promisify(child.exec)('true'),
      () => new workers.Worker('1', { eval: true }),
      () => Reflect.construct(workers.Worker.prototype.constructor, ['1', { eval: true }]) as unknown,
      () => module.register('data:text/javascript,'),
      // Arguments that Node refuses, should they come so far: it would be the end of this process.
      ...('execve' in process ? [() => (process as unknown as { execve(file: unknown): void }).execve(1)] : []),
    ];

    for (const attempt of attempts) await expect(tool.run(attempt)).rejects.toMatchObject({ code: 'DOMAIN_DENIED', reason });
    expect(tool.reasons()).toEqual(attempts.map(() => reason));
  });

  it('is left alone where the policy allows it', async () => {
    const tool = toolWith({ allowed_domains: [], child_processes: 'allow' });

    await expect(tool.run(() => run('console.log(process.env.http_proxy)'))).resolves.toBe('undefined');
    expect(tool.run(() => child.execFileSync(process.execPath, ['-e', '']).length)).toBeInstanceOf(Promise);
  });

  it('is left alone in no enforced call', async () => {
    const worker = new workers.Worker('', { eval: true });
    await new Promise((resolve) => worker.on('exit', resolve));

    await expect(run('console.log(1)')).resolves.toBe('1');
    expect(worker).toBeInstanceOf(workers.Worker);
  });

  it('is given a proxy that lets through what the policy does, and notes what it does not', async () => {
    const port = await serve();
    const tool = toolWith({ allowed_domains: ['127.0.0.1'], child_processes: 'proxy' });

    const answers = await tool.run(() =>
      Promise.all([
        run(asksFor(`http://127.0.0.1:${port}/`)),
        run(asksFor(`http://localhost:${port}/`)),
        run('console.log(process.env.NO_PROXY, process.env.HTTPS_PROXY === process.env.http_proxy)'),
      ]),
    );

    expect(answers).toEqual(['200', '403', 'true']);
    expect(tool.reasons()).toEqual(['host is not in rules.network.allowed_domains']);
  });

  it('has a proxy of its own, which goes when it ends', async () => {
    const tool = toolWith({ allowed_domains: ['localhost'], ...loopback, child_processes: 'proxy' });
    const seen = await tool.run(() => run('console.log(process.env.http_proxy)'));

    const { port } = new URL(seen);
    const refused = new Promise((resolve, reject) => http.get({ host: '127.0.0.1', port }, resolve).on('error', reject));

    await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('cannot wait for a proxy, or be kept to one, everywhere', async () => {
    const tool = toolWith({ allowed_domains: [], child_processes: 'proxy' });

    await expect(tool.run(() => child.spawnSync('true'))).rejects.toMatchObject({ reason: expect.stringContaining('use spawn or execFile') });
    await expect(tool.run(() => new workers.Worker('1', { eval: true }))).rejects.toMatchObject({ reason: expect.stringContaining('a worker cannot be kept to a proxy') });
  });
});

describe('a process of its own', () => {
  it('has the refusal itself as the cause of what fetch throws, and holds named imports and two copies of the package to the rules', async () => {
    const port = await listening(http.createServer((_request, response) => response.end('ok')));

    const { stdout } = await promisify(child.execFile)(process.execPath, ['--preserve-symlinks', `${fixture}named-imports.mjs`, String(port)]);

    expect(JSON.parse(stdout)).toEqual({
      outside: 'ok',
      fetch: 'DomainDeniedError',
      lookup: 'DomainDeniedError',
      lookupPromise: 'DomainDeniedError',
      get: 'DomainDeniedError',
      captured: 'DomainDeniedError',
      spawn: 'DomainDeniedError',
      session: 'DomainDeniedError',
      keptSession: 'DomainDeniedError',
      second: 'DomainDeniedError',
      looks: true,
      stdout: process.version,
    });
  });
});
