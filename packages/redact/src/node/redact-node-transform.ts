import { Transform, type TransformCallback } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Redactor } from '../redactor.js';

/** A Node stream that redacts UTF-8 text or strings written to it and gives text out. */
export function redactNodeTransform(redactor: Redactor): Transform {
  const stream = redactor.streamAsync();
  const decoder = new StringDecoder('utf8');
  const pass = (out: Promise<string>, done: TransformCallback): void => {
    out.then((text) => done(null, text === '' ? undefined : text), (error: unknown) => done(error as Error)); // a Redactor rejects with errors only
  };
  return new Transform({
    decodeStrings: false,
    encoding: 'utf8',
    transform(chunk: string | Buffer, _encoding, done) {
      pass(stream.push(typeof chunk === 'string' ? chunk : decoder.write(chunk)), done);
    },
    flush(done) {
      pass(stream.push(decoder.end()).then(async (out) => out + (await stream.flush())), done);
    },
  });
}
