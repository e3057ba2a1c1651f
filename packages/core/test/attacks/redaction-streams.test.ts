import { describe, expect, it } from '@jest/globals';
import { EntityRecognizer, enforce, enforceStream, Redactor } from '../../src/index.js';
import { caughtAsync, lab, tick, type Lab } from './kit.js';

const redacting = { pii_redaction: { categories: ['email', 'ssn'] } };
const naming = { pii_redaction: { categories: ['person_name'] } };

interface State {
  read: number;
  closed: number;
}

/** A source that tells what became of it; at `hangs` it answers nothing more, at `fails` it rejects. */
function source(chunks: readonly unknown[], { hangs, fails }: { readonly hangs?: number; readonly fails?: number } = {}): { readonly stream: AsyncIterable<unknown>; readonly state: State } {
  const state = { read: 0, closed: 0 };
  const iterator: AsyncIterator<unknown> = {
    next: () => {
      const at = state.read;
      state.read += 1;
      if (at === hangs) return new Promise(() => undefined);
      if (at === fails) return Promise.reject(new Error('no answer for ann@corp.io'));
      return Promise.resolve(at < chunks.length ? { value: chunks[at], done: false } : { value: undefined, done: true });
    },
    return: () => {
      state.closed += 1;
      return Promise.resolve({ value: undefined, done: true });
    },
  };
  return { stream: { [Symbol.asyncIterator]: () => iterator }, state };
}

async function within<T>(ms: number, promise: PromiseLike<T>): Promise<T | 'never'> {
  return Promise.race([promise, tick(ms).then(() => 'never' as const)]);
}

async function all(chunks: AsyncIterable<unknown>): Promise<unknown[]> {
  const out: unknown[] = [];
  for await (const chunk of chunks) out.push(chunk);
  return out;
}

function neverAnswers(house: Lab): void {
  house.container.bind(EntityRecognizer).toConstantValue({ name: 'silent', asynchronous: true, categories: ['person_name'], recognize: () => new Promise<never>(() => undefined) });
}

