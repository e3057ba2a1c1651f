import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, Script } from 'node:vm';

const source = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: source(''), loader: 'ts' },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'bundle',
    write: false,
    logLevel: 'silent',
    conditions: ['@enforcecore/source'],
    minify: true,
  });
  return outputFiles[0]?.text ?? '';
}

const program = `
  import { Redactor, redactValue, MemoryVault } from './index.js';
  import { PatternRegistry } from './custom/patterns.js';
  const redactor = new Redactor({ patterns: new PatternRegistry().register('staff', 'EMP-\\\\d+') });
  const vault = new Redactor({ strategy: 'tokenize', vault: new MemoryVault() });
  export const answers = [
    redactor.redact('mail jörg@exämple.com, call +44 20 7946 0958, EMP-12, ssn １２３-４５-６７８９').text,
    redactValue({ password: 'hunter2-Fjord' }, (text, name) => redactor.redact(text, name)).value,
    vault.redact('john@example.com').text,
    new Redactor({ strategy: 'hash', hashKey: 'key' }).redact('john@example.com').text.length,
  ];
`;
const expected = ['mail <EMAIL>, call <PHONE>, <STAFF>, ssn <SSN>', { password: '<PASSWORD>' }, '⟦EMAIL_1⟧', 23];
const browser = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

describe('the main entry', () => {
  it('asks nothing of Node: it is bundled for a browser without a module of Node', async () => {
    const text = await bundle(program);

    expect(text).not.toMatch(/require\(|node:/);
  });

  it('works where there is nothing but the language and the web’s own objects', async () => {
    const context = createContext({ TextEncoder, TextDecoder, crypto, URL, URLSearchParams, TransformStream });
    new Script(`${await bundle(program)}; globalThis.answers = JSON.stringify(bundle.answers)`).runInContext(context);

    expect(JSON.parse(String(context['answers']))).toEqual(expected);
  });

  const inBrowser = browser === undefined ? it.skip : it;
  inBrowser(`works in a browser${browser === undefined ? ' (skipped: install chromium to run it)' : ''}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redact-browser-'));
    try {
      const page = join(folder, 'page.html');
      writeFileSync(page, `<meta charset="utf-8"><pre id="out"></pre><script>${(await bundle(program)).replaceAll('</', '<\\/')}; document.getElementById('out').textContent = JSON.stringify(bundle.answers)</script>`);
      const { stdout } = spawnSync(browser ?? '', ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`, '--dump-dom', `file://${page}`], { encoding: 'utf8', timeout: 50_000 });
      const shown = /<pre id="out">(.*?)<\/pre>/s.exec(stdout)?.[1]?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&') ?? '';

      expect(JSON.parse(shown)).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
