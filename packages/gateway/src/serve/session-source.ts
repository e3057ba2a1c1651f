/* eslint-disable @typescript-eslint/no-deprecated -- a proxy needs the protocol itself */
import type { Caller } from '@enforcecore/core';
import type { Server } from '@modelcontextprotocol/server';

/** What gives a client its own protocol server: a gateway. */
export interface SessionSource {
  /** A server that is not connected yet; every call through it is this caller's. */
  sessionFor(caller: Caller): Server;
}