describe('every exit of an enforced stream', () => {
  it('closes the source and writes one entry: the reader leaves, with what it was given counted', async () => {
    const { container, auditor } = lab(redacting);
    const { stream, state } = source(['mail ann@corp.io and then\n', 'more\n']);
    const enforced = enforceStream(stream, { container });
    for await (const chunk of enforced) {
      expect(chunk).toBe('mail <EMAIL> and then\n');
      break;
    }

    expect(state).toEqual({ read: 1, closed: 1 });
    expect(auditor.entries).toMatchObject([{ outcome: 'cancelled', output_redactions: 1, redactions: { email: 1 } }]);
    expect(await enforced.result).toMatchObject({ outcome: 'cancelled', redactionsOutput: 1 });
  });

  it('does when the reader throws', async () => {
    const { container, auditor } = lab(redacting);
    const { stream, state } = source(['one\n', 'two\n']);
    await caughtAsync(async () => { for await (const chunk of enforceStream(stream, { container })) throw new Error(String(chunk)); });

    expect(state).toEqual({ read: 1, closed: 1 });
    expect(auditor.entries).toHaveLength(1);
  });

  it('does when the source fails, whose error is cleaned', async () => {
    const { container, auditor } = lab(redacting);
    const { stream } = source(['mail ann@corp.io\n'], { fails: 1 });

    expect(String(await caughtAsync(() => all(enforceStream(stream, { container }))))).toBe('Error: no answer for <EMAIL>');
    expect(auditor.entries).toMatchObject([{ outcome: 'tool_error', redactions: { email: 2 } }]);
  });

  it('does when time runs out', async () => {
    const { container, auditor } = lab(redacting);
    const { stream, state } = source(['mail ann@corp.io\n'], { hangs: 1 });

    expect(await caughtAsync(() => all(enforceStream(stream, { container, timeoutMs: 50 })))).toMatchObject({ code: 'TIMEOUT' });
    await tick(10);
    expect(state.closed).toBe(1);
    expect(auditor.entries).toMatchObject([{ violation_type: 'resource_limit', output_redactions: 1 }]);
  });

  it('does when the signal aborts, and the reader is told that the stream is not whole', async () => {
    const { container, auditor } = lab(redacting);
    const { stream, state } = source(['mail ann@corp.io\n'], { hangs: 1 });
    const gone = new AbortController();
    setTimeout(() => { gone.abort(); }, 20);

    expect(await caughtAsync(() => all(enforceStream(stream, { container, signal: gone.signal })))).toMatchObject({ code: 'CANCELLED' });
    expect(state.closed).toBe(1);
    expect(auditor.entries).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('does when the signal aborted before, and nothing is read', async () => {
    const { container, auditor } = lab(redacting);
    const { stream, state } = source(['one\n']);

    expect(await caughtAsync(() => all(enforceStream(stream, { container, signal: AbortSignal.abort() })))).toMatchObject({ code: 'CANCELLED' });
    expect(state).toEqual({ read: 0, closed: 1 });
    expect(auditor.entries).toHaveLength(1);
  });

  it('does when the redactor fails, and nothing of its error is told', async () => {
    const { container, auditor } = lab(redacting);
    container.rebind(Redactor).toConstantValue({ redact: (text) => ({ text, findings: [] }), stream: () => ({ push: (chunk) => { throw new Error(chunk); }, flush: () => '', counts: {} }) });
    const { stream, state } = source(['ann@corp.io\n', 'more']);
    const error = await caughtAsync(() => all(enforceStream(stream, { container })));

    expect(error).toMatchObject({ code: 'OUTPUT_INVALID' });
    expect(String(error)).not.toContain('ann@');
    expect(state).toEqual({ read: 1, closed: 1 });
    expect(auditor.entries).toMatchObject([{ decision: 'blocked' }]);
  });

  it('does when a rule refuses the content', async () => {
    const { container, auditor } = lab({ ...redacting, content_rules: { block_patterns: [{ name: 'marking', pattern: 'for internal use', applies_to: 'results' }] } });
    const { stream, state } = source(['ann@corp.io ok\n', 'some for inter', 'nal use\n', 'more']);

    expect(await caughtAsync(() => all(enforceStream(stream, { container })))).toMatchObject({ code: 'CONTENT_VIOLATION' });
    expect(state.closed).toBe(1);
    expect(auditor.entries).toMatchObject([{ decision: 'blocked' }]);
  });

  it.each<[string, (stream: ReturnType<typeof enforceStream>) => Promise<() => Promise<unknown>>]>([
    ['a Web reader cancels', async (enforced) => {
      const reader = enforced.toWebStream().getReader();
      await reader.read();
      void reader.read().catch(() => undefined);
      return () => reader.cancel();
    }],
    ['it is disposed of', async (enforced) => {
      const chunks = enforced[Symbol.asyncIterator]();
      await chunks.next();
      void chunks.next().catch(() => undefined);
      return () => enforced[Symbol.asyncDispose]();
    }],
  ])('does when %s while the source is silent', async (_what, begin) => {
    const { container, auditor } = lab(redacting);
    const { stream, state } = source(['ann@corp.io\n'], { hangs: 1 });
    const enforced = enforceStream(stream, { container });
    const leave = await begin(enforced);
    await tick(10);

    expect(await within(500, leave())).not.toBe('never');
    expect(await within(500, enforced.result)).not.toBe('never');
    expect(state.closed).toBe(1);
    expect(auditor.entries).toHaveLength(1);
  });

  it('does when it is left before it was begun', async () => {
    const { container } = lab(redacting);
    const { stream, state } = source(['one\n']);
    const enforced = enforceStream(stream, { container });
    await enforced[Symbol.asyncIterator]().return(undefined);

    expect(state).toEqual({ read: 0, closed: 1 });
    expect(await within(500, enforced.result)).not.toBe('never');
  });
});

describe('an enforced stream', () => {
  it('reads no further ahead than one chunk', async () => {
    const { container } = lab(redacting);
    const lines = Array.from({ length: 50 }, (_, i) => `line ${String(i)}\n`);
    const [pulled, web] = [source(lines), source(lines)];
    const chunks = enforceStream(pulled.stream, { container })[Symbol.asyncIterator]();
    await chunks.next();
    const reader = enforceStream(web.stream, { container }).toWebStream().getReader();
    await reader.read();
    await tick(20);

    expect(pulled.state.read).toBe(1);
    expect(web.state.read).toBe(2);
    await chunks.return(undefined);
    await reader.cancel();
  });

  it('does not mix with others that run beside it', async () => {
    const { container, auditor } = lab(redacting);
    const given = await Promise.all(Array.from({ length: 20 }, async (_, k) => (await all(enforceStream(source([`k${String(k)} ann@`, 'corp.io ', '123-45', '-6789']).stream, { container, tool: `t${String(k)}` }))).join('')));

    expect(given).toEqual(Array.from({ length: 20 }, (_, k) => `k${String(k)} <EMAIL> <SSN>`));
    expect(auditor.entries).toHaveLength(20);
    for (const entry of auditor.entries) expect(entry).toMatchObject({ redactions: { email: 1, ssn: 1 } });
  });

  it('gives two readers the parts of one stream, and one entry', async () => {
    const { container, auditor } = lab(redacting);
    const enforced = enforceStream(source(['ann@', 'corp.io x\n', '123-45', '-6789 y\n']).stream, { container });
    const [one, other] = await Promise.all([all(enforced), all(enforced)]);

    expect([...one, ...other].sort().join('|')).not.toMatch(/ann@|6789/);
    expect(auditor.entries).toMatchObject([{ redactions: { email: 1, ssn: 1 } }]);
  });

  it('cleans what a generator returns as well as what it yields', async () => {
    const { container } = lab(redacting);
    const chunks = enforce(async function* talk() { yield 'ann@corp.io'; return { to: 'bob@corp.io' }; }, { container })();

    expect([await chunks.next(), await chunks.next()]).toEqual([{ value: '<EMAIL>', done: false }, { value: { to: '<EMAIL>' }, done: true }]);
  });
});

describe('a recogniser that never answers', () => {
  it('ends a stream with the time of the call', async () => {
    const house = lab(naming);
    neverAnswers(house);

    expect(await caughtAsync(() => all(enforceStream(source(['Ann\n', 'Bob\n']).stream, { container: house.container, timeoutMs: 100 })), 1_000)).toMatchObject({ code: 'OUTPUT_INVALID' });
    expect(house.auditor.entries).toHaveLength(1);
  });

  it('ends a stream with the signal of the call', async () => {
    const house = lab(naming);
    neverAnswers(house);

    const error = await caughtAsync(() => all(enforceStream(source(['Ann\n', 'Bob\n']).stream, { container: house.container, signal: AbortSignal.timeout(100) })), 1_000);
    expect(error).toBeInstanceOf(Error);
    expect(house.auditor.entries).toHaveLength(1);
  });

  it('withholds the result when the time is over', async () => {
    const house = lab(naming);
    neverAnswers(house);
    const tool = enforce(async () => Promise.resolve('Ann'), { container: house.container, tool: 'tool', timeoutMs: 100 });

    const error = await caughtAsync(() => tool(), 1_000);
    expect(error).not.toBe('never settled');
    expect(error).toBeInstanceOf(Error);
    expect(house.auditor.entries).toHaveLength(1);
  });
});

describe('a recogniser that answers later', () => {
  it('is waited for with values in a stream, too', async () => {
    const house = lab(naming);
    house.container.bind(EntityRecognizer).toConstantValue({
      name: 'ann', asynchronous: true, categories: ['person_name'],
      recognize: (text) => Promise.resolve(text.includes('Ann') ? [{ category: 'person_name', start: text.indexOf('Ann'), end: text.indexOf('Ann') + 3, score: 1 }] : []),
    });

    expect(await all(enforceStream(source([{ text: 'Ann' }, 'Ann\n']).stream, { container: house.container }))).toEqual([{ text: '<PERSON_NAME>' }, '<PERSON_NAME>\n']);
  });
});
