import { describe, expect, it } from '@jest/globals';
import { currentCall, EnforceCoreError, type Call } from '@enforcecore/core';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { ToolMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import { DynamicTool, StructuredTool, tool } from '@langchain/core/tools';
import { z } from 'zod';
import { enforcedTool, isEnforcedTool } from './index.js';
import { outcomes, trial } from './langchain.test.kit.js';

const pii = { pii_redaction: { categories: ['email'] } };
const call = (name: string, args: Record<string, unknown>, id = 'call-1') => ({ name, args, id, type: 'tool_call' as const });

function sender(seen: unknown[] = []) {
  return tool(
    ({ to }: { to: string }) => {
      seen.push(to);
      return `sent to ${to}; copy to boss@corp.example`;
    },
    { name: 'send_mail', description: 'Sends a mail', schema: z.object({ to: z.string() }) },
  );
}

describe('an enforced LangChain tool', () => {
  it.each(['invoke', 'call', '_call', 'func', 'batch', 'stream', 'pipe'] as const)('is enforced exactly once when it is run by %s', async (way) => {
    const t = trial(pii);
    const seen: unknown[] = [];
    const enforced = enforcedTool(undefined, sender(seen), { container: t.container });
    const args = { to: 'ann@corp.example' };

    const result = await run(enforced, way, args);

    expect(seen).toEqual(['<EMAIL>']);
    expect(JSON.stringify(result)).toContain('sent to <EMAIL>; copy to <EMAIL>');
    expect(outcomes(t)).toEqual(['send_mail ok']);
  });

  it.each(['invoke', 'call', '_call', 'func', 'batch', 'stream', 'pipe'] as const)('that is denied never runs by %s', async (way) => {
    const t = trial({ denied_tools: ['send_mail'] });
    const seen: unknown[] = [];
    const enforced = enforcedTool(undefined, sender(seen), { container: t.container });

    await expect(run(enforced, way, { to: 'ann' })).rejects.toMatchObject({ code: 'TOOL_DENIED' });

    expect(seen).toEqual([]);
    expect(outcomes(t)).toEqual(['send_mail blocked']);
  });

  it('tells a model that called it why it was refused', async () => {
    const t = trial({ denied_tools: ['send_mail'] });
    const enforced = enforcedTool(undefined, sender(), { container: t.container });

    const answer: unknown = await enforced.invoke(call('send_mail', { to: 'secret@corp.example' }));

    expect(answer).toBeInstanceOf(ToolMessage);
    expect(answer).toMatchObject({ status: 'error', tool_call_id: 'call-1', name: 'send_mail' });
    expect((answer as ToolMessage).text).toMatch(/denied.*The tool did not run\./s);
    expect((answer as ToolMessage).text).not.toContain('secret');
  });

  it('throws refusals where it is told to', async () => {
    const t = trial({ denied_tools: ['send_mail'] });
    const enforced = enforcedTool(undefined, sender(), { container: t.container, refusals: 'throw' });

    await expect(enforced.invoke(call('send_mail', { to: 'a' }))).rejects.toMatchObject({ code: 'TOOL_DENIED' });
  });

  it('leads nowhere to the tool that it stands for', () => {
    const raw = sender();
    const enforced = enforcedTool(undefined, raw, { container: trial({}).container });

    expect(reachable(enforced).has(raw)).toBe(false);
    expect(reachable(enforced).has(raw.func)).toBe(false);
    expect(JSON.stringify(enforced)).not.toContain('func');
    expect(isEnforcedTool(enforced)).toBe(true);
    expect(isEnforcedTool(raw)).toBe(false);
    expect(() => enforcedTool(undefined, enforced)).toThrow(EnforceCoreError);
  });

  it('checks arguments that are a tool call themselves as what the tool would get', async () => {
    const t = trial({ denied_tools: [], tools: {}, argument_rules: undefined });
    const seen: unknown[] = [];
    const enforced = enforcedTool(undefined, sender(seen), { container: t.container, refusals: 'throw' });
    const nested = call('send_mail', call('x', { to: 'inner' }));

    await enforced.invoke(nested);
    const deep = call('send_mail', call('a', call('b', call('c', call('d', call('e', { to: 'x' }))))));

    await expect(enforced.invoke(deep)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(seen).toEqual(['inner']);
  });

  it('shows callbacks cleaned arguments and cleaned results only', async () => {
    const t = trial(pii);
    const seen: string[] = [];
    class Spy extends BaseCallbackHandler {
      override name = 'spy';
      override awaitHandlers = true;
      override handleToolStart(...args: unknown[]): void {
        seen.push(`start ${JSON.stringify(args)}`);
      }
      override handleToolEnd(...args: unknown[]): void {
        seen.push(`end ${JSON.stringify(args)}`);
      }
    }

    await enforcedTool(undefined, sender(), { container: t.container }).invoke(call('send_mail', { to: 'ann@corp.example' }), { callbacks: [new Spy()] });

    expect(seen).toHaveLength(2);
    expect(seen.join()).not.toContain('@corp.example');
  });

  it('cleans content and artifact, and keeps the message a message', async () => {
    const t = trial(pii);
    const raw = tool(() => ['found ann@corp.example', { rows: ['bob@corp.example'] }], { name: 'find', description: 'f', schema: z.object({}), responseFormat: 'content_and_artifact' });

    const message = (await enforcedTool(undefined, raw, { container: t.container }).invoke(call('find', {}))) as ToolMessage;

    expect(message).toBeInstanceOf(ToolMessage);
    expect(message.content).toBe('found <EMAIL>');
    expect(message.artifact).toEqual({ rows: ['<EMAIL>'] });
  });

  it('cleans a message that the tool made itself, in its serialized form too', async () => {
    const t = trial(pii);
    const raw = tool((_: object, config) => new ToolMessage({ content: 'x ann@corp.example', tool_call_id: (config as { toolCall: { id: string } }).toolCall.id, artifact: ['bob@corp.example'], name: 'bob@corp.example' }), { name: 'find', description: 'f', schema: z.object({}) });

    const message = (await enforcedTool(undefined, raw, { container: t.container }).invoke(call('find', {}))) as ToolMessage;

    expect(message).toBeInstanceOf(ToolMessage);
    expect(message.content).toBe('x <EMAIL>');
    expect(JSON.stringify(message)).not.toContain('@corp.example');
    expect(t.auditor.calls[0]).toMatchObject({ output_redactions: 3 });
  });

  it('passes a tool error on with one entry, cleaned', async () => {
    const t = trial(pii);
    class Refused extends Error {}
    const raw = tool(() => { throw new Refused('no mailbox ann@corp.example'); }, { name: 'find', description: 'f', schema: z.object({}) });

    await expect(enforcedTool(undefined, raw, { container: t.container }).invoke(call('find', {}))).rejects.toThrow('no mailbox <EMAIL>');

    expect(outcomes(t)).toEqual(['find tool_error']);
  });

  it('refuses arguments that do not fit before any rule looks, tells the model what to mend, and records that nothing ran', async () => {
    const t = trial({});
    const seen: unknown[] = [];
    const enforced = enforcedTool(undefined, sender(seen), { container: t.container });

    const answer = (await enforced.invoke(call('send_mail', { to: 7 }))) as ToolMessage;

    expect(answer).toMatchObject({ status: 'error', text: expect.stringMatching(/to must be a string.*The tool did not run\.$/) as unknown });
    await expect(enforced.invoke({ to: 7 } as never)).rejects.toMatchObject({ code: 'TOOL_INPUT' });
    expect(seen).toEqual([]);
    expect(outcomes(t)).toEqual(['send_mail blocked', 'send_mail blocked']);
  });

  it('leaves arguments that do not fit a JSON Schema to LangChain, and records that nothing ran', async () => {
    const t = trial({});
    const seen: unknown[] = [];
    const raw = tool((args: object) => (seen.push(args), 'x'), { name: 'find', description: 'f', schema: { type: 'object', properties: { n: { type: 'number' } } } });

    await expect(enforcedTool(undefined, raw, { container: t.container }).invoke({ n: 'x' } as never)).rejects.toThrow(/did not match/);

    expect(seen).toEqual([]);
    expect(outcomes(t)).toEqual(['find cancelled']);
  });

  it('enforces what a schema makes of the arguments: transforms, defaults and preprocessing cannot get past a rule', async () => {
    const shadow = { name: 'shadow', pattern: '/etc/shadow', action: 'block' };
    const t = trial({ ...pii, content_rules: { enabled: true, block_patterns: [{ name: 'shell', pattern: 'rm -rf', action: 'block' }, shadow] } });
    const seen: unknown[] = [];
    const schema = z.object({
      cmd: z.string().transform((text) => text.replaceAll('_', ' ')),
      path: z.string().default('/etc/shadow'),
      to: z.preprocess((value) => (Array.isArray(value) ? value.join('') : value), z.string().optional()),
    });
    const enforced = enforcedTool(undefined, tool((args) => (seen.push(args), 'ok'), { name: 'sh', description: 's', schema }), { container: t.container });

    await expect(enforced.invoke({ cmd: 'rm_-rf_/', path: 'x' })).rejects.toMatchObject({ code: 'CONTENT_VIOLATION' });
    await expect(enforced.invoke({ cmd: 'ls' })).rejects.toMatchObject({ code: 'CONTENT_VIOLATION' });
    await enforced.invoke({ cmd: 'ls_-l', path: 'x', to: ['ann@corp', '.example'] as never });

    expect(seen).toEqual([{ cmd: 'ls -l', path: 'x', to: '<EMAIL>' }]);
    expect(outcomes(t)).toEqual(['sh blocked', 'sh blocked', 'sh ok']);
  });

  it('reads arguments once: what a transform made is not transformed again', async () => {
    const t = trial({});
    const seen: unknown[] = [];
    const schema = z.object({ path: z.string().transform((text) => decodeURIComponent(text)), when: z.coerce.date() });
    const raw = tool((args: { path: string; when: Date }) => (seen.push(args.path, args.when.getTime()), Object.assign(args, { changed: 1 }), 'ok'), { name: 'open', description: 'o', schema });

    await enforcedTool(undefined, raw, { container: t.container }).invoke({ path: '%252e', when: 5 });
    await (await enforcedTool(undefined, RunnableLambda.from(({ path }: { path: string }) => (seen.push(path), 'ok')).asTool({ name: 'open', description: 'o', schema: schema }), { container: t.container })).invoke({ path: '%252e', when: 5 } as never);

    expect(seen).toEqual(['%2e', 5, '%2e']);
  });

  it.each(['timeout', 'abort'])('never starts a tool whose call was ended on the way there, by %s', async (how) => {
    const t = trial({});
    const seen: unknown[] = [];
    const stop = new AbortController();
    let release = (): void => undefined;
    const held = new Promise<void>((done) => { release = done; });
    const enforced = enforcedTool(undefined, sender(seen), { container: t.container, ...(how === 'timeout' ? { timeoutMs: 5 } : {}) });
    const callbacks = [{ awaitHandlers: true, handleToolStart: (): Promise<void> => { if (how === 'abort') setImmediate(() => { stop.abort(); }); return held; } }];

    const ended = await enforced.invoke(call('send_mail', { to: 'ann' }), { callbacks, ...(how === 'abort' ? { signal: stop.signal } : {}) }).catch((error: unknown) => error);
    release();
    await new Promise((done) => setImmediate(() => setImmediate(done)));

    expect(seen).toEqual([]);
    expect(how === 'abort' ? ended : (ended as ToolMessage).text).toEqual(how === 'abort' ? expect.objectContaining({ code: 'CANCELLED' }) : expect.stringMatching(/The tool did not run\.$/));
    expect(outcomes(t)).toEqual([how === 'abort' ? 'send_mail cancelled' : 'send_mail timeout_unknown']);
  });

  it('refuses a tool with an invoke or call of its own, which would be passed by, and no other', () => {
    class Guarded extends StructuredTool {
      override name = 'own';
      override description = 'o';
      override schema = z.object({});
      override invoke(): Promise<never> {
        return Promise.reject(new Error('not for you'));
      }
      protected override _call(): Promise<string> {
        return Promise.resolve('ran');
      }
    }
    class Calls extends DynamicTool {
      override call(): Promise<never> {
        return Promise.reject(new Error('not for you'));
      }
    }
    const text = { name: 't', description: 't', func: () => Promise.resolve('x') };

    expect(() => enforcedTool(undefined, new Guarded())).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
    expect(() => enforcedTool(undefined, new Calls(text))).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
    expect(() => enforcedTool(undefined, Object.assign(new DynamicTool(text), { invoke: () => 1 }) as never)).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
    expect(enforcedTool(undefined, new DynamicTool(text))).toBeDefined();
  });

  it('takes what the application says of the caller, whatever a run’s config says, and no signal that is none', async () => {
    const t = trial({});
    let labels: unknown;
    const raw = tool(() => { labels = currentCall()?.labels; return 'ok'; }, { name: 'send_mail', description: 's', schema: z.object({ to: z.string() }) });
    const enforced = enforcedTool(undefined, raw, { container: t.container, caller: { agent: 'clerk', session: 'server', labels: { node: 'trusted' } } });

    await enforced.invoke(call('send_mail', { to: 'x' }, 'id with spaces'), { configurable: { thread_id: 'evil' }, metadata: { lc_agent_name: 'root', langgraph_node: 'n' }, tags: ['t'] });

    expect(t.auditor.calls[0]).toMatchObject({ agent: 'clerk', session: 'server' });
    expect(labels).toEqual({ node: 'trusted', tags: 't' });
    await expect(enforced.invoke({ to: 'x' }, { signal: {} as never })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(outcomes(t)).toEqual(['send_mail ok', 'send_mail cancelled']);
  });

  it('takes session, agent, tool call and signal from the run, and gives the tool the signal of the call', async () => {
    const t = trial({});
    let inside: Call | undefined;
    let signal: AbortSignal | undefined;
    const raw = tool((_: object, config) => {
      inside = currentCall();
      signal = (config as { signal?: AbortSignal }).signal;
      return 'ok';
    }, { name: 'find', description: 'f', schema: z.object({}) });

    await enforcedTool(undefined, raw, { container: t.container, caller: { tenant: 'acme' } }).invoke(call('find', {}, 'call-7'), { configurable: { thread_id: 't-1' }, tags: ['a', 'b'], metadata: { lc_agent_name: 'clerk', langgraph_node: 'tools' }, runId: '5f9d51a0-93a1-4a2e-8a10-6c8f5d8f0001' });

    expect(inside).toMatchObject({ session: 't-1', agent: 'clerk', tenant: 'acme', toolCallId: 'call-7', labels: { node: 'tools', tags: 'a,b', run_id: '5f9d51a0-93a1-4a2e-8a10-6c8f5d8f0001' } });
    expect(signal).toBe(inside?.signal);
  });

  it('ends a call with the run, and tells the caller instead of the model', async () => {
    const t = trial({});
    const stop = new AbortController();
    const raw = tool(() => { stop.abort(); return new Promise<string>(() => undefined); }, { name: 'find', description: 'f', schema: z.object({}) });

    await expect(enforcedTool(undefined, raw, { container: t.container }).invoke(call('find', {}), { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });

    expect(outcomes(t)).toEqual(['find cancelled']);
  });

  it('gives up a tool that takes too long, and tells the model', async () => {
    const t = trial({});
    const raw = tool(() => new Promise<string>(() => undefined), { name: 'find', description: 'f', schema: z.object({}) });

    const answer = (await enforcedTool(undefined, raw, { container: t.container, timeoutMs: 5 }).invoke(call('find', {}))) as ToolMessage;

    expect(answer.status).toBe('error');
    expect(answer.text).toMatch(/may have run/);
    expect(outcomes(t)).toEqual(['find timeout_unknown']);
  });

  it('tells a model when a rate limit lets it try again', async () => {
    const t = trial({ rate_limits: { per_tool: { send_mail: { max_calls: 1, window_seconds: 60 } } } });
    const enforced = enforcedTool(undefined, sender(), { container: t.container });
    await enforced.invoke(call('send_mail', { to: 'a' }));

    const answer = (await enforced.invoke(call('send_mail', { to: 'b' }, 'call-2'))) as ToolMessage;

    expect(answer.text).toMatch(/Try again in \d+ s\.$/);
    expect(outcomes(t)).toEqual(['send_mail ok', 'send_mail blocked']);
  });

  it('keeps parallel calls apart', async () => {
    const t = trial(pii);
    const enforced = enforcedTool(undefined, tool(async ({ n }: { n: number }) => { await new Promise((done) => setImmediate(done)); return `n${String(n)} ${currentCall()?.toolCallId ?? ''}`; }, { name: 'count', description: 'c', schema: z.object({ n: z.number() }) }), { container: t.container });

    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => enforced.invoke(call('count', { n }, `id-${String(n)}`))));

    expect(answers.map((answer) => (answer as ToolMessage).text)).toEqual(Array.from({ length: 20 }, (_, n) => `n${String(n)} id-${String(n)}`));
    expect(t.auditor.calls).toHaveLength(20);
    expect(new Set(t.auditor.calls.map(({ call_id: id }) => id)).size).toBe(20);
  });

  it('cleans events of a tool that tells of its progress, values split between them too', async () => {
    const t = trial(pii);
    const events: unknown[] = [];
    const raw = tool(async function* () { yield 'ask ann@co'; yield 'rp.example now'; return { owner: 'bob@corp.example' }; } as never, { name: 'find', description: 'f', schema: z.object({}) });

    const message = await (enforcedTool(undefined, raw as never, { container: t.container }).invoke(call('find', {}), { callbacks: [{ handleToolEvent: (event: unknown) => { events.push(event); } }] }) as Promise<ToolMessage>);

    expect(events.join('')).toBe('ask <EMAIL> now');
    expect(message.content).toBe('{"owner":"<EMAIL>"}');
    expect(outcomes(t)).toEqual(['find ok']);
  });

  it('enforces tools that take text, classes of one’s own, runnables and functions', async () => {
    const t = trial(pii);
    class Own extends StructuredTool {
      override name = 'own';
      override description = 'o';
      override schema = z.object({ q: z.string() });
      readonly #prefix = 'own: ';
      protected override _call({ q }: { q: string }): Promise<string> {
        return Promise.resolve(`${this.#prefix}${q}`);
      }
    }
    const text = new DynamicTool({ name: 'text', description: 't', func: (input) => Promise.resolve(`text: ${input}`) });
    const runnable = RunnableLambda.from(({ q }: { q: string }) => `runnable: ${q}`).asTool({ name: 'runnable', description: 'r', schema: z.object({ q: z.string() }) });
    const options = { container: t.container };

    const answers = [
      await enforcedTool(undefined, text, options).invoke('ann@corp.example'),
      await enforcedTool(undefined, new Own(), options).invoke({ q: 'ann@corp.example' }),
      await (await enforcedTool(undefined, runnable, options)).invoke({ q: 'ann@corp.example' }),
      await (await enforcedTool(undefined, ({ q }: { q: string }) => `fn: ${q}`, { ...options, name: 'fn', description: 'f', schema: { type: 'object', properties: { q: { type: 'string' } } } })).invoke({ q: 'ann@corp.example' }),
    ];

    expect(answers).toEqual(['text: <EMAIL>', 'own: <EMAIL>', 'runnable: <EMAIL>', 'fn: <EMAIL>']);
    expect(outcomes(t)).toEqual(['text ok', 'own ok', 'runnable ok', 'fn ok']);
  });

  it.each([[null], [7], [{}], [{ name: 'x', invoke: 1 }], [{ name: 'x', invoke: () => 1 }]])('refuses %p, which is no tool, with a typed error', async (given) => {
    const made = async (): Promise<unknown> => enforcedTool(undefined, given as never);

    await (given !== null && typeof given === 'object' && typeof (given as { invoke?: unknown }).invoke === 'function' ? expect(made()).resolves.toBeDefined() : expect(made()).rejects.toMatchObject({ code: 'SETTINGS' }));
  });
});

async function run(enforced: StructuredTool, way: 'invoke' | 'call' | '_call' | 'func' | 'batch' | 'stream' | 'pipe', args: { to: string }): Promise<unknown> {
  const open = enforced as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>; // protected or deprecated ways are tried as well
  if (way === 'batch') return enforced.batch([args]);
  if (way === 'pipe') return RunnableLambda.from((input: { to: string }) => input).pipe(enforced).invoke(args);
  if (way !== 'stream') return open[way]?.(args);
  const chunks: unknown[] = [];
  for await (const chunk of await enforced.stream(args)) chunks.push(chunk);
  return chunks;
}

/** Everything that properties, symbols and prototypes lead to. */
function reachable(from: object): ReadonlySet<unknown> {
  const seen = new Set<unknown>();
  const open: unknown[] = [from];
  while (open.length > 0 && seen.size < 20_000) {
    const next = open.pop();
    if ((typeof next !== 'object' && typeof next !== 'function') || next === null || seen.has(next)) continue;
    seen.add(next);
    for (const key of Reflect.ownKeys(next)) {
      const found = Object.getOwnPropertyDescriptor(next, key);
      open.push(found?.value, found?.get, found?.set);
    }
    open.push(Object.getPrototypeOf(next));
  }
  return seen;
}
