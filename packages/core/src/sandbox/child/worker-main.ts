import { workerData, type MessagePort } from 'node:worker_threads';
import { hideHandles } from './hide-handles.js';
import { redirectOutput } from './redirect-output.js';
import { serve } from './serve.js';

/** A port of our own and not `parentPort`, which every module of the thread can have; taken before any other is loaded. */
const given = workerData as { port?: MessagePort; print?: MessagePort; maxOutputBytes?: number };
const { port, print, maxOutputBytes } = given;
delete given.port;
delete given.print;
delete given.maxOutputBytes;
if (port === undefined || print === undefined || maxOutputBytes === undefined) throw new TypeError('this file is started by the worker launcher of @enforcecore/core');

redirectOutput(print, maxOutputBytes);
hideHandles();
// Bound now: what the tool's code does to the prototypes later is its own business.
const post = port.postMessage.bind(port) as (message: string) => void;
serve({
  post,
  onMessage(listener) {
    port.on('message', listener);
  },
});
