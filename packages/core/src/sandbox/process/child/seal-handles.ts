import childProcess from 'node:child_process';
import type { Socket } from 'node:net';
import { posix } from 'node:path';
import { apply, close, getPrototypeOf, refuse, seal } from './seal.js';

/**
 * What Node's own objects work by is in reach of whoever has such an object: `new ChildProcess()._handle.constructor` makes
 * handles that signal a process nobody chose. The doors that lead out are closed on what all of them share.
 */
export function sealHandles(link: Socket): void {
  sealProcesses();
  sealLocalSockets(link);
}

function sealProcesses(): void {
  const handle = processHandle();
  if (handle === undefined) return;
  const prototype = getPrototypeOf(handle) ?? refuse('a process handle without a kind');
  for (const name of ['kill', 'spawn']) close(prototype, name, name === 'kill' ? 'signals to other processes' : 'processes');
}

/** `undefined` on lines of Node that do not even make one under permissions. */
function processHandle(): object | undefined {
  try {
    // In Node's types it cannot be made; it is a class like any other.
    const { ChildProcess } = childProcess as unknown as { readonly ChildProcess: new () => object };
    const handle: unknown = Reflect.get(new ChildProcess(), '_handle');
    return typeof handle === 'object' && handle !== null ? handle : undefined;
  } catch {
    return undefined;
  }
}

/** The system's services listen on sockets with paths, such as Docker's: only those may be called, or made, that may be written. */
function sealLocalSockets(link: Socket): void {
  // Not in Node's types: what a socket of this kind works by.
  const pipes = getPrototypeOf(Reflect.get(link, '_handle') as object) ?? refuse('a process without a line to its parent');
  const mayWrite = pathRule();
  for (const [name, position] of [['connect', 1], ['connect2', 1], ['bind', 0], ['bind2', 0]] as const) {
    const call: unknown = Reflect.get(pipes, name);
    if (typeof call !== 'function') continue;
    seal(pipes, name, function (this: unknown, first: unknown, second: unknown, third: unknown): unknown {
      if (!mayWrite(position === 0 ? first : second)) refuse('this local socket');
      return apply(call, this, [first, second, third]) as unknown;
    });
  }
}

/** Abstract sockets have no path, and others no need of a way around. */
function pathRule(): (path: unknown) => boolean {
  // The permissions, which newer types have.
  const { permission } = process as unknown as { readonly permission: { has(scope: string, path: string): boolean } };
  const has = permission.has.bind(permission);
  const resolve = posix.resolve.bind(posix);
  return (path) => typeof path === 'string' && resolve(path) === path && has('fs.write', path);
}
