import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { CliError, unreadable } from '../errors.js';
import type { Io } from '../io.js';

/** A whole text file of a bounded size, such as keys, policies, checkpoints and proofs, which may come from anyone. */
export async function readSmallFile(path: string, what: string, maxBytes: number): Promise<string> {
  return textOf(await bytesOf(path, maxBytes), path, what, maxBytes);
}

/** The same, where `-` is standard input. */
export async function readSmallInput(io: Io, path: string, what: string, maxBytes: number): Promise<string> {
  if (path !== '-') return readSmallFile(path, what, maxBytes);
  if (io.stdin.isTerminal) throw new CliError('USAGE', `standard input is a keyboard: name a file with ${what}, or send it through a pipe`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of io.stdin.read()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  return textOf(Buffer.concat(chunks), '(standard input)', what, maxBytes);
}

function textOf(bytes: Buffer, path: string, what: string, maxBytes: number): string {
  if (bytes.length > maxBytes) throw new CliError('INPUT', `cannot use ${path}: expected ${what}, got more than ${String(maxBytes)} bytes`);
  if (!isUtf8(bytes)) throw new CliError('INPUT', `cannot use ${path}: expected ${what}, got bytes that are no UTF-8`);
  return bytes.toString('utf8');
}

async function bytesOf(path: string, maxBytes: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const chunks: Buffer[] = [];
      let length = 0;
      for (let got = -1; got !== 0 && length <= maxBytes; ) {
        // Its size says nothing of a pipe or a device.
        const chunk = Buffer.alloc(65_536);
        ({ bytesRead: got } = await file.read(chunk, 0, chunk.length, null));
        length += got;
        chunks.push(chunk.subarray(0, got));
      }
      return Buffer.concat(chunks);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}
