import { describe, expect, it } from '@jest/globals';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import { serveStdio } from './serve-stdio.js';
import { initialize, WhoAmI } from './serve.test.kit.js';

/** The first messages that are written. */
async function linesOf(output: Readable, count: number): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: output })) {
    lines.push(JSON.parse(line));
    if (lines.length === count) break;
  }
  return lines;
}

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

  it.each([
    ['larger than it may be', { ...initialize, id: 7, params: { text: 'x'.repeat(5_000) } }, 'a message of 50'],
    ['with parameters that are a list', { jsonrpc: '2.0', id: 7, method: 'tools/list', params: [] }, 'no message of JSON-RPC 2.0'],
  ])('answers a request %s with an error, says so, and goes on', async (_what, request, why) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const log: string[] = [];
    const { closed } = serveStdio(new WhoAmI(), { input, output, maxMessageBytes: 1_000, logger: { log: (_level, message) => { log.push(message); } } });
    const answers = linesOf(output, 2);
    input.end(`${JSON.stringify(request)}\n${JSON.stringify(initialize)}\n`);

    expect(await answers).toEqual([
      expect.objectContaining({ id: 7, error: expect.objectContaining({ code: -32_600, message: expect.stringContaining(why) as unknown }) as unknown }),
      expect.objectContaining({ id: 1, result: expect.anything() as unknown }),
    ]);
    expect(log).toEqual([expect.stringContaining(why)]);
    await closed;
  });

  it('answers what is under way when the input ends, and ends then', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const source = new WhoAmI();
    const { closed } = serveStdio(source, { input, output });
    const answers = linesOf(output, 2);
    input.end([initialize, { jsonrpc: '2.0', method: 'notifications/initialized' }, { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'later' } }].map((message) => `${JSON.stringify(message)}\n`).join(''));
    await source.called;
    source.release();

    expect(await answers).toEqual([expect.objectContaining({ id: 1 }), expect.objectContaining({ id: 2, result: expect.anything() as unknown })]);
    await closed;
  });

  it('ends without an answer that does not come', async () => {
    const input = new PassThrough();
    const { closed } = serveStdio(new WhoAmI(), { input, output: new PassThrough(), drainMs: 1 });
    input.end([initialize, { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'later' } }].map((message) => `${JSON.stringify(message)}\n`).join(''));

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
