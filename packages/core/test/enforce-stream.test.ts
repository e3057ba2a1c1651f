import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor as TextRedactor } from '@enforcecore/redact';
import { enforceStream, type EnforceStreamOptions } from '../src/index.js';
import { errorOf, houseWith } from './kit.js';

const redacting = { pii_redaction: { categories: ['email', 'ssn', 'phone'] } };

/** A source that tells what became of it. */
function source(chunks: readonly string[]): { readonly stream: AsyncGenerator<string>; readonly state: { read: number; closed: boolean } } {
  const state = { read: 0, closed: false };
  const stream = {
    next: () => Promise.resolve(state.read < chunks.length ? { value: chunks[state.read++] as string, done: false as const } : { value: undefined, done: true as const }),
    return: () => {
      state.closed = true;
      return Promise.resolve({ value: undefined, done: true as const });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return { stream: stream as unknown as AsyncGenerator<string>, state }; // only what a reader uses
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of stream) expect(chunk).toBeDefined();
}

async function read(chunks: readonly string[], options: EnforceStreamOptions): Promise<string> {
  let out = '';
  for await (const chunk of enforceStream(source(chunks).stream, options)) out += chunk;
  return out;
}

describe('enforceStream', () => {
  it('lets through what redacting the whole would have answered, however the text is cut (D-69, D-70)', async () => {
    const redactor = new TextRedactor({ categories: redacting.pii_redaction.categories });
    const pieces = fc.constantFrom('mail ann@corp.io', ' 123-45-6789', ' ', '\n', 'call (555) 123-4567', 'password: "two words"', '{"to":"bob@corp.io","text":"', 'plain words here ', '"}', 'data: ', '😀', '\\u0040', 'ann', '@corp.io');
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 10 }), fc.integer({ min: 1, max: 9 }), async (parts, step) => {
        const { container } = houseWith(redacting);
        const text = parts.join('');
        const chunks = Array.from({ length: Math.ceil(text.length / step) }, (_, i) => text.slice(i * step, (i + 1) * step));

        expect(await read(chunks, { container, tool: 'reply' })).toBe(redactor.redact(text).text);
      }),
      { numRuns: 150 },
    );
  });

  it('writes one entry with the counts, and tells the result', async () => {
    const { container, auditor } = houseWith(redacting);
    const stream = enforceStream(source(['ann@co', 'rp.io and 123-45', '-6789']).stream, { container, tool: 'reply', agent: 'a1' });
    const out: string[] = [];
    for await (const chunk of stream) out.push(chunk);

    expect(out.join('')).toBe('<EMAIL> and <SSN>');
    expect(auditor.entries).toMatchObject([{ tool_name: 'reply', agent: 'a1', outcome: 'ok', decision: 'redacted', output_redactions: 2, redactions: { email: 1, ssn: 1 } }]);
    expect(await stream.result).toMatchObject({ decision: 'redacted', redactionsOutput: 2, outcome: 'ok' });
  });

  it('asks the tool lists before the first chunk is read, and closes the source', async () => {
    const { container, auditor } = houseWith({ denied_tools: ['reply'] });
    const { stream, state } = source(['a']);

    expect(await errorOf(async () => { await drain(enforceStream(stream, { container, tool: 'reply' })); })).toMatchObject({ code: 'TOOL_DENIED' });
    expect(state).toEqual({ read: 0, closed: true });
    expect(auditor.entries).toMatchObject([{ decision: 'blocked' }]);
  });

  it('holds the content rules of the policy against the stream', async () => {
    const { container, auditor } = houseWith({ ...redacting, content_rules: { block_patterns: [{ name: 'marking', pattern: 'for internal use', applies_to: 'results' }] } });

    expect(await errorOf(() => read(['some text for inter', 'nal use only'], { container, tool: 'reply' }))).toMatchObject({ code: 'CONTENT_VIOLATION' });
    expect(auditor.entries).toMatchObject([{ decision: 'blocked' }]);
  });

  it('holds the size of the policy against the stream', async () => {
    const { container } = houseWith({ max_output_size_bytes: 10 });

    expect(await errorOf(() => read(['12345', '67890', 'x'], { container, tool: 'reply' }))).toMatchObject({ code: 'OUTPUT_SIZE' });
  });

  it('cleans nothing where the policy does not (D-70)', async () => {
    const { container } = houseWith({ pii_redaction: { enabled: false } });

    expect(await read(['ann@corp.io'], { container })).toBe('ann@corp.io');
  });

  it('closes the source when the reader leaves, and records that', async () => {
    const { container, auditor } = houseWith(redacting);
    const { stream, state } = source(['one ', 'two ', 'three ', 'four ']);
    const enforced = enforceStream(stream, { container, tool: 'reply' });
    for await (const chunk of enforced) {
      expect(chunk).not.toBe('');
      break;
    }

    expect(state.closed).toBe(true);
    expect(await enforced.result).toMatchObject({ outcome: 'cancelled' });
    expect(auditor.entries).toHaveLength(1);
  });

  it('tells the reader that its signal has ended the stream', async () => {
    const { container, auditor } = houseWith(redacting);
    const stop = new AbortController();
    const { stream, state } = source(['ann@corp.io\n', 'never']);
    const slow = { ...stream, next: async () => (state.read === 0 ? stream.next() : new Promise<never>(() => undefined)), return: stream.return.bind(stream), [Symbol.asyncIterator]() { return this; } } as unknown as AsyncGenerator<string>;
    const seen: string[] = [];
    const reading = errorOf(async () => {
      for await (const chunk of enforceStream(slow, { container, signal: stop.signal })) {
        seen.push(chunk);
        setImmediate(() => { stop.abort(); });
      }
    });

    expect(await reading).toMatchObject({ code: 'CANCELLED' });
    expect([seen, state.closed]).toEqual([['<EMAIL>\n'], true]);
    expect(auditor.entries).toMatchObject([{ outcome: 'cancelled', output_redactions: 1 }]);
  });

  it('can be left while the source does not answer', async () => {
    const { container } = houseWith(redacting);
    const state = { closed: false };
    const hanging = { next: () => new Promise<never>(() => undefined), return: () => { state.closed = true; return Promise.resolve({ done: true as const, value: undefined }); }, [Symbol.asyncIterator]() { return this; } } as unknown as AsyncGenerator<string>;
    const stream = enforceStream(hanging, { container });
    const pending = stream[Symbol.asyncIterator]().next().catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    await stream[Symbol.asyncDispose]();

    expect(state.closed).toBe(true);
    expect(await stream.result).toMatchObject({ outcome: 'cancelled' });
    await pending;
  });

  it('closes a source that runs out of time', async () => {
    const { container } = houseWith(redacting);
    const state = { closed: false };
    const hanging = { next: () => new Promise<never>(() => undefined), return: () => { state.closed = true; return Promise.resolve({ done: true as const, value: undefined }); }, [Symbol.asyncIterator]() { return this; } } as unknown as AsyncGenerator<string>;

    expect(await errorOf(async () => { await drain(enforceStream(hanging, { container, timeoutMs: 20 })); })).toMatchObject({ code: 'TIMEOUT' });
    expect(state.closed).toBe(true);
  });

  it('leaves bytes that are no text as they are', async () => {
    const { container } = houseWith(redacting);
    const image = [new Uint8Array([0x89, 0x50, 0xff, 0xc3]), new Uint8Array([0xa9, 0x00, 0xe2, 0x82])];
    const out: number[] = [];
    for await (const chunk of enforceStream(image, { container })) out.push(...chunk);

    expect(out).toEqual([0x89, 0x50, 0xff, 0xc3, 0xa9, 0x00, 0xe2, 0x82]);
  });

  it('cleans text in bytes cut inside a character', async () => {
    const { container } = houseWith(redacting);
    const bytes = Buffer.from('Grüße an ann@corp.io 😀');
    const out: Buffer[] = [];
    for await (const chunk of enforceStream([...bytes].map((byte) => Buffer.from([byte])), { container })) out.push(chunk);

    expect(Buffer.concat(out).toString('utf8')).toBe('Grüße an <EMAIL> 😀');
  });

  it('closes a source that nobody began to read', async () => {
    const { container } = houseWith(redacting);
    const { stream, state } = source(['one']);
    await enforceStream(stream, { container })[Symbol.asyncDispose]();

    expect(state.closed).toBe(true);
  });

  it('cleans arguments and decides on them as for any call', async () => {
    const { container } = houseWith({ ...redacting, tools: { reply: { args: { topic: { enum: ['weather'] } } } } });

    expect(await errorOf(() => read(['x'], { container, tool: 'reply', args: [{ topic: 'war' }] }))).toMatchObject({ code: 'ARGUMENT_VIOLATION' });
    expect(await read(['x'], { container, tool: 'reply', args: [{ topic: 'weather' }] })).toBe('x');
  });

  it('takes iterables and Web streams, and gives a Web stream', async () => {
    const { container } = houseWith(redacting);
    const web = new ReadableStream<string>({ start(controller) { controller.enqueue('ann@corp.io'); controller.close(); } });
    const out: string[] = [];
    for await (const chunk of enforceStream(web, { container }).toWebStream()) out.push(chunk);
    for await (const chunk of enforceStream(['bob@', 'corp.io'], { container })) out.push(chunk);

    expect(out).toEqual(['<EMAIL>', '<EMAIL>']);
    expect(() => enforceStream(7 as unknown as string[])).toThrow(/iterable/);
  });

  it('lets plain words through at once and holds back what may be part of a value', async () => {
    const { container } = houseWith(redacting);
    const seen: string[] = [];
    for await (const chunk of enforceStream(['Hello there, ', 'this is ', 'plain prose ', 'and ann@', 'corp.io', ' now'], { container })) seen.push(chunk);

    expect(seen.slice(0, 3).join('')).toBe('Hello there, this is plain prose ');
    expect(seen.join('')).toBe('Hello there, this is plain prose and <EMAIL> now');
  });
});
