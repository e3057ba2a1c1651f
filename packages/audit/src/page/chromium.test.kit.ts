import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** The browser's program; undefined where none is installed. */
export const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A real browser without a window, driven through the DevTools protocol over a pipe. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #out: Writable;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #session: string | undefined;
  #next = 1;
  #rest = '';
  /** Every event that the page sent: network requests, exceptions, dialogs. */
  readonly events: Answer[] = [];

  constructor() {
    this.#profile = mkdtempSync(join(tmpdir(), 'verify-page-'));
    this.#process = spawn(
      chromium ?? '',
      ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--remote-debugging-pipe', `--user-data-dir=${this.#profile}`],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    // The two pipes were asked for above.
    this.#out = this.#process.stdio[3] as Writable;
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      this.#hear(text);
    });
  }

  async open(url: string, width = 1100, height = 900): Promise<void> {
    const { targetId } = (await this.#ask('Target.createTarget', { url: 'about:blank' })) as { targetId: string };
    const attached = (await this.#ask('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string };
    this.#session = attached.sessionId;
    for (const domain of ['Page', 'Runtime', 'Network', 'DOM', 'Log']) await this.send(`${domain}.enable`);
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Page.navigate', { url });
    await this.until("document.readyState === 'complete'");
  }

  send(method: string, params: object = {}): Promise<unknown> {
    return this.#ask(method, params, this.#session);
  }

  /** The value of an expression in the page. */
  async value(expression: string): Promise<unknown> {
    const answer = (await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })) as {
      readonly result: { readonly value?: unknown };
      readonly exceptionDetails?: { readonly text: string };
    };
    if (answer.exceptionDetails !== undefined) throw new Error(`${expression}: ${answer.exceptionDetails.text}`);
    return answer.result.value;
  }

  /** Waits until an expression is true; a test that waits for ever is ended by its own limit. */
  async until(expression: string): Promise<void> {
    while ((await this.value(expression)) !== true) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async choose(selector: string, files: readonly string[]): Promise<void> {
    const { result } = (await this.send('Runtime.evaluate', { expression: `document.querySelector('${selector}')` })) as { result: { objectId: string } };
    await this.send('DOM.setFileInputFiles', { files, objectId: result.objectId });
  }

  async drop(files: readonly string[], x: number, y: number): Promise<void> {
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) await this.send('Input.dispatchDragEvent', { type, x, y, data });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#out.write(`${JSON.stringify({ id: 0, method: 'Browser.close' })}\0`);
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #ask(method: string, params: object, sessionId?: string): Promise<unknown> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ error, result }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  #hear(text: string): void {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop() ?? '';
    for (const message of messages) {
      // The protocol's messages have this shape.
      const answer = JSON.parse(message) as Answer;
      if (answer.id === undefined) this.events.push(answer);
      else this.#waiting.get(answer.id)?.(answer);
    }
  }
}
