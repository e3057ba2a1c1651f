import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(fileURLToPath(import.meta.url)), '../../dist/main.js');

/** The compiled command with a pipe on every side, as in `tail -f | enforcecore redact`. */
class Pipe {
  readonly child: ChildProcessWithoutNullStreams;
  out = '';
  err = '';
  readonly #ended: Promise<number | null>;
  #wake = (): void => undefined;

  constructor(args: readonly string[] = []) {
    this.child = spawn(process.execPath, [main, 'redact', ...args], { env: { PATH: process.env['PATH'] } });
    this.child.stdin.on('error', () => undefined);
    this.child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      this.out += piece;
      this.#wake();
    });
    this.child.stderr.setEncoding('utf8').on('data', (piece: string) => (this.err += piece));
    this.#ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  send(bytes: string | Uint8Array): void {
    this.child.stdin.write(bytes);
  }

  /** Waits until all of this has come out, and nothing else. */
  async comes(text: string): Promise<void> {
    await this.begins(text);
    expect(this.out).toBe(text);
    this.out = '';
  }

  /** Waits until at least this has come out. */
  async begins(text: string): Promise<void> {
    while (this.out.length < text.length) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    expect(this.out.slice(0, text.length)).toBe(text);
  }

  ended(): Promise<number | null> {
    return this.#ended;
  }
}

let pipe: Pipe | undefined;
const start = (args?: readonly string[]): Pipe => (pipe = new Pipe(args));
beforeAll(() => {
  if (!existsSync(main)) throw new Error('dist/main.js is missing: these tests start the compiled command; run npm run build first');
});
afterEach(() => {
  pipe?.child.kill('SIGKILL');
});

describe('redact in a pipe', () => {
  it.each([[[]], [['--pattern', 'ticket=T-\\d+']], [['--names']]])('lets each line out before the next is sent, with %j', async (args) => {
    const redact = start(args);

    for (let k = 0; k < 20; k += 1) {
      redact.send(`${String(k)} user${String(k)}@example.com\n`);
      await redact.comes(`${String(k)} <EMAIL>\n`);
    }
    redact.child.stdin.end();

    expect([await redact.ended(), redact.out, redact.err]).toEqual([0, '', '']);
  });

  it('lets words of an unfinished line out', async () => {
    const redact = start();

    redact.send('these are plain words of a line that has no end for quite a while ');
    await redact.begins('these are plain words ');
    redact.send('and a@example.com\n');
    await redact.comes('these are plain words of a line that has no end for quite a while and <EMAIL>\n');
  });

  it('joins a character that arrives in two halves, and passes bytes that are no UTF-8 as U+FFFD', async () => {
    const redact = start();

    redact.send(Uint8Array.of(0x67, 0xc3));
    redact.send(Uint8Array.of(0xbc, 0x0a));
    await redact.comes('gü\n');
    redact.send(Uint8Array.of(0xff, 0xc3, 0x28, 0x0a));
    await redact.comes('\ufffd\ufffd(\n');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('writes what it holds at %s, and ends with 0', async (signal) => {
    const redact = start();

    redact.send('a@example.com\nand b@example.com');
    await redact.begins('<EMAIL>\n');
    redact.child.kill(signal);

    expect([await redact.ended(), redact.out, redact.err]).toEqual([0, '<EMAIL>\nand <EMAIL>', '']);
  });

  it('ends quietly when its reader has left, though its input stays open', async () => {
    const redact = start();
    redact.send('one\n');
    await redact.comes('one\n');

    redact.child.stdout.destroy();
    const sending = setInterval(() => {
      redact.send('two\n');
    }, 20);
    const code = await redact.ended().finally(() => {
      clearInterval(sending);
    });

    expect([code, redact.err]).toEqual([0, '']);
  });
});
