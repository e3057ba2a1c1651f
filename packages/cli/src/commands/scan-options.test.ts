import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const notes = folder.file('notes.txt', 'Dear Ann,\r\nwrite to john@example.com or call 555-123-4567\r\n');
afterAll(() => {
  folder.remove();
});

describe('scan --context', () => {
  it('shows findings in their line, with placeholders for all that was found', async () => {
    const { code, out } = await runCli(['scan', notes, '--context', '40']);

    expect(code).toBe(1);
    expect(out).toBe(
      `${notes}:2:10: pii email  ****@*******.***\n    write to <EMAIL> or call <PHONE>\n` +
        `${notes}:2:35: pii phone  ***-***-****\n    write to <EMAIL> or call <PHONE>\n`,
    );
  });

  it('shows so many characters on either side, a neighbour as a whole or not at all', async () => {
    const { out } = await runCli(['scan', notes, '--context', '5']);
    const { out: wider } = await runCli(['scan', notes, '--context', '10']);

    expect(out).toContain('    …e to <EMAIL> or c…\n');
    expect(wider).toContain('    …<EMAIL> or call <PHONE>\n');
  });

  it('stands in JSON too', async () => {
    const { json } = await runCli(['scan', notes, '--context', '9', '--json']);

    expect(json.findings[0]).toEqual({ source: notes, line: 2, column: 10, kind: 'pii', category: 'email', start: 20, end: 36, context: 'write to <EMAIL> or call …' });
  });

  it('writes the placeholder that redact writes', async () => {
    const text = 'postgres://bob:hunter2secret@db.example.com/x';

    const scanned = await runCli(['scan', '--text', text, '--context', '100']);
    const redacted = await runCli(['redact', '--text', text]);

    expect(scanned.out.split('\n')[1]).toBe(`    ${redacted.out.trimEnd()}`);
  });

  it('never shows a value, in whatever windows a long line is read', async () => {
    const words = Array.from({ length: 30_000 }, (_, k) => `user${String(k)}@example.com likes plain words`).join(' ');

    const { code, out } = await runCli(['scan', '--context', '60', '--categories', 'email'], { stdin: words.match(/[^]{1,65536}/g) ?? [] });

    expect(code).toBe(1);
    expect(out).not.toMatch(/@example|user\d/);
    expect(out.split('\n').filter((line) => line.startsWith('    '))).toHaveLength(30_000);
  });

  it('writes out terminal escapes, NUL and bidirectional marks', async () => {
    const { out } = await runCli(['scan', '--text', '\x1b[2J \u202e\0 a@example.com', '--context', '20']);

    expect(out).toContain('    \\x1b[2J \\u202e\\x00 <EMAIL>\n');
  });

  it('cuts no character in half', async () => {
    const { out } = await runCli(['scan', '--text', '🙂🙂🙂 a@example.com 🙂🙂🙂', '--context', '4']);

    expect(out).toContain('    …🙂 <EMAIL> 🙂…\n');
  });

  it('shows an attack as a placeholder, with what is inside of it', async () => {
    const { out } = await runCli(['scan', '--text', 'see ../../../etc/passwd there', '--context', '20', '--categories', 'path_traversal']);

    expect(out).toMatch(/\n {4}see <PATH_TRAVERSAL>( there)?\n/);
  });

  it.each([
    [['--context', '0'], '--context takes 1 to 1000 characters, got 0'],
    [['--context', '1001'], '--context takes 1 to 1000 characters, got 1001'],
    [['--context', '3', '--jsonl'], '--context is not for --jsonl, which answers with offsets only'],
    [['--show-values'], '--show-values is for the page of --html: nothing else ever shows values'],
    [['--html', 'notes.txt'], '--html takes the name of a file that ends in .html'],
    [['--baseline', 'a', '--write-baseline', 'b'], 'choose one: --baseline reads, --write-baseline writes'],
  ])('is refused as %j', async (args, message) => {
    const { code, err } = await runCli(['scan', '--text', 'x', ...args]);

    expect([code, err]).toEqual([2, `enforcecore: ${message}\n`]);
  });
});

