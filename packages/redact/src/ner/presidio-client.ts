import { RedactError } from '../errors.js';

export interface PresidioClientOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

/** Speaks HTTP with one analyzer; every failure is a typed error that names the address and never the text. */
export class PresidioClient {
  readonly #base: URL;
  readonly #headers: Headers;
  readonly #options: PresidioClientOptions;

  constructor(options: PresidioClientOptions) {
    this.#options = options;
    this.#base = baseOf(options.url);
    this.#headers = headersOf(options.headers);
  }

  analyze(body: unknown, signal: AbortSignal | undefined): Promise<string> {
    return this.#request('analyze', { method: 'POST', body: JSON.stringify(body) }, signal);
  }

  async health(signal?: AbortSignal): Promise<void> {
    await this.#request('health', { method: 'GET' }, signal);
  }

  /** An error about this analyzer. */
  fault(path: string, what: string, todo: string, cause?: unknown): RedactError {
    return new RedactError('RECOGNIZER', `presidio at ${shownUrl(this.#urlOf(path))} ${what}: ${todo}`, cause === undefined ? {} : { cause });
  }

  #urlOf(path: string): URL {
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
    return url;
  }

  async #request(path: string, init: { readonly method: string; readonly body?: string }, signal: AbortSignal | undefined): Promise<string> {
    signal?.throwIfAborted();
    const { timeoutMs } = this.#options;
    const stop = new AbortController();
    const abort = (): void => stop.abort(signal?.reason);
    const late = new Error('timeout');
    const timer = setTimeout(() => stop.abort(late), timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await this.#exchange(path, init, stop.signal);
    } catch (cause) {
      if (cause instanceof RedactError) throw cause;
      if (stop.signal.reason === late) throw this.fault(path, `did not answer within ${String(timeoutMs)} ms`, 'see whether it is overloaded, or raise timeoutMs');
      signal?.throwIfAborted();
      throw this.fault(path, 'could not be reached', 'see whether it runs there and whether a firewall or a redirect stands between', cause);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  async #exchange(path: string, init: { readonly method: string; readonly body?: string }, signal: AbortSignal): Promise<string> {
    const { fetch } = this.#options;
    // A redirect would carry the text to an address nobody chose.
    const response = await fetch(this.#urlOf(path), { ...init, headers: this.#headers, signal, redirect: 'error' });
    if (!response.ok) {
      await response.body?.cancel();
      throw this.fault(path, `answered with status ${String(response.status)}`, 'see its log; a 404 means that the url is not that of an analyzer, a 400 or 500 often that the language or an entity is not set up there');
    }
    return this.#read(path, response);
  }

  async #read(path: string, response: Response): Promise<string> {
    const { maxBytes } = this.#options;
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
    if (reader === undefined) return '';
    const decoder = new TextDecoder();
    let bytes = 0;
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > maxBytes) {
        await reader.cancel();
        throw this.fault(path, `answered with more than ${String(maxBytes)} bytes`, 'raise maxBytes if texts with so many entities are expected');
      }
      text += decoder.decode(value, { stream: true });
    }
  }
}

function baseOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new RedactError('OPTIONS', 'url of the presidio analyzer must be an http or https URL, for example http://localhost:5002');
  if (url.username !== '' || url.password !== '') throw new RedactError('OPTIONS', `url of the presidio analyzer at ${shownUrl(url)} must not hold credentials: give them in headers`);
  url.hash = '';
  return url;
}

function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function headersOf(given: Readonly<Record<string, string>>): Headers {
  try {
    const headers = new Headers(given);
    headers.set('content-type', 'application/json');
    headers.set('accept', 'application/json');
    return headers;
  } catch {
    // The error of the platform quotes the value, which may be a credential: it is no cause to keep.
    throw new RedactError('OPTIONS', 'headers for the presidio analyzer hold a name or a value that HTTP does not allow');
  }
}
