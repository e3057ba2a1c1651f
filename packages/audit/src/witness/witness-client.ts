import { parseCheckpoint, parseSize } from '../checkpoint/checkpoint.js';
import { cosignatureKey } from '../checkpoint/cosignature.js';
import { formatSignatureLine, MAX_SIGNATURES, parseSignatureLine, parseSignedNote } from '../checkpoint/signed-note.js';
import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import { TrailError, type TrailErrorCode } from '../errors.js';
import { formatAddCheckpoint, SIZE_CONTENT_TYPE } from './add-checkpoint.js';
import { WitnessAheadError } from './witness-ahead-error.js';

export interface WitnessClientOptions {
  /** The witness's submission prefix, below which `/add-checkpoint` is. */
  readonly url: string;
  readonly key: VerifierKey;
  /** For one request and its answer; 10 seconds unless said. */
  readonly timeoutMs?: number;
}

export interface WitnessRequest {
  /** The checkpoint, signed by the log. */
  readonly note: string;
  /** The size that the witness is thought to know. */
  readonly oldSize: number;
  /** The consistency proof from an older size to that of the checkpoint, in hex. */
  proofFrom(oldSize: number): readonly string[] | Promise<readonly string[]>;
}

export interface Cosignature {
  /** Signature lines, each verified against the witness's key. */
  readonly lines: readonly string[];
  /** When the witness signed, POSIX seconds. */
  readonly time: number;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

/** Asks one witness to cosign checkpoints over HTTP (C2SP tlog-witness). */
export class WitnessClient {
  readonly key: VerifierKey;
  readonly #url: string;
  readonly #timeoutMs: number;

  constructor({ url, key, timeoutMs = DEFAULT_TIMEOUT_MS }: WitnessClientOptions) {
    if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol)) {
      throw new TrailError('OPTIONS', '', `cannot ask witness ${key.name}: expected an http or https address`);
    }
    if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 600_000) {
      throw new TrailError('OPTIONS', '', `cannot ask witness ${key.name}: expected a timeoutMs from 1 to 600000`);
    }
    this.key = cosignatureKey(key);
    this.#url = `${url.replace(/\/+$/, '')}/add-checkpoint`;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The witness's cosignature. Throws `TrailError` CHECKPOINT where the witness knows another history of this log, or, as
   * `WitnessAheadError`, a longer one, and WITNESS where it is out of reach, does not know the log, or answers something else.
   */
  async cosign(request: WitnessRequest): Promise<Cosignature> {
    const { size } = parseCheckpoint(parseSignedNote(request.note).text);
    const answer = await this.#ask(request, request.oldSize);
    const known = this.#knownSize(answer, size, request.oldSize);
    if (known === null) return this.#cosignature(request, answer);
    const second = await this.#ask(request, known);
    if (this.#knownSize(second, size, known) !== null) throw this.#failed('its size changed while it was asked: repeat');
    return this.#cosignature(request, second);
  }

  /** The size the witness wants to start from; null where it does not answer with one. */
  #knownSize({ status, contentType, body }: Answer, size: number, asked: number): number | null {
    if (status !== 409) return null;
    const known = contentType.split(';', 1)[0]?.trim() === SIZE_CONTENT_TYPE && body.endsWith('\n') ? parseSize(body.slice(0, -1)) : null;
    // C2SP lets a witness leave out the size where roots differ at one size.
    if (known === asked || (known === null && asked === size)) throw this.#alarm(`it knows another log of size ${asked}`);
    if (known === null) throw this.#failed('it answered 409 without its size');
    if (known > size) throw new WitnessAheadError(this.key.name, known, size);
    return known;
  }

  async #cosignature({ note }: WitnessRequest, { status, body }: Answer): Promise<Cosignature> {
    if (status !== 200) throw this.#refused(status);
    const { text } = parseSignedNote(note);
    const lines = body.split('\n', MAX_SIGNATURES + 1);
    if (lines.pop() !== '') throw this.#failed(`it answered something else than up to ${MAX_SIGNATURES} signature lines`);
    const signatures = lines.map((line) => this.#signature(line)).filter(({ name, keyId }) => name === this.key.name && keyId === this.key.keyId);
    const { verified, wrong } = await verifyNote({ text, signatures }, [this.key]);
    const time = verified[0]?.time ?? null;
    if (wrong.length > 0) throw this.#failed('its signature is not by its key, or not over this checkpoint');
    if (time === null) throw this.#failed('it did not sign');
    return { lines: signatures.map(formatSignatureLine), time };
  }

  #signature(line: string): ReturnType<typeof parseSignatureLine> {
    try {
      return parseSignatureLine(line);
    } catch (cause) {
      throw this.#failed('it answered something else than signature lines', cause);
    }
  }

  async #ask(request: WitnessRequest, oldSize: number): Promise<Answer> {
    const proof = await request.proofFrom(oldSize);
    const body = formatAddCheckpoint({ oldSize, proof, note: request.note });
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        // Followed, a redirect could send the checkpoint anywhere; it shows as its status.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      return { status: response.status, contentType: response.headers.get('content-type') ?? '', body: await this.#text(response) };
    } catch (cause) {
      if (cause instanceof TrailError) throw cause;
      const isLate = cause instanceof Error && cause.name === 'TimeoutError';
      throw this.#failed(isLate ? `no answer within ${this.#timeoutMs} ms` : 'it is out of reach', cause);
    }
  }

  async #text(response: Response): Promise<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    let [text, length] = ['', 0];
    if (response.body === null) return text;
    for await (const chunk of response.body) {
      // The body of a response is made of bytes; its type in Node leaves that open.
      const bytes = chunk as Uint8Array;
      length += bytes.length;
      if (length > MAX_ANSWER_BYTES) throw this.#failed(`its answer is longer than ${MAX_ANSWER_BYTES} bytes`);
      text += decoder.decode(bytes, { stream: true });
    }
    return text + decoder.decode();
  }

  #refused(status: number): TrailError {
    switch (status) {
      case 400:
        return this.#failed('it calls the request malformed');
      case 403:
        return this.#failed("it does not know the key that signed: give it the log's verifier key");
      case 404:
        return this.#failed('it does not know the log: give it the origin');
      case 422:
        return this.#alarm('the log it knows does not continue into this checkpoint');
      default:
        return this.#failed(`it answered ${status}`);
    }
  }

  #failed(what: string, cause?: unknown): TrailError {
    return this.#error('WITNESS', what, cause);
  }

  #alarm(what: string): TrailError {
    return this.#error('CHECKPOINT', `${what}: the log was rewritten or forked: verify the trail`);
  }

  #error(code: TrailErrorCode, what: string, cause?: unknown): TrailError {
    return new TrailError(code, '', `no cosignature by witness ${this.key.name}: ${what}`, { cause });
  }
}
