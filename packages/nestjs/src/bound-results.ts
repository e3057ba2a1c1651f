import { StreamableFile } from '@nestjs/common';
import { AsyncResource } from 'node:async_hooks';
import { Readable } from 'node:stream';

type Within = <T>(body: () => T) => T;

/** Runs code as the handler's own: whoever reads may be at work for somebody else at that moment. */
type Run = <T>(body: () => T) => T;

/**
 * Has what a handler returned, and what is read when it has long returned, read in the name of its caller: files, Node's and
 * web streams, generators and whatever else is iterated asynchronously. The value itself, and not a copy: Nest knows its
 * handlers' streams again.
 */
export function boundTo(within: Within, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof StreamableFile) bindReads(runIn(within), value.getStream());
  else if (value instanceof Readable) bindReads(runIn(within), value);
  else if (value instanceof Response) bindReader(runIn(within), value.body);
  else if (value instanceof ReadableStream) bindReader(runIn(within), value);
  else if (isAsyncIterable(value)) return boundIterable(runIn(within), value);
  return value;
}

function runIn(within: Within): Run {
  const scope = within(() => new AsyncResource('EnforceCoreResult'));
  return (body) => scope.runInAsyncScope(body);
}

function bindReads(run: Run, stream: Readable): void {
  const read = stream._read.bind(stream);
  stream._read = (size) => {
    run(() => {
      read(size);
    });
  };
}

/** A web stream pulls from its source when its reader asks for more. */
function bindReader(run: Run, stream: ReadableStream | null): void {
  if (stream === null) return;
  const getReader = stream.getReader.bind(stream) as (options?: { readonly mode?: undefined }) => ReadableStreamDefaultReader; // the only one that Nest asks for
  const bound = (options?: { readonly mode?: undefined }): ReadableStreamDefaultReader => {
    const reader = getReader(options);
    const [read, cancel] = [reader.read.bind(reader), reader.cancel.bind(reader)];
    return Object.assign(reader, { read: (...args: readonly []) => run(() => read(...args)), cancel: (reason?: unknown) => run(() => cancel(reason)) });
  };
  Object.defineProperty(stream, 'getReader', { value: bound, configurable: true, writable: true });
}

/** A thenable that can be iterated as well stands for what it resolves to, as it does for Nest. */
function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return typeof Reflect.get(value, Symbol.asyncIterator) === 'function' && typeof Reflect.get(value, 'then') !== 'function';
}

function boundIterable(run: Run, value: AsyncIterable<unknown>): AsyncIterable<unknown> {
  const iterate = value[Symbol.asyncIterator].bind(value);
  // A generator is its own iterator, and some read it without asking for one.
  const own = typeof Reflect.get(value, 'next') === 'function' ? boundIterator(run, value as AsyncIterableIterator<unknown>) : undefined;
  const bound: AsyncIterable<unknown> = { ...own, [Symbol.asyncIterator]: () => own ?? boundIterator(run, run(iterate)) };
  const isTaken = Reflect.ownKeys(bound).every((key) => Reflect.defineProperty(value, key, { value: Reflect.get(bound, key) as unknown, configurable: true, writable: true }));
  // A frozen one cannot be changed; what stands in its place gives the same.
  return isTaken ? value : bound;
}

function boundIterator(run: Run, iterator: AsyncIterator<unknown>): AsyncIterator<unknown> {
  const next = iterator.next.bind(iterator);
  const [end, fail] = [iterator.return?.bind(iterator), iterator.throw?.bind(iterator)];
  return {
    next: (...args: readonly [] | readonly [unknown]) => run(() => next(...(args as []))), // what a generator is sent goes on as it is
    ...(end === undefined ? {} : { return: (given?: unknown) => run(() => end(given)) }),
    ...(fail === undefined ? {} : { throw: (error?: unknown) => run(() => fail(error)) }),
  };
}
