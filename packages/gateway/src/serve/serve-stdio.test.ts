import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { serveStdio } from './serve-stdio.js';
import { initialize, WhoAmI } from './serve.test.kit.js';

describe('the gateway over standard input and output', () => {
  it('writes nothing but protocol, one message a line', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const serving = serveStdio(new WhoAmI(), { input, output, caller: { agent: 'desk' } });
    input.write(`${JSON.stringify(initialize)}\n`);

    const [line] = await new Promise<Buffer[]>((resolve) => { output.once('data', (piece: Buffer) => { resolve([piece]); }); });

    expect(JSON.parse(String(line))).toMatchObject({ jsonrpc: '2.0', id: 1, result: { serverInfo: { name: 'who' } } });
    await serving.close();
  });

  it('ends when its input ends', async () => {
    const input = new PassThrough();
    const { closed } = serveStdio(new WhoAmI(), { input, output: new PassThrough() });
    input.end();

    await expect(closed).resolves.toBeUndefined();
  });

  it('ends when nobody reads its output any more', async () => {
    const output = new PassThrough();
    const { closed } = serveStdio(new WhoAmI(), { input: new PassThrough(), output });
    output.destroy(new Error('EPIPE'));

    await expect(closed).resolves.toBeUndefined();
  });

  it('ends when a message is larger than it may be', async () => {
    const input = new PassThrough();
    const { closed } = serveStdio(new WhoAmI(), { input, output: new PassThrough(), maxMessageBytes: 1_000 });
    input.write('x'.repeat(5_000));

    await expect(closed).resolves.toBeUndefined();
  });

  it('logs what it does not understand without repeating it', async () => {
    const input = new PassThrough();
    const lines: string[] = [];
    const { closed } = serveStdio(new WhoAmI(), { input, output: new PassThrough(), logger: { log: (...line) => { lines.push(JSON.stringify(line)); } } });
    input.write('{"jsonrpc":"2.0","secret-4711":\n');
    input.end();
    await closed;

    expect(lines.join('')).not.toContain('4711');
  });
});
