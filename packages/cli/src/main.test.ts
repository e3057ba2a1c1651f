import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Folder, goodPolicy } from './files.test.kit.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const main = join(root, 'dist/main.js');
const folder = new Folder();
const policy = folder.file('policy.yaml', goodPolicy);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Spawning {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: string;
  /** Leave standard input open, as `tail -f` does. */
  readonly keepOpen?: boolean;
  /** Close standard output after the first piece, as `head -1` does. */
  readonly closeEarly?: boolean;
  readonly killAfterOutput?: boolean;
}

function enforcecore(args: readonly string[], { stdin = '', env = {}, program = main, closeEarly = false, keepOpen = false, killAfterOutput = false }: Spawning = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'], ...env } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
      if (closeEarly) child.stdout.destroy();
      if (killAfterOutput) child.kill();
    });
    child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
    if (keepOpen) child.stdin.write(stdin);
    else child.stdin.end(stdin);
  });
}

beforeAll(() => {
  if (!existsSync(main)) throw new Error('dist/main.js is missing: these tests start the compiled command; run npm run build first');
});
afterAll(() => {
  folder.remove();
});

describe('the compiled command', () => {
  it('starts, and prints its version', async () => {
    const { code, out, err } = await enforcecore(['--version']);

    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('starts by its linked name too', async () => {
    const { code } = await enforcecore(['--version'], { program: join(root, 'bin/enforcecore.js') });

    expect(code).toBe(0);
  });

  it('ends with the exit code of the command', async () => {
    const ok = await enforcecore(['scan'], { stdin: 'clean' });
    const found = await enforcecore(['scan'], { stdin: 'a@example.com' });
    const refused = await enforcecore(['scan', '--what']);

    expect([ok.code, found.code, refused.code]).toEqual([0, 1, 2]);
  });

  it('tries a call, with no warning of its own', async () => {
    const { code, out, err } = await enforcecore(['dry-run', policy, '--tool', 'send_email', '--args', '{"to":"a@example.com"}', '--json']);

    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ decision: 'redacted', args: [{ to: '<EMAIL>' }] });
  });

  it('says what weakens protection once', async () => {
    const { out, err } = await enforcecore(['info'], { env: { ENFORCECORE_FAIL_OPEN: '1' } });

    expect(err).toBe('');
    expect(out.match(/failOpen is on/g)).toHaveLength(1);
  });

  it('ends quietly when its reader leaves', async () => {
    const text = folder.file('long.txt', 'plain words\n'.repeat(500_000));

    const { out, err } = await enforcecore(['redact', text], { closeEarly: true });

    expect(err).toBe('');
    expect(out.length).toBeLessThan(6_000_000);
  });

  it('cleans what has arrived of a pipe that stays open', async () => {
    const { out, err } = await enforcecore(['redact'], { stdin: 'a@example.com\n', keepOpen: true, killAfterOutput: true });

    expect([out, err]).toEqual(['<EMAIL>\n', '']);
  });

  it('answers thousands of lines, in order', async () => {
    const lines = Array.from({ length: 20_000 }, (_, id) => JSON.stringify({ id, text: id % 2 === 0 ? 'a@example.com' : 'clean' }));

    const { code, out } = await enforcecore(['scan', '--jsonl'], { stdin: lines.join('\n') });

    const ids = out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { id: number }).id);
    expect(code).toBe(0);
    expect(ids).toEqual(lines.map((_, id) => id));
  });

  it('leaves a pipe that stays open as soon as a line is refused', async () => {
    const { code, err } = await enforcecore(['scan', '--jsonl'], { stdin: 'no\n', keepOpen: true });

    expect(code).toBe(2);
    expect(err).toContain('line 1 of (standard input) is refused');
  });
});
