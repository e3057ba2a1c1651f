import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A status, or what is done with the response. */
export type Answer = number | Answering;
type Answering = (response: ServerResponse, request: IncomingMessage) => void;

/** A real server on loopback that keeps what it is sent and answers as told, the last answer for ever. */
export class Receiver {
  readonly got: Received[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server;
  readonly #answers: Answering[];

  constructor(...answers: readonly Answer[]) {
    this.#answers = answers.map((answer) => (typeof answer === 'number' ? (response: ServerResponse) => void response.writeHead(answer).end() : answer));
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        this.got.push({ path: request.url ?? '', headers: request.headers, body });
        const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
        if (answer === undefined) response.writeHead(204).end();
        else answer(response, request);
      });
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String(this.port)}/hook`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // listening on a port
  }

  /** As a killed process does: no answer, and no connection any more. */
  async kill(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}

/** Waits for what other processes and the network do; a test never waits for time to pass. */
export async function until(condition: () => boolean, meanwhile: () => void = () => undefined): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i += 1) {
    meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (!condition()) throw new Error('what was waited for did not happen');
}