describe('what scan looks for', () => {
  it('can be patterns of one\'s own, also line by line', async () => {
    const args = ['--pattern', 'ticket=T-\\d{4}', '--pattern', 'ticket=Q-\\d{4}', '--categories', 'ticket'];

    const { json } = await runCli(['scan', '--text', 'T-1234 and Q-1234 a@example.com', '--json', ...args]);
    const lines = await runCli(['scan', '--jsonl', ...args], { stdin: '{"id":1,"text":"see T-1234"}\n' });

    expect(json.counts).toEqual({ ticket: 2 });
    expect(lines.out).toBe('{"id":1,"findings":[{"kind":"pii","category":"ticket","start":4,"end":10}]}\n');
  });

  it('can be names, and what base64 hides', async () => {
    const hidden = Buffer.from('write to ann@example.com today').toString('base64');

    const { json } = await runCli(['scan', '--text', `${hidden} was sent by Maria Garcia yesterday`, '--names', '--json']);

    expect(json.counts).toEqual({ email: 1, person_name: 1 });
  });
});

describe('scan on a terminal', () => {
  it('counts files and bytes, and takes the line away before it prints', async () => {
    mkdirSync(folder.at('many'));
    for (let k = 0; k < 30; k += 1) folder.file(`many/${String(k)}.txt`, k === 20 ? 'a@example.com' : 'clean');

    const { out, err } = await runCli(['scan', folder.at('many')], { terminal: 60 });

    expect(err).toMatch(/\r\x1b\[Kscanning file 3, \d+ bytes {2}\//);
    expect(out.split('\n')).toHaveLength(2);
    expect(err.endsWith('\r\x1b[K1 finding in 1 input of 30: email\n')).toBe(true);
    for (const line of err.split('\r\x1b[K')) expect(line.length).toBeLessThan(60);
  });

  it('is quiet elsewhere', async () => {
    const { err } = await runCli(['scan', folder.at('many')]);

    expect(err).toBe('1 finding in 1 input of 30: email\n');
  });
});

describe('scan --baseline', () => {
  const base = folder.at('known.json');
  mkdirSync(folder.at('repo'));
  folder.file('repo/a.txt', 'a@example.com\n');

  it('accepts what was found, without its values, and reports what is new', async () => {
    const wrote = await runCli(['scan', folder.at('repo'), '--write-baseline', base]);
    const same = await runCli(['scan', folder.at('repo'), '--baseline', base]);
    folder.file('repo/a.txt', 'moved down\n\na@example.com b@example.com\n');
    const more = await runCli(['scan', folder.at('repo'), '--baseline', base, '--json']);

    expect([wrote.code, wrote.err]).toEqual([0, `1 accepted in ${base}\n1 finding in 1 input of 1: email\n`]);
    expect(readFileSync(base, 'utf8')).not.toContain('example.com');
    expect([same.code, same.out, same.err]).toEqual([0, '', 'nothing found in 1 input; 1 finding known by the baseline\n']);
    expect([more.code, more.json.known, more.json.findings.length, more.json.findings[0].start]).toEqual([1, 1, 1, 26]);
  });

  it('accepts a value in its own file only', async () => {
    folder.file('repo/b.txt', 'a@example.com\n');

    const { code, out } = await runCli(['scan', folder.at('repo/b.txt'), '--baseline', base]);

    expect([code, out]).toEqual([1, expect.stringContaining('b.txt:1:1: pii email')]);
  });

  it('is written the same again when nothing has changed', async () => {
    await runCli(['scan', folder.at('repo'), '--write-baseline', base]);
    const before = readFileSync(base, 'utf8');

    await runCli(['scan', folder.at('repo'), '--write-baseline', base]);

    expect(readFileSync(base, 'utf8')).toBe(before);
  });

  it('is no input of a folder', async () => {
    const inside = folder.at('repo/known.json');

    await runCli(['scan', folder.at('repo'), '--write-baseline', inside]);
    const { json } = await runCli(['scan', folder.at('repo'), '--baseline', inside, '--json']);

    expect([json.sources, json.clean]).toEqual([2, true]);
  });

  it.each(['x', '{}', '{"version":1,"key":"AA","findings":[]}', '[]', 'null'])('is refused as %j', async (content) => {
    const file = folder.file('bad.json', content);

    const read = await runCli(['scan', '--text', 'x', '--baseline', file]);
    const write = await runCli(['scan', '--text', 'x', '--write-baseline', file]);

    expect([read.code, write.code]).toEqual([2, 2]);
    expect(read.err).toContain('expected a baseline written by enforcecore scan --write-baseline');
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('is refused when it is not there, and as an input', async () => {
    const none = await runCli(['scan', '--text', 'x', '--baseline', folder.at('none.json')]);
    const input = await runCli(['scan', base, '--write-baseline', base]);

    expect([none.code, input.code]).toEqual([2, 2]);
    expect(none.err).toContain('there is no such file');
    expect(input.err).toContain('is to be scanned, and would be written over');
  });
});

describe('scan --html', () => {
  const page = folder.at('report.html');
  const scan = async (content: string, ...flags: readonly string[]): Promise<string> => {
    await runCli(['scan', folder.file('<b>&.txt', content), '--html', page, ...flags]);
    return readFileSync(page, 'utf8');
  };

  it('writes a page beside the report, and tells its name', async () => {
    const { code, out, err } = await runCli(['scan', notes, '--html', page]);

    expect(code).toBe(1);
    expect(out).toMatch(/2:10: pii email {2}\S+\n.*2:35: pii phone {2}\S+\n$/);
    expect(err).toBe(`the page is ${page}\n2 findings in 1 input of 1: email, phone\n`);
  });

  it('shows each line once, with placeholders that tell category and place', async () => {
    const html = await scan('write to john@example.com or call 555-123-4567\n');

    expect(html.match(/<div><i>/g)).toHaveLength(1);
    expect(html).toContain(
      '<div><i>1</i><span>write to <mark class="pii" tabindex="0" data-tip="email: line 1, column 10, 16 characters">&lt;EMAIL&gt;</mark> or call ' +
        '<mark class="pii" tabindex="0" data-tip="phone: line 1, column 35, 12 characters">&lt;PHONE&gt;</mark></span></div>',
    );
    expect(html).not.toContain('john@');
  });

  it('loads nothing, runs nothing and escapes everything', async () => {
    const html = await scan(`<script>alert("1")</script> '\u202e' a@example.com\n`);

    expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'">/);
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &#39;\\u202e&#39; ');
    expect(html).toContain('&lt;b&gt;&amp;.txt');
    expect(html).not.toMatch(/<script|<img|<link|https?:|style="|\son[a-z]+=|\u202e/);
  });

  it('shows values only when told to, and says so loudly', async () => {
    const file = folder.file('loud.txt', 'mail <john>@x john@example.com\n');

    const { out, err } = await runCli(['scan', file, '--html', page, '--show-values']);

    const html = readFileSync(page, 'utf8');
    expect(html).toContain('>john@example.com</mark>');
    expect(html).toContain('This page shows every value that was found in plain text.');
    expect(err).toContain(`enforcecore: warning: ${page} shows every value that was found in plain text`);
    expect(out).not.toContain('john');
  });

  it('is written too when nothing was found, and in JSON', async () => {
    const { code, json } = await runCli(['scan', '--text', 'clean', '--html', page, '--json']);

    expect([code, json.clean]).toEqual([0, true]);
    expect(readFileSync(page, 'utf8')).toContain('<h1>Nothing was found</h1>');
  });

  it('tells how many lines it leaves out', async () => {
    const html = await scan(Array.from({ length: 700 }, (_, k) => `u${String(k)}@example.com\n`).join(''));

    expect(html.match(/<div><i>/g)).toHaveLength(500);
    expect(html).toContain('200 more lines with findings not shown.');
    expect(html).toContain('<td class="count">700</td>');
  });

  it('stays small for a line of ten million characters', async () => {
    const html = await scan(`${'x'.repeat(5_000_000)} a@example.com ${'y'.repeat(4_000_000)} ${'b@example.com '.repeat(10_000)}\n`);

    expect(html.length).toBeLessThan(40_000);
    expect(html).toMatch(/[\d,]+ more findings on this line/);
    expect(html).not.toContain('@example');
  });

  it('is not read again by a scan of its folder, and replaces no input', async () => {
    writeFileSync(folder.at('repo/page.html'), 'z@example.com');

    const walked = await runCli(['scan', folder.at('repo'), '--html', folder.at('repo/page.html'), '--json', '--categories', 'email']);
    const named = await runCli(['scan', page, '--html', page]);

    expect(walked.out).not.toContain('page.html');
    expect([named.code, named.err]).toEqual([2, expect.stringContaining('would be written over')]);
  });

  it('says when it cannot be written', async () => {
    const { code, err } = await runCli(['scan', '--text', 'x', '--html', folder.at('no/such/page.html')]);

    expect([code, err]).toEqual([2, `enforcecore: cannot write ${folder.at('no/such/page.html')}: there is no such file\n`]);
  });
});
