import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { Clock, currentCall, enforce, Redactor, type EnforceContainer } from '../src/index.js';
import { FakeClock } from '../src/testing/index.js';
import { errorOf, houseWith } from './kit.js';

const redacting = { pii_redaction: { categories: ['email'] } };

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks;
}

function streamOf(container: EnforceContainer, chunks: readonly unknown[]): () => AsyncGenerator {
  return enforce(async function* stream() {
    for (const chunk of chunks) {
      await Promise.resolve();
      yield chunk;
    }
  }, { container });
}

describe('a streamed result', () => {
  it('is cleaned however its text is cut', async () => {
    const text = 'write to ann@corp.io\nor bob.b@mail.example.org today\n';
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 8 }), async (cuts) => {
        const { container, auditor } = houseWith(redacting);
        const at = [0, ...[...cuts].sort((a, b) => a - b), text.length];
        const chunks = at.slice(1).map((end, i) => text.slice(at[i], end));

        const out = await collect(streamOf(container, chunks)());

        expect(out.join('')).toBe('write to <EMAIL>\nor <EMAIL> today\n');
        expect(auditor.entries).toMatchObject([{ outcome: 'ok', decision: 'redacted', output_redactions: 2 }]);
      }),
      { numRuns: 30 },
    );
  });

  it('lets text out before the stream has ended', async () => {
    const { container } = houseWith(redacting);
    const stream = streamOf(container, ['first line\n', 'second line\n', 'third'])();

    expect(await stream.next()).toEqual({ value: 'first line\n', done: false });
    await stream.return(undefined);
  });

  it('is held back whole by a redactor that knows no streams', async () => {
    const { container } = houseWith(redacting);
    container.rebind(Redactor).toConstantValue({
      redact: (text) => ({ text: text.replaceAll('secret', '*'), findings: [{ kind: 'pii', category: 'word', start: 0, end: 1 }] }),
    });

    expect(await collect(streamOf(container, ['a sec', 'ret\n', 'b'])())).toEqual(['a *\nb']);
  });

  it('is cleaned chunk by chunk where chunks are values, and in the text between them', async () => {
    const { container } = houseWith(redacting);

    const out = await collect(streamOf(container, ['ann@', 'corp.io', { to: 'bob@corp.io' }, 'bye'])());

    expect(out).toEqual(['<EMAIL>', { to: '<EMAIL>' }, 'bye']);
  });

  it('is cleaned as bytes, also inside a character', async () => {
    const { container } = houseWith(redacting);
    const bytes = Buffer.from('grüße an ann@corp.io');

    const out = await collect(streamOf(container, [bytes.subarray(0, 3), bytes.subarray(3, 15), bytes.subarray(15)])());

    expect(out.every((chunk) => Buffer.isBuffer(chunk))).toBe(true);
    expect(Buffer.concat(out as Buffer[]).toString()).toBe('grüße an <EMAIL>');
  });

  it('stays a ReadableStream, and its source is cancelled with it', async () => {
    const { container, auditor } = houseWith(redacting);
    const cancel = jest.fn<() => void>();
    const tool = enforce(() => new ReadableStream<string>({ pull(c) { c.enqueue('mail ann@corp.io\n'); }, cancel }), { container, tool: 'web' });

    const reader = tool().getReader();
    expect(await reader.read()).toEqual({ value: 'mail <EMAIL>\n', done: false });
    await reader.cancel();

    expect(cancel).toHaveBeenCalledTimes(1);
    expect(auditor.entries).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('stays a Node stream', async () => {
    const { container } = houseWith(redacting);
    const tool = enforce(() => Readable.from(['ann@corp.io\n', 'x']), { container, tool: 'node' });

    const stream = tool();

    expect(stream).toBeInstanceOf(Readable);
    expect((await collect(stream)).join('')).toBe('<EMAIL>\nx');
  });

  it('is followed when a promise resolves to it', async () => {
    const { container, auditor } = houseWith(redacting);
    const tool = enforce(async () => Promise.resolve(Readable.from(['ann@corp.io'])), { container, tool: 'later' });

    const stream = await tool();
    expect(auditor.entries).toHaveLength(0);
    expect(await collect(stream)).toEqual(['<EMAIL>']);
    expect(auditor.entries).toHaveLength(1);
  });

  it('is followed when it is a plain iterator', () => {
    const { container, auditor } = houseWith(redacting);
    const tool = enforce(() => ['a', 'ann@corp.io'].values(), { container, tool: 'iterator' });

    const iterator = tool();
    expect(auditor.entries).toHaveLength(0);
    expect([...iterator]).toEqual(['a', '<EMAIL>']);
    expect(auditor.entries).toHaveLength(1);
  });

  it('that never ends its line is withheld, with a reason, before it fills the memory', async () => {
    const { container, auditor } = houseWith(redacting);
    const tool = enforce(async function* endless() {
      for (;;) {
        await Promise.resolve();
        yield 'x'.repeat(64 * 1024);
      }
    }, { container });

    expect(await errorOf(() => collect(tool()))).toMatchObject({ code: 'OUTPUT_INVALID', message: expect.stringContaining('line') });
    expect(auditor.entries).toMatchObject([{ outcome: 'blocked' }]);
  });

  it('ends with an error when it grows over the limit, and the source is closed', async () => {
    const { container, auditor } = houseWith({ max_output_size_bytes: 10 });
    let closed = false;
    const tool = enforce(async function* big() {
      try {
        for (;;) {
          await Promise.resolve();
          yield 'xxxx';
        }
      } finally {
        closed = true;
      }
    }, { container });

    expect(await errorOf(() => collect(tool()))).toMatchObject({ code: 'OUTPUT_SIZE' });
    expect(closed).toBe(true);
    expect(auditor.entries).toMatchObject([{ outcome: 'blocked', violation_type: 'output_size' }]);
  });

  it('runs out of time between chunks', async () => {
    const { container, auditor } = houseWith({ resource_limits: { max_call_duration_seconds: 1 } });
    const clock = new FakeClock();
    container.rebind(Clock).toConstantValue(clock);
    let signal: AbortSignal | undefined;
    const tool = enforce(async function* slow() {
      signal = currentCall()?.signal;
      yield 'first';
      await new Promise(() => undefined);
    }, { container });

    const stream = tool();
    expect(await stream.next()).toEqual({ value: 'first', done: false });
    const second = errorOf(() => stream.next());
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);

    expect(await second).toMatchObject({ code: 'TIMEOUT' });
    expect(signal?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
    expect(auditor.entries).toMatchObject([{ outcome: 'timeout_unknown' }]);
  });

  it('stops an endless synchronous generator', () => {
    const { container, auditor } = houseWith({ resource_limits: { max_call_duration_seconds: 0.3 } });
    const tool = enforce(function* endless() {
      yield 1;
      for (;;);
    }, { container });

    const iterator = tool();
    iterator.next();

    expect(() => iterator.next()).toThrow(expect.objectContaining({ code: 'TIMEOUT' }));
    expect(auditor.entries).toMatchObject([{ outcome: 'timeout_killed' }]);
  });

  it("passes on a tool's error in the middle, once", async () => {
    const { container, auditor } = houseWith(redacting);
    const tool = enforce(async function* broken() {
      await Promise.resolve();
      yield 'a\n';
      throw new RangeError('mail ann@corp.io failed');
    }, { container });

    expect(await errorOf(() => collect(tool()))).toMatchObject({ name: 'RangeError', message: 'mail <EMAIL> failed' });
    expect(auditor.entries).toMatchObject([{ outcome: 'tool_error' }]);
  });

  it('is enforced at its first pull: a denied generator never starts', async () => {
    const { container, auditor } = houseWith({ denied_tools: ['gen'] });
    const body = jest.fn();
    const tool = enforce(async function* gen() {
      body();
      yield 1;
    }, { container });

    const stream = tool();
    expect(auditor.entries).toHaveLength(0);
    expect(await errorOf(() => stream.next())).toMatchObject({ code: 'TOOL_DENIED' });
    expect(body).not.toHaveBeenCalled();
  });

  it('knows its call in every pull', async () => {
    const { container } = houseWith();
    const tool = enforce(async function* aware() {
      yield currentCall()?.tool;
      await Promise.resolve();
      yield currentCall()?.tool;
    }, { container });

    expect(await collect(tool())).toEqual(['aware', 'aware']);
  });

  it('hands on what the consumer sends, and cleans what a generator returns', () => {
    const { container } = houseWith(redacting);
    const tool = enforce(function* talk(): Generator<string, string, string> {
      const answer = yield 'question';
      return `${answer} ann@corp.io`;
    }, { container });

    const iterator = tool();
    expect(iterator.next()).toEqual({ value: 'question', done: false });
    expect(iterator.next('an answer for')).toEqual({ value: 'an answer for <EMAIL>', done: true });
  });
});
