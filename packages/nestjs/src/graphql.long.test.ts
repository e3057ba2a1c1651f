import { describe, expect, it, afterAll, beforeAll } from '@jest/globals';
import { startKit, type Kit } from './child.test.kit.js';

describe('over GraphQL, on Mercurius', () => {
  let kit: Kit;

  beforeAll(async () => {
    kit = await startKit('graphql-app.test.kit.js');
  });

  afterAll(async () => {
    await kit.end();
  });

  const state = async (): Promise<{ asked: number; entries: number; warnings: string[] }> => (await (await fetch(`${kit.url}/state`)).json()) as { asked: number; entries: number; warnings: string[] };

  async function ask(query: string, tenant = 'acme'): Promise<{ data: Record<string, unknown> | null; errors?: { message: string; extensions: Record<string, unknown> }[] }> {
    const answer = await fetch(`${kit.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-tenant': tenant }, body: JSON.stringify({ query }) });
    return (await answer.json()) as never;
  }

  it('makes the calls of every resolver in the name of the caller, who is asked for once an operation', async () => {
    const before = await state();

    const { data } = await ask('{ who letters { id owner } }');

    expect(data).toEqual({ who: 'acme', letters: [{ id: '1', owner: 'acme1' }, { id: '2', owner: 'acme2' }] });
    expect((await state()).asked - before.asked).toBe(1);
  });

  it('keeps parallel operations apart', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ask('{ letters { owner } }', `t${String(i)}-`)));

    expect(answers.map(({ data }) => (data?.['letters'] as { owner: string }[])[1]?.owner)).toEqual(Array.from({ length: 20 }, (_, i) => `t${String(i)}-2`));
  });

  it('watches one response once, however many resolvers there are', async () => {
    const fields = Array.from({ length: 30 }, (_, i) => `l${String(i)}: letters { owner }`).join(' ');

    const { data } = await ask(`{ ${fields} }`);

    expect(Object.keys(data ?? {})).toHaveLength(30);
    expect((await state()).warnings.filter((name) => name.startsWith('MaxListeners'))).toEqual([]);
  });

  it('makes no call when the caller cannot be resolved', async () => {
    const before = await state();

    const { data, errors } = await ask('{ who }', 'forged');

    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect((await state()).entries).toBe(before.entries);
  });

  it('answers a refusal with a code, a status and what to wait', async () => {
    const denied = await ask('mutation { erase(id: "1") }');
    await ask('{ limited }');
    const limited = await ask('{ limited }');

    expect(denied.errors?.[0]).toMatchObject({ message: expect.stringContaining('"erase"'), extensions: { code: 'TOOL_NOT_ALLOWED', tool: 'erase', http: { status: 403 } } });
    expect(limited.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMIT', retryAfterMs: expect.any(Number), http: { status: 429 } });
  });
});
