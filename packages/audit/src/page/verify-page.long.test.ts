import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cosignatureMessage, formatCosignature } from '../checkpoint/cosignature.js';
import { generateKeyPair, KeySigner } from '../checkpoint/key-signer.js';
import { readRecord, recordLine } from '../checkpoint/read-record.js';
import { addSignature } from '../checkpoint/sign-checkpoint.js';
import { formatSignatureLine, parseSignedNote } from '../checkpoint/signed-note.js';
import { parseVerifierKey } from '../checkpoint/verifier-key.js';
import { call, Room } from '../trail/kit.test.kit.js';
import type { TrailOptions } from '../trail/options.js';
import { openTrail } from '../trail/trail.js';
import { verifyTrail, type VerificationResult, type VerifyOptions } from '../verify/verify-trail.js';
import { Chromium, chromium } from './chromium.test.kit.js';
import { verifyPagePath } from './verify-page-path.js';

const html = readFileSync(verifyPagePath(), 'utf8');

function inner(name: string): string {
  return new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(html)?.[1] ?? '';
}

function policyOf(name: string): string {
  return new RegExp(`${name} ([^;"]+)`).exec(html)?.[1] ?? '';
}

describe('the page', () => {
  it('runs its own script and style and nothing else, and may reach nothing', () => {
    const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

    expect(policyOf('default-src')).toBe("'none'");
    expect(policyOf('script-src')).toBe(hashOf(inner('script')));
    expect(policyOf('style-src')).toBe(hashOf(inner('style')));
    expect(policyOf('require-trusted-types-for')).toBe("'script'");
  });

  it('names no place to load anything from', () => {
    expect(html.replace(inner('script'), '')).not.toMatch(/\b(?:src|href|srcset|action)\s*=|@import|url\(|https?:/);
    expect(inner('script')).not.toMatch(/https?:\/\//);
  });

  it('holds nothing that needs Node, reaches the network or makes markup of text', () => {
    expect(inner('script')).not.toMatch(/\bnode:|\brequire\(|\bBuffer\b|\bprocess\.|\bfetch\(|XMLHttpRequest|WebSocket|innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|new Function/);
  });
});

interface Shown {
  readonly verdict: string;
  readonly title: string;
  readonly size: string;
  readonly root: string;
  readonly checks: Readonly<Record<string, string>>;
  readonly first: string;
  readonly text: string;
}

interface Fields {
  readonly keys?: string;
  readonly size?: string;
  readonly root?: string;
  readonly policy?: string;
}

const SHOWN = `(() => {
  const result = document.getElementById('result');
  return {
    verdict: result.dataset.verdict,
    title: document.getElementById('verdict').textContent,
    size: result.querySelector('[data-fact=size]').textContent,
    root: result.querySelector('[data-fact=root]').textContent,
    checks: Object.fromEntries([...result.querySelectorAll('[data-check]')].map((row) => [row.dataset.check, row.dataset.status])),
    first: result.querySelector('.first')?.textContent ?? '',
    text: result.textContent,
  };
})()`;

function statuses({ checks }: VerificationResult): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
}

const inBrowser = chromium === undefined ? describe.skip : describe;
inBrowser(`the page in a browser${chromium === undefined ? ' (skipped: install chromium to run it)' : ''}`, () => {
  let browser: Chromium;
  let room: Room;

  beforeAll(() => {
    browser = new Chromium();
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    room = new Room();
    browser.events.length = 0;
    await browser.open(pathToFileURL(verifyPagePath()).href);
  });
  afterEach(() => {
    room.clear();
  });

  async function write(amount: number, options: TrailOptions = {}, path = room.path): Promise<void> {
    const trail = openTrail(path, options);
    for (let i = 0; i < amount; i += 1) trail.append(call(`c-${i}`, { session: 'jörg', tool_name: i % 5 === 0 ? 'send_mail' : 'search' }));
    await trail.close();
  }

  /** Every file of the trail, or those beside it too. */
  function files(): string[] {
    return readdirSync(room.folder, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => join(room.folder, name));
  }

  async function fill(fields: Fields): Promise<void> {
    for (const [id, text] of Object.entries(fields)) await browser.value(`document.getElementById('${id}').value = ${JSON.stringify(text)}`);
  }

  async function start(chosen: readonly string[], fields: Fields = {}): Promise<void> {
    await browser.choose('#files', chosen);
    await fill(fields);
    await browser.value("document.getElementById('check').click()");
  }

  async function check(chosen: readonly string[] = files(), fields: Fields = {}): Promise<Shown> {
    await start(chosen, fields);
    await browser.until("!document.getElementById('result').hidden || !document.getElementById('problem').hidden");
    // Made by the expression above.
    return (await browser.value(SHOWN)) as Shown;
  }

  /** Adds what a witness signs to the last checkpoint, as a further record. */
  function cosign(signingKey: string): void {
    const kept = `${room.path}.checkpoints`;
    const { record } = readRecord(readFileSync(kept, 'utf8').split('\n').at(-2) ?? '');
    const signer = new KeySigner(signingKey);
    const { name, keyId } = parseVerifierKey(signer.verifierKey);
    const time = 1_800_000_000;
    const signature = signer.sign(cosignatureMessage(time, parseSignedNote(record.note).text));
    const line = formatSignatureLine({ name, keyId, bytes: formatCosignature(time, signature) });
    appendFileSync(kept, recordLine({ ...record, note: addSignature(record.note, line) }));
  }

  async function problem(): Promise<unknown> {
    await browser.until("!document.getElementById('problem').hidden");
    return browser.value("document.getElementById('problem').textContent");
  }

  async function expectSame(shown: Shown, options: VerifyOptions = {}): Promise<VerificationResult> {
    const result = await verifyTrail(room.path, options);

    expect(shown.checks).toEqual(statuses(result));
    expect(shown.root).toBe(result.root);
    expect(shown.size).toBe(`${result.size.toLocaleString('en')} ${result.size === 1 ? 'line' : 'lines'}`);
    return result;
  }

  it('finds a good trail good, with the size and root that Node finds', async () => {
    await write(1200);

    const shown = await check();

    const { valid } = await expectSame(shown);
    expect([valid, shown.verdict]).toEqual([true, 'unknown']);
    expect(shown.title).toBe('No fault found, but nobody vouches for it');
  });

  it('finds a changed entry, names its line and shows it', async () => {
    await write(40);
    const lines = room.lines();
    writeFileSync(room.path, lines.map((line, i) => `${i === 15 ? line.replace('send_mail', 'send_fax') : line}\n`).join(''), 'latin1');

    const shown = await check();

    await expectSame(shown);
    expect(shown).toMatchObject({ verdict: 'fail', title: 'This trail is not sound', checks: { chain: 'fail' } });
    expect(shown.first).toContain('trail.jsonl, line 16');
    expect(shown.first).toContain('"tool_name":"send_fax"');
  });

  it.each<readonly [string, (lines: string[]) => readonly string[]]>([
    ['a deleted entry', (l) => l.toSpliced(7, 1)],
    ['a repeated entry', (l) => l.toSpliced(7, 0, l[6] ?? '')],
    ['two entries in the other order', (l) => l.toSpliced(7, 2, l[8] ?? '', l[7] ?? '')],
    ['a key that was put in', (l) => l.with(3, (l[3] ?? '').replace('{', '{"approved_by":"alice",'))],
    ['a line that is not UTF-8', (l) => l.with(3, (l[3] ?? '').replace('rg', '\xff'))],
    ['a torn last line', (l) => l.with(-1, (l.at(-1) ?? '').slice(0, 50))],
    ['a torn line with an entry behind it', (l) => l.with(4, (l[4] ?? '').slice(0, 50) + (l[4] ?? ''))],
    ['nothing at all', () => []],
  ])('judges %s as Node does', async (_, change) => {
    await write(12);
    writeFileSync(room.path, change(room.lines()).map((line) => `${line}\n`).join(''), 'latin1');

    const shown = await check();

    const { valid } = await expectSame(shown);
    expect([valid, shown.verdict]).toEqual([false, 'fail']);
  });

  it('reads closed segments, packed ones too', async () => {
    await write(60, { rotateBytes: 8000, compress: true });
    expect(files().some((name) => name.endsWith('.jsonl.gz'))).toBe(true);

    const shown = await check();

    const { valid, segments } = await expectSame(shown);
    expect([valid, segments > 3]).toEqual([true, true]);
  });

  it('misses a segment that is not there', async () => {
    await write(60, { rotateBytes: 8000, compress: true });
    renameSync(join(room.folder, 'trail.000002.jsonl.gz'), join(room.folder, 'gone'));

    const shown = await check();

    await expectSame(shown);
    expect(shown).toMatchObject({ verdict: 'fail', checks: { gaps: 'fail' } });
  });

  it('says that a packed segment is damaged', async () => {
    await write(60, { rotateBytes: 8000, compress: true });
    const packed = join(room.folder, 'trail.000002.jsonl.gz');
    writeFileSync(packed, readFileSync(packed).subarray(0, -40));

    const shown = await check();

    expect(shown).toMatchObject({ verdict: 'fail', checks: { framing: 'fail' } });
  });

  it('holds a trail against an expected size and root', async () => {
    await write(20);
    const { size, root } = await verifyTrail(room.path);
    await write(5);

    const right = await check(files(), { size: String(size), root });
    const wrong = await check(files(), { size: String(size), root: '0'.repeat(64) });
    const short = await check(files(), { size: '1000', root: '' });

    expect(right).toMatchObject({ verdict: 'unknown', title: 'No fault found, but nobody vouches for the last 5 lines', checks: { expectation: 'pass' } });
    expect([wrong.verdict, wrong.checks['expectation']]).toEqual(['fail', 'fail']);
    expect([short.verdict, short.checks['expectation']]).toEqual(['fail', 'fail']);
  });

  it('checks the signatures of checkpoints with the key it is given', async () => {
    const pair = generateKeyPair('example.org/log');
    const other = generateKeyPair('example.org/log');
    await write(30, { signer: new KeySigner(pair.signingKey), checkpointEntries: 10 });

    const right = await check(files(), { keys: pair.verifierKey });
    const wrong = await check(files(), { keys: other.verifierKey });
    const none = await check(files(), { keys: '' });

    expect(right).toMatchObject({ verdict: 'pass', checks: { checkpoints: 'pass', signatures: 'pass' } });
    expect(wrong).toMatchObject({ verdict: 'fail', checks: { signatures: 'fail' } });
    expect(none).toMatchObject({ verdict: 'unknown', checks: { signatures: 'unknown' } });
  });

  it('says for how many lines nobody vouches, when the checkpoints of the last ones were taken away', async () => {
    const pair = generateKeyPair('example.org/log');
    await write(30, { signer: new KeySigner(pair.signingKey), checkpointEntries: 10 });
    const [first = ''] = readFileSync(`${room.path}.checkpoints`, 'utf8').split('\n');
    writeFileSync(`${room.path}.checkpoints`, `${first}\n`);

    const shown = await check(files(), { keys: pair.verifierKey });

    expect(shown).toMatchObject({ verdict: 'unknown', checks: { checkpoints: 'pass', signatures: 'pass' } });
    expect(shown.title).toMatch(/nobody vouches for the last 20 lines/);
  });

  it('finds a trail that was written anew under the old checkpoints', async () => {
    const pair = generateKeyPair('example.org/log');
    await write(30, { signer: new KeySigner(pair.signingKey) });
    const forged = new Room();
    await write(30, {}, forged.path);
    copyFileSync(forged.path, room.path);
    forged.clear();

    const shown = await check(files(), { keys: pair.verifierKey });

    expect(shown).toMatchObject({ verdict: 'fail', checks: { chain: 'pass', checkpoints: 'fail' } });
  });

  it('holds checkpoints against a witness policy', async () => {
    const pair = generateKeyPair('example.org/log');
    const witness = generateKeyPair('example.org/witness', 'cosignature/v1');
    await write(10, { signer: new KeySigner(pair.signingKey) });
    const policy = `log ${pair.verifierKey}\nwitness w1 ${witness.verifierKey}\nquorum w1`;

    const before = await check(files(), { policy });
    cosign(witness.signingKey);
    const after = await check(files(), { policy });

    expect(before).toMatchObject({ verdict: 'fail', checks: { witnesses: 'fail' } });
    expect(after).toMatchObject({ verdict: 'pass', checks: { witnesses: 'pass' } });
    expect(after.checks).toEqual(statuses(await verifyTrail(room.path, { witnessPolicy: policy })));
  });

  it('does nothing that a hostile trail says', async () => {
    const attack = `</script><script>document.title='taken'</script><img src=x onerror="document.title='taken'">\u202e`;
    const path = join(room.folder, '<img src=x onerror=alert(1)>.jsonl');
    const trail = openTrail(path);
    for (let i = 0; i < 5; i += 1) {
      trail.append(call(attack, { tool_name: attack, agent: attack, session: attack, error_class: attack, violations: [{ action: attack, path: attack, reason: attack, rule: attack, type: attack }] }));
    }
    await trail.close();
    appendFileSync(path, `${attack}\n`);
    appendFileSync(path, readFileSync(path, 'utf8').split('\n')[0]?.replace('"decision":"allowed"', '"decision":"blocked"') ?? '');

    const shown = await check();

    expect(shown.verdict).toBe('fail');
    expect(shown.first).toContain('<script>');
    expect(shown.text).not.toContain('\u202e');
    expect(await browser.value('document.title')).toBe('This trail is not sound: audit trail');
    expect(await browser.value("document.querySelectorAll('main script, main img, main iframe').length")).toBe(0);
  });

  it('asks for nothing over the network and throws nothing', async () => {
    await write(30, { signer: new KeySigner(generateKeyPair('example.org/log').signingKey), rotateBytes: 8000, compress: true });

    await check();

    const told = browser.events.filter(({ method = '' }) => /exceptionThrown|entryAdded|javascriptDialog|requestWillBeSent$/.test(method));
    expect(told.map(({ params }) => (params as { request?: { url: string } }).request?.url)).toEqual([pathToFileURL(verifyPagePath()).href]);
  });

  it('is not able to reach the network if it tried', async () => {
    const attempt = "fetch('http://127.0.0.1:9/').then(() => 'reached', () => 'refused')";

    expect(await browser.value(attempt)).toBe('refused');
    expect(browser.events.some(({ params }) => JSON.stringify(params).includes('Content Security Policy'))).toBe(true);
  });

  it('takes files that are dropped anywhere on it', async () => {
    await write(10);

    await browser.drop(files(), 20, 20);
    await browser.until("!document.getElementById('check').disabled");

    expect(await browser.value("document.getElementById('chosen').textContent")).toContain('trail.jsonl');
  });

  it('shows that it moves while it checks, and answers meanwhile', async () => {
    await write(15_000, { durability: 'buffered', flushEntries: 1000 });
    await browser.value("seen = []; new MutationObserver(() => seen.push(document.getElementById('bar').value)).observe(document.getElementById('bar'), { attributes: true })");

    await check();

    const seen = (await browser.value('seen')) as number[];
    expect(seen.filter((part) => part > 0 && part < 1).length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('stops when it is told to, and then knows nothing', async () => {
    await write(2000);
    await browser.choose('#files', files());

    await browser.value("document.getElementById('check').click(); document.getElementById('stop').click()");

    expect(await problem()).toBe('Stopped. Nothing is known about the trail.');
    expect(await browser.value("document.getElementById('result').hidden")).toBe(true);
  });

  it.each<readonly [keyof Fields, string, string]>([
    ['keys', 'no key', 'key 1: not a verifier key'],
    ['size', 'twelve', 'the expected size is a whole number'],
    ['root', 'abc', 'the expected root is 64 hex digits'],
    ['policy', 'quorum nobody', 'not a witness policy, line 1'],
  ])('says what is wrong with %s, and puts the reader there', async (id, text, message) => {
    await write(3);

    await start(files(), { [id]: text });

    expect(await problem()).toContain(message);
    expect(await browser.value('document.activeElement.id')).toBe(id);
  });

  it('refuses files of two trails, and files that are none', async () => {
    await write(3);
    await write(3, {}, join(room.folder, 'other.jsonl'));
    writeFileSync(join(room.folder, 'notes.txt'), 'x');
    mkdirSync(join(room.folder, 'folder.jsonl'));

    await browser.choose('#files', [room.path, join(room.folder, 'other.jsonl')]);
    expect(await problem()).toContain('more than one trail');

    await browser.value("document.querySelector('#chosen button').click()");
    await browser.choose('#files', [join(room.folder, 'notes.txt')]);
    expect(await problem()).toContain('None of these files is a trail');
  });

  it('can be used without seeing it: every control has a name, and the verdict is where the reader is put', async () => {
    await write(3);

    await check();

    const { nodes } = (await browser.send('Accessibility.getFullAXTree')) as { nodes: { role?: { value: string }; name?: { value: string }; ignored: boolean }[] };
    const controls = nodes.filter(({ role, ignored }) => !ignored && ['button', 'textbox', 'progressbar', 'checkbox'].includes(role?.value ?? ''));
    expect(controls.length).toBeGreaterThanOrEqual(6);
    expect(controls.filter(({ name }) => (name?.value ?? '') === '')).toEqual([]);
    expect(await browser.value('document.activeElement.id')).toBe('verdict');
  });
});
