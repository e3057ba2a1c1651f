import { describe, expect, it } from '@jest/globals';
import { Document } from '@langchain/core/documents';
import { AIMessageChunk, HumanMessage, type BaseMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda } from '@langchain/core/runnables';
import { FakeListChatModel, FakeStreamingLLM } from '@langchain/core/utils/testing';
import { AIMessage } from '@langchain/core/messages';
import { enforceChunks } from './index.js';
import { calling, outcomes, ScriptedModel, trial } from './langchain.test.kit.js';

const pii = { pii_redaction: { categories: ['email'] } };

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks;
}

async function* later<T>(...chunks: readonly T[]): AsyncGenerator<T> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

const text = (content: string, id: string): AIMessageChunk => new AIMessageChunk({ content, id });

describe('enforceChunks', () => {
  it('cleans a model’s stream, values split between chunks too, with one entry', async () => {
    const t = trial(pii);
    const model = new FakeListChatModel({ responses: ['mail boss@corp.example today'] });

    const chunks = await all(enforceChunks(model.stream([new HumanMessage('hi')]), { container: t.container }));

    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.map((chunk) => chunk.text).join('')).toBe('mail <EMAIL> today');
    expect(chunks.every((chunk) => chunk instanceof AIMessageChunk)).toBe(true);
    expect(chunks.reduce((whole, chunk) => whole.concat(chunk)).text).toBe('mail <EMAIL> today');
    expect(outcomes(t)).toEqual(['stream ok']);
    expect(t.auditor.calls[0]).toMatchObject({ output_redactions: 1 });
  });

  it('cleans plain text, and keeps messages apart that come mixed', async () => {
    const t = trial(pii);
    const mixed = later(text('a ann@co', '1'), text('b bob@co', '2'), text('rp.example!', '1'), text('rp.example?', '2'));

    const plain = await all(enforceChunks(later('ask ann@co', 'rp.example now'), { container: t.container }));
    const chunks = await all(enforceChunks(mixed, { container: t.container }));

    expect(plain.join('')).toBe('ask <EMAIL> now');
    expect(['1', '2'].map((id) => chunks.filter((chunk) => chunk.id === id).map((chunk) => chunk.text).join(''))).toEqual(['a <EMAIL>!', 'b <EMAIL>?']);
    expect(outcomes(t)).toEqual(['stream ok', 'stream ok', 'stream ok']);
  });

  it('cleans the events of streamEvents, those that hold whole messages too', async () => {
    const t = trial(pii);
    const model = new ScriptedModel([['mail bo', 'ss@corp', '.example']]);

    const events = await all(enforceChunks(RunnableLambda.from((text: string) => text).pipe(model).streamEvents('write to ann@corp.example', { version: 'v2' }), { container: t.container }));

    const tokens = events.filter(({ event }) => event === 'on_chat_model_stream').map(({ data }) => ((data as { chunk: BaseMessage }).chunk).text);
    expect(tokens.join('')).toBe('mail <EMAIL>');
    expect(events.map(({ event }) => event)).toContain('on_chat_model_end');
    expect(JSON.stringify(events)).not.toContain('@corp.example');
  });

  it('holds the arguments of tool calls back until they can be cleaned', async () => {
    const t = trial(pii);
    const piece = (args: string): AIMessageChunk => new AIMessageChunk({ content: '', id: '1', tool_call_chunks: [{ type: 'tool_call_chunk', index: 0, args, ...(args.startsWith('{') ? { name: 'send', id: 'c1' } : {}) }] });

    const chunks = await all(enforceChunks(later(piece('{"to":"ann@co'), piece('rp.example"}')), { container: t.container }));

    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));
    expect(whole.tool_calls).toMatchObject([{ name: 'send', id: 'c1', args: { to: '<EMAIL>' } }]);
    expect(JSON.stringify(chunks)).not.toMatch(/ann|rp\.exa/);
  });

  it.each([
    ['a denied stream', { denied_tools: ['stream'] }, 'TOOL_DENIED'],
    ['a list of allowed tools without it', { allowed_tools: ['other'] }, 'TOOL_NOT_ALLOWED'],
  ])('refuses %s before anything is read, closes the source, and records it', async (_what, rules, code) => {
    const t = trial(rules);
    let read = 0;
    const source = { [Symbol.asyncIterator]: () => ({ next: () => ((read += 1), Promise.resolve({ done: false as const, value: 'x' })) }) };

    await expect(all(enforceChunks(source, { container: t.container }))).rejects.toMatchObject({ code });

    expect(read).toBe(0);
    expect(outcomes(t)).toEqual(['stream blocked']);
  });

  it('throws what a limit on the output refuses, and closes the source', async () => {
    const t = trial({ max_output_size_bytes: 20 });
    let closed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield await Promise.resolve('0123456789');
      } finally {
        closed = true;
      }
    }

    await expect(all(enforceChunks(endless(), { container: t.container }))).rejects.toMatchObject({ code: 'OUTPUT_SIZE' });

    expect(closed).toBe(true);
  });

  it.each(['early', 'before the first chunk'])('closes the source of a reader who leaves %s, and lets nothing out that was held back', async (when) => {
    const t = trial(pii);
    let closed = 0;
    const source: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: 'ann@corp.exam' }),
        return: () => ((closed += 1), Promise.resolve({ done: true, value: undefined })),
      }),
    };

    const stream = enforceChunks(source, { container: t.container });
    if (when === 'early') await stream.next();
    await stream.return(undefined);

    expect(closed).toBe(1);
    await expect(stream.next()).resolves.toMatchObject({ done: true });
    expect(outcomes(t)).toEqual(when === 'early' ? ['stream cancelled'] : []);
  });

  it('leaves a source that does not answer', async () => {
    const t = trial(pii);
    const source: AsyncIterable<string> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
    const stream = enforceChunks(source, { container: t.container });

    const reading = stream.next();
    await stream.return(undefined);

    await expect(Promise.race([reading, Promise.resolve('still reading')])).resolves.toBe('still reading');
  });

  it('passes a source’s own error on', async () => {
    const t = trial(pii);
    async function* broken(): AsyncGenerator<string> {
      yield await Promise.resolve('so far ');
      throw new Error('line lost');
    }

    await expect(all(enforceChunks(broken(), { container: t.container }))).rejects.toThrow('line lost');
    await expect(all(enforceChunks({} as never, { container: t.container }))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('cleans a model’s tool calls whole', async () => {
    const t = trial(pii);
    const model = new ScriptedModel([calling(['send', { to: 'ann@corp.example' }, 'c1']), new AIMessage('')]);

    const chunks = await all(enforceChunks(model.stream('hi'), { container: t.container }));

    expect(JSON.stringify(chunks)).not.toContain('@corp.example');
  });

  it('keeps texts behind modes and namespaces whole, each by its own', async () => {
    const t = trial(pii);
    const source = later(['custom', 'to ann@co'], [['sub'], 'custom', 'to bob@co'], ['custom', 'rp.example!'], [['sub'], 'custom', 'rp.example?'], [['sub'], 'eve@corp'], [['sub'], '.example']);

    const chunks = await all(enforceChunks(source, { container: t.container }));

    const of = (around: string): string => chunks.filter((chunk) => JSON.stringify(chunk.slice(0, -1)) === around).map((chunk) => chunk.at(-1)).join('');
    expect([of('["custom"]'), of('[["sub"],"custom"]'), of('[["sub"]]')]).toEqual(['to <EMAIL>!', 'to <EMAIL>?', '<EMAIL>']);
  });

  it('cleans documents, prompt values and text models in events, tokens and parsed pieces too', async () => {
    const t = trial(pii);
    const chain = ChatPromptTemplate.fromMessages([['human', 'about {x}']]).pipe(new FakeStreamingLLM({ sleep: 0, responses: ['mail boss@corp.example now', 'mail boss@corp.example now'] })).pipe(new StringOutputParser());

    for (const version of ['v1', 'v2'] as const) {
      const events = await all(enforceChunks(chain.streamEvents({ x: 'ann@corp.example' }, { version }), { container: t.container }));
      const tokens = (name: string): string => events.filter(({ event }) => event === name).map(({ data }) => { const chunk = (data as { chunk: unknown }).chunk; return typeof chunk === 'string' ? chunk : (chunk as { text: string }).text; }).join('');
      expect(tokens('on_llm_stream')).toBe('mail <EMAIL> now');
      expect(tokens('on_chain_stream')).toBe('mail <EMAIL> now');
      expect(JSON.stringify(events)).not.toContain('@corp');
    }
    const [state] = await all(enforceChunks(later({ docs: [new Document({ pageContent: 'call ann@corp.example', metadata: { from: 'ann@corp.example' } })] }), { container: t.container }));
    const document = state?.docs[0];
    expect(document).toBeInstanceOf(Document);
    expect(document).toMatchObject({ pageContent: 'call <EMAIL>', metadata: { from: '<EMAIL>' } });
  });

  it('cleans reasoning, refusals, summaries and unknown blocks across chunks', async () => {
    const t = trial(pii);
    const piece = (field: string, value: unknown, type = field): AIMessageChunk => new AIMessageChunk({ id: '1', content: [{ type, index: 0, [field]: value }] as never });
    const aside = (reasoning: string): AIMessageChunk => new AIMessageChunk({ id: '1', content: '', additional_kwargs: { reasoning_content: reasoning } });
    const summary = (text: string): AIMessageChunk => piece('summary', [{ type: 'summary_text', index: 0, text }], 'reasoning');
    const chunks = [aside('it is ann@co'), aside('rp.example'), piece('refusal', 'no ann@co'), piece('refusal', 'rp.example'), summary('of ann@co'), summary('rp.example'), piece('odd', 'x ann@co'), piece('odd', 'rp.example')];

    const cleaned = await all(enforceChunks(later(...chunks), { container: t.container }));

    const whole = cleaned.reduce((sum, chunk) => sum.concat(chunk));
    expect(whole.additional_kwargs).toEqual({ reasoning_content: 'it is <EMAIL>' });
    const told = JSON.stringify(whole.content);
    expect(['no <EMAIL>', 'of <EMAIL>', 'x <EMAIL>'].filter((text) => told.includes(text))).toHaveLength(3);
    expect(JSON.stringify(cleaned)).not.toMatch(/ann@|rp\.exa/);
  });

  it('holds whole messages in values and updates to the rules, with one entry for each text', async () => {
    const rules = { ...pii, content_rules: { enabled: true, block_patterns: [{ name: 'shell', pattern: 'rm -rf', action: 'block' }] } };
    const blocked = trial(rules);
    const passed = trial(rules);
    const ok = new AIMessage('ask ann@corp.example');

    await expect(all(enforceChunks(later({ a: { messages: [new AIMessage('run rm -rf / now')] } }), { container: blocked.container }))).rejects.toMatchObject({ code: 'CONTENT_VIOLATION' });
    const chunks = await all(enforceChunks(later<unknown>(text('ask ann@corp.example', '1'), { a: { messages: [ok] } }, { messages: [new HumanMessage('hi'), ok, new AIMessage('other')] }), { container: passed.container }));

    expect(JSON.stringify(chunks)).not.toContain('ann@corp');
    expect([outcomes(blocked), outcomes(passed)]).toEqual([['stream blocked'], ['stream ok', 'stream ok']]);
  });

  it('refuses events of a version that it cannot read, and messages that are streams themselves', async () => {
    const t = trial(pii);
    const event = { type: 'event', seq: 1, method: 'messages', params: { namespace: [], timestamp: 1, data: { delta: { type: 'text-delta', text: 'ann@co' } } } };

    await expect(all(enforceChunks(later(event), { container: t.container }))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(all(enforceChunks(later({ text: later('ann@corp.example') }), { container: t.container }))).rejects.toMatchObject({ code: 'REDACTION' });
  });
});
