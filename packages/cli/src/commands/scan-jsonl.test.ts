import { afterAll, describe, expect, it } from '@jest/globals';
import { Folder } from '../files.test.kit.js';
import { runCli, type FakeOptions, type Ran } from '../io.test.kit.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});

function jsonl(stdin: NonNullable<FakeOptions['stdin']>, options: FakeOptions = {}): Promise<Ran> {
  return runCli(['scan', '--jsonl'], { ...options, stdin });
}

describe('scan --jsonl', () => {
  it('answers each line in order with exactly id and findings', async () => {
    const { code, out, err } = await jsonl('{"id":1,"text":"a@example.com"}\n{"id":"two","text":"clean"}\n');

    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('{"id":1,"findings":[{"kind":"pii","category":"email","start":0,"end":13}]}\n{"id":"two","findings":[]}\n');
  });

  it('counts offsets in UTF-16 units', async () => {
    const { json } = await jsonl(JSON.stringify({ id: 1, text: '🙂 a@example.com' }));

    expect(json.findings).toEqual([{ kind: 'pii', category: 'email', start: 3, end: 16 }]);
  });

  it('looks for every category unless told otherwise', async () => {
    const text = 'passport number X1234567, IBAN DE89 3704 0044 0532 0130 00';

    const { json } = await jsonl(JSON.stringify({ id: 1, text }));

    expect(json.findings.map(({ category }: { category: string }) => category)).toEqual(expect.arrayContaining(['iban', 'passport']));
  });

  it('finds content rules too, in the order of the text', async () => {
    const { json } = await jsonl(JSON.stringify({ id: 1, text: 'a@example.com; cat ../../../etc/passwd b@example.com' }));

    const kinds = json.findings.map(({ kind }: { kind: string }) => kind);
    const starts = json.findings.map(({ start }: { start: number }) => start);
    expect([kinds[0], kinds.at(-1), kinds.includes('rule')]).toEqual(['pii', 'pii', true]);
    expect(starts).toEqual([...starts].sort((a: number, b: number) => a - b));
  });

  it.each(['7', '-0', '1.50', '1e3', '12345678901234567890', '"7"', '""', '"\\u00e9\\"x"'])('gives back the id %s', async (id) => {
    const { out } = await jsonl(`{"text":"\\"id\\":9","id" : ${id}}\n`);

    const given = id.startsWith('"') ? JSON.stringify(JSON.parse(id)) : id;
    expect(out).toBe(`{"id":${given},"findings":[]}\n`);
  });

  it('gives back an id of half a character', async () => {
    const { out } = await jsonl('{"id":"\\ud800","text":"\\udfff a@example.com"}');

    expect(out).toMatch(/^\{"id":"\\ud800","findings":\[\{"kind":"pii","category":"email","start":2,/);
  });

  it('does not mind where the input is cut', async () => {
    const whole = `${JSON.stringify({ id: 'é🙂', text: 'é a@example.com' })}\r\n\n${JSON.stringify({ id: 2, text: '' })}`;
    const bytes = [...Buffer.from(whole)].map((byte) => Uint8Array.of(byte));

    const { code, out } = await jsonl(bytes);

    expect(code).toBe(0);
    expect(out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { id: unknown }).id)).toEqual(['é🙂', 2]);
  });

  it('passes over the mark that some editors begin a file with', async () => {
    const { code } = await jsonl('\ufeff{"id":1,"text":""}');

    expect(code).toBe(0);
  });

  it.each([
    ['not json john@example.com', 'text that is no JSON'],
    ['[1]', 'JSON that is no object'],
    ['null', 'JSON that is no object'],
    ['{"text":"x"}', 'an id that is no string or number'],
    ['{"id":null,"text":"x"}', 'an id that is no string or number'],
    ['{"__proto__":{"id":1,"text":"x"}}', 'an id that is no string or number'],
    ['{"id":1,"text":5}', 'a text that is no string'],
    ['['.repeat(100_000), 'text that is no JSON'],
  ])('refuses %.40s, after the lines before it', async (line, got) => {
    const { code, out, err } = await jsonl(`{"id":1,"text":"x"}\n${line}\n{"id":3,"text":"x"}\n`);

    expect([code, out]).toEqual([2, '{"id":1,"findings":[]}\n']);
    expect(err).toBe(
      `enforcecore: line 2 of (standard input) is refused: expected {"id": …, "text": "…"}, got ${got}; the lines before it were answered\n`,
    );
  });

  it('refuses bytes that are not UTF-8, after the lines before them', async () => {
    const { code, out, err } = await jsonl([Buffer.from('{"id":1,"text":"x"}\n{"id":2,"text":"'), Uint8Array.of(0xff), Buffer.from('"}\n')]);

    expect([code, out]).toEqual([2, '{"id":1,"findings":[]}\n']);
    expect(err).toContain('line 2 of (standard input) is refused: ');
    expect(err).toContain('bytes that are not UTF-8');
  });

  it('answers nothing to nothing', async () => {
    const { code, out, err } = await jsonl([]);

    expect([code, out, err]).toEqual([0, '', '']);
  });

  it('answers a line of ten million characters', async () => {
    const { code, json } = await jsonl(JSON.stringify({ id: 1, text: `${'x'.repeat(10_000_000)} a@example.com` }));

    expect(code).toBe(0);
    expect(json.findings).toEqual([{ kind: 'pii', category: 'email', start: 10_000_001, end: 10_000_014 }]);
  });

  it('reads files, each counting its own lines', async () => {
    const good = folder.file('good.jsonl', '{"id":1,"text":"x"}\n');
    const bad = folder.file('bad.jsonl', '{"id":2,"text":"x"}\nno\n');

    const { code, out, err } = await runCli(['scan', '--jsonl', good, bad]);

    expect(code).toBe(2);
    expect(out).toBe('{"id":1,"findings":[]}\n{"id":2,"findings":[]}\n');
    expect(err).toContain(`line 2 of ${bad} is refused`);
  });

  it('refuses a file that is not there', async () => {
    const { code, err } = await runCli(['scan', '--jsonl', folder.at('none')]);

    expect([code, err]).toEqual([2, `enforcecore: cannot read ${folder.at('none')}: there is no such file\n`]);
  });

  it('stops reading when nobody reads its answers', async () => {
    let asked = 0;
    const endless = {
      *[Symbol.iterator]() {
        for (;;) {
          asked += 1;
          yield `{"id":${String(asked)},"text":"x"}\n`;
        }
      },
    };

    const { code, err } = await jsonl(endless as unknown as readonly string[], { closesAfter: 2 });

    expect([code, err, asked]).toEqual([0, '', 3]);
  });
});
