import dgram from 'node:dgram';
import http2, { type ClientHttp2Session } from 'node:http2';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { runOutside } from '../call.js';

/** What Node has and does not export, found on objects that no tool ever had in its hands. */
export interface Insides {
  /** The class that has `request`; sessions that were opened before it was hooked have it too. */
  readonly sessionPrototype: ClientHttp2Session | undefined;
  /** Where a session of HTTP/2 keeps its socket; what it shows is a stand-in. */
  readonly sessionSocket: symbol | undefined;
  /** What stands between TLS or HTTP/2 and a stream that is made in JavaScript. */
  readonly JsStreamSocket: unknown;
  /** Where a datagram socket keeps its lookup. */
  readonly datagramState: symbol | undefined;
}

let found: Insides | undefined;

export function nodeInsides(): Insides {
  found ??= runOutside(look);
  return found;
}

function look(): Insides {
  const session = http2.connect('http://localhost', { createConnection: () => silent() });
  session.on('error', () => undefined);
  const sessionSocket = Object.getOwnPropertySymbols(session).find((key) => valueAt(session, key) instanceof Socket);
  const stream = sessionSocket === undefined ? undefined : valueAt(session, sessionSocket);
  session.destroy();
  const datagrams = dgram.createSocket('udp4');
  const datagramState = Object.getOwnPropertySymbols(datagrams).find(({ description }) => description === 'state symbol');
  datagrams.close();
  return { sessionPrototype: holderOf(session, 'request'), sessionSocket, JsStreamSocket: stream?.constructor, datagramState };
}

function silent(): Duplex {
  return new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      done();
    },
  });
}

/** The object on an object's chain of prototypes that has a method of its own. */
export function holderOf<T extends object>(object: T, method: keyof T): T | undefined {
  let holder: object | null = object;
  while (holder !== null && !Object.hasOwn(holder, method)) holder = Object.getPrototypeOf(holder) as object | null;
  // What is inherited is typed as the heir's.
  return (holder as T | null) ?? undefined;
}

/** Node's own field, read as it is. */
export function valueAt(object: object, key: symbol): object | undefined {
  const value: unknown = (object as Record<symbol, unknown>)[key];
  return typeof value === 'object' && value !== null ? value : undefined;
}
