import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { cosignatureKey } from '../checkpoint/cosignature.js';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import type { Signer } from '../checkpoint/signer.js';
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '../checkpoint/verifier-key.js';
import { TrailError } from '../errors.js';
import { parseAddCheckpoint, SIZE_CONTENT_TYPE, type AddCheckpoint } from './add-checkpoint.js';
import { WitnessLog, type WitnessAnswer } from './witness-log.js';
import { WitnessStateFolder } from './witness-state.js';

export interface WitnessServerOptions {
  /** The witness's own key; a plain Ed25519 key signs as one for cosignatures. */
  readonly signer: Signer;
  readonly logs: readonly { readonly origin: string; readonly keys: readonly VerifierKey[] }[];
  /** Where the latest checkpoint of every log is kept. Losing it lets a log begin anew. */
  readonly folder: string;
  /** How long a client may take to send a request; 10 seconds unless said. */
  readonly timeoutMs?: number;
  /** Told of what went wrong inside, which clients are not. */
  readonly onError?: (error: unknown) => void;
  /** Told of every request once it is over, for a log of them; must not throw. */
  readonly onAnswer?: (answered: AnsweredRequest) => void;
  /** POSIX seconds; the system's clock unless said. */
  readonly now?: () => number;
}

/** What came of one request; all texts are the client's. */
export interface AnsweredRequest {
  readonly method: string;
  readonly path: string;
  /** Null where the client hung up before it was answered. */
  readonly status: number | null;
  /** The log and size of the checkpoint that was sent, true only of status 200; null where it names none. */
  readonly about: { readonly origin: string; readonly size: number } | null;
}

/** Where a witness listens. */
export interface WitnessAddress {
  readonly host: string;
  readonly port: number;
  /** The submission prefix for clients. */
  readonly url: string;
}

const MAX_BODY_BYTES = 262_144;
const MAX_CONNECTIONS = 512;

class BodyTooLarge extends Error {}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Without destroying the request, which would cut off the answer too.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    // A request without an encoding set is read as buffers.
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > MAX_BODY_BYTES) throw new BodyTooLarge();
    chunks.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new TrailError('FORMAT', '', 'not a request to a witness: expected UTF-8', { cause });
  }
}

function respond(response: ServerResponse, status: number, body = '', contentType = 'text/plain; charset=utf-8'): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body), 'x-content-type-options': 'nosniff' });
  response.end(body);
}

/** A small witness over HTTP (C2SP tlog-witness): one address, `POST /add-checkpoint`. */
export class WitnessServer {
  /** What logs and verifiers need to know of this witness. */
  readonly verifierKey: string;
  readonly #logs = new Map<string, WitnessLog>();
  readonly #server: Server;
  readonly #onError: (error: unknown) => void;
  readonly #onAnswer: (answered: AnsweredRequest) => void;

  constructor({ signer, logs, folder, timeoutMs = 10_000, onError = () => undefined, onAnswer = () => undefined, now }: WitnessServerOptions) {
    const key = cosignatureKey(parseVerifierKey(signer.verifierKey));
    this.verifierKey = formatVerifierKey(key);
    this.#onError = onError;
    this.#onAnswer = onAnswer;
    const identity = { signer, key, now: now ?? (() => Math.floor(Date.now() / 1000)) };
    for (const { origin, keys } of logs) {
      if (this.#logs.has(origin)) throw new TrailError('OPTIONS', '', `cannot witness the log ${origin} twice`);
      if (keys.length === 0) throw new TrailError('OPTIONS', '', `cannot witness the log ${origin}: expected at least one verifier key`);
      this.#logs.set(origin, new WitnessLog(keys, new WitnessStateFolder(folder, origin), identity));
    }
    const slow = Math.max(100, Math.min(1000, timeoutMs / 2));
    this.#server = createServer(
      { headersTimeout: timeoutMs, requestTimeout: timeoutMs, keepAliveTimeout: timeoutMs, connectionsCheckingInterval: slow },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('error', (error) => {
      this.#onError(error);
    });
  }

  /** Starts to answer; port 0 takes a free one. */
  listen(port = 0, host = '127.0.0.1'): Promise<WitnessAddress> {
    return new Promise((resolve, reject) => {
      const failed = (cause: unknown): void => {
        reject(new TrailError('IO', '', `cannot listen on port ${port}: choose another one`, { cause }));
      };
      this.#server.once('error', failed);
      this.#server.listen(port, host, () => {
        this.#server.off('error', failed);
        const address = this.#server.address();
        const actual = typeof address === 'object' && address !== null ? address.port : port;
        resolve({ host, port: actual, url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}` });
      });
    });
  }

  /** Stops; requests that are being answered are cut off, which costs nothing: what was kept stays kept. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let about: AnsweredRequest['about'] = null;
    response.once('close', () => {
      const { method = '', url: path = '' } = request;
      this.#onAnswer({ method, path, status: response.writableFinished ? response.statusCode : null, about });
    });
    try {
      if (request.url !== '/add-checkpoint') {
        this.#refuse(response, 404);
      } else if (request.method !== 'POST') {
        this.#refuse(response, 405);
      } else {
        const asked = parseAddCheckpoint(await bodyOf(request));
        about = parseCheckpoint(parseSignedNote(asked.note).text);
        this.#send(response, await this.#answer(about.origin, asked));
      }
    } catch (error) {
      this.#fail(response, error);
    }
  }

  async #answer(origin: string, asked: AddCheckpoint): Promise<WitnessAnswer> {
    const log = this.#logs.get(origin);
    return log === undefined ? { status: 404 } : log.answer(asked);
  }

  #send(response: ServerResponse, answer: WitnessAnswer): void {
    if (answer.status === 200) respond(response, 200, `${answer.line}\n`);
    else if (answer.status === 409) respond(response, 409, `${answer.size}\n`, SIZE_CONTENT_TYPE);
    else respond(response, answer.status);
  }

  #refuse(response: ServerResponse, status: number): void {
    // A body that nobody will read would keep the connection busy.
    response.shouldKeepAlive = false;
    respond(response, status);
  }

  #fail(response: ServerResponse, error: unknown): void {
    // The client hung up; there is nobody to answer, and nothing went wrong here.
    if (response.destroyed) return;
    if (error instanceof BodyTooLarge) {
      this.#refuse(response, 413);
      return;
    }
    const isTheirs = error instanceof TrailError && error.code === 'FORMAT';
    if (!isTheirs) this.#onError(error);
    this.#refuse(response, isTheirs ? 400 : 500);
  }
}

/** A witness that keeps what it saw in a folder; `listen` starts it. */
export function createWitness(options: WitnessServerOptions): WitnessServer {
  return new WitnessServer(options);
}
