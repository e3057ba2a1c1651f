import { describe, expect, it } from '@jest/globals';
import { createContainer, Policy, Redactor } from '@enforcecore/core';
import { TextCleaner } from './text-cleaner.js';

function cleaner(rules: object, settings = {}): TextCleaner {
  const policy = Policy.from({ name: 'test', rules });
  return new TextCleaner({ container: createContainer({ policy, settings: { auditEnabled: false, ...settings }, environment: {} }) });
}

const pii = { pii_redaction: { categories: ['email'] } };

describe('a text cleaner', () => {
  it('hides values in texts and keys, and gives back the value itself where there is none', async () => {
    const clean = cleaner(pii);
    const untouched = { a: ['x', 1, null] };

    expect(await clean.clean({ 'ann@corp.example': ['to bob@corp.example'] })).toEqual({ '<EMAIL>': ['to <EMAIL>'] });
    expect(await clean.clean(untouched)).toBe(untouched);
  });

  it('hides values in objects of classes, which stay of their class, in maps, sets, URLs and bytes that are a text', async () => {
    class Part {
      readonly type = 'text';
      readonly text: string;
      constructor(text: string) {
        this.text = text;
      }
      get upper(): string {
        return this.text.toUpperCase();
      }
    }
    const clean = cleaner(pii);
    const bytes = new TextEncoder().encode('to ann@corp.example');
    const image = new Uint8Array([0xff, 0xd8, 0xff]);

    const part = await clean.clean(new Part('to ann@corp.example'));
    const [map, set, url, text, buffer] = await clean.clean([new Map([['ann@corp.example', 1]]), new Set(['ann@corp.example']), new URL('https://x.example/?to=ann%40corp.example'), bytes, bytes.buffer] as const);

    expect(part).toBeInstanceOf(Part);
    expect([part.text, part.upper, map, set, url.href.includes('ann'), new TextDecoder().decode(text), new TextDecoder().decode(buffer)]).toEqual(['to <EMAIL>', 'TO <EMAIL>', new Map([['<EMAIL>', 1]]), new Set(['<EMAIL>']), false, 'to <EMAIL>', 'to <EMAIL>']);
    expect(await clean.clean(image)).toBe(image);
    expect(await clean.clean(new Error('to ann@corp.example'))).toMatchObject({ message: 'to <EMAIL>' });
  });

  it('refuses what tells something to hide where it cannot be replaced, and what gives its content by itself', async () => {
    class Secret {
      readonly #text = 'to ann@corp.example';
      get text(): string {
        return this.#text;
      }
    }
    class Json {
      readonly #text = 'to ann@corp.example';
      toJSON(): object {
        return { text: this.#text };
      }
    }
    async function* stream(): AsyncGenerator<string> {
      yield await Promise.resolve('to ann@corp.example');
    }

    for (const value of [new Secret(), new Json(), stream(), Promise.resolve('ann@corp.example')]) {
      await expect(cleaner(pii).clean({ value })).rejects.toMatchObject({ code: 'REDACTION', message: expect.not.stringContaining('ann@') as unknown });
    }
  });

  it('hides values that are split between pieces of a stream', async () => {
    const pipe = cleaner(pii).pipe();

    const out = [await pipe?.push('to ann@co'), await pipe?.push('rp.example!'), await pipe?.flush()];

    expect(out.join('')).toBe('to <EMAIL>!');
  });

  it('does nothing where the policy asks for nothing', async () => {
    const clean = cleaner({});

    expect(clean.isIdle).toBe(true);
    expect(clean.pipe()).toBeUndefined();
    expect(await clean.clean('ann@corp.example')).toBe('ann@corp.example');
  });

  it('refuses data without an end, and what a redactor fails on, with a typed error', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const container = createContainer({ policy: Policy.from({ name: 't', rules: pii }), environment: {} });
    container.rebind(Redactor).toConstantValue({ redact: () => { throw new TypeError('secret'); } });

    await expect(cleaner(pii).clean(cyclic)).rejects.toMatchObject({ code: 'REDACTION' });
    await expect(new TextCleaner({ container }).clean('x')).rejects.toMatchObject({ code: 'REDACTION', message: expect.not.stringContaining('secret') as unknown });
  });

  it('waits for the whole text where a redactor knows no streams', async () => {
    const container = createContainer({ policy: Policy.from({ name: 't', rules: pii }), environment: {} });
    container.rebind(Redactor).toConstantValue({ redact: (text) => ({ text: text.toUpperCase(), findings: [] }) });
    const pipe = new TextCleaner({ container }).pipe();

    expect([await pipe?.push('a'), await pipe?.push('b'), await pipe?.flush()]).toEqual(['', '', 'AB']);
  });
});
