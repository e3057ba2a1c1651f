import { syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';
import os from 'node:os';

/**
 * Takes away what a process may do to others without a file, a socket or a process of its own: Node's permissions leave
 * it signals, among them the one that opens the parent's debugger. Code that runs in this process cannot get them back, as
 * the permissions close the bindings; code that breaks Node itself can. Before any code of a tool.
 */
export function lockDown(link: Socket): void {
  const own = process.pid;
  // Not in Node's types: what `process.kill` calls once it has checked its arguments.
  const signal = Reflect.get(process, '_kill') as (pid: number, signal: number) => number;
  // Compared by type too: an object could be another number each time it is asked.
  seal(process, '_kill', (pid: unknown, number: unknown) => (pid === own && typeof number === 'number' ? signal(own, number) : refuse('signals to other processes')));
  seal(process, '_debugProcess', () => refuse('debugging other processes'));
  seal(process, '_debugEnd', () => refuse('debugging'));
  seal(os, 'setPriority', () => refuse('priorities'));
  syncBuiltinESMExports();
  sealLocalSockets(link);
}

/** The system's services listen on sockets with paths, such as Docker's: only those may be called that may be written, as the system has it too. */
function sealLocalSockets(link: Socket): void {
  // Not in Node's types: what a socket of this kind works by, and the permissions, which newer types have.
  const pipes = Reflect.getPrototypeOf(Reflect.get(link, '_handle') as object) ?? refuse('a process without a line to its parent');
  const { permission } = process as unknown as { readonly permission: { has(scope: string, path: string): boolean } };
  const has = permission.has.bind(permission);
  for (const name of ['connect', 'connect2']) {
    const call: unknown = Reflect.get(pipes, name);
    if (typeof call !== 'function') continue;
    seal(pipes, name, function (this: unknown, ...args: readonly unknown[]): unknown {
      const path = args[1];
      if (typeof path !== 'string' || !path.startsWith('/') || !has('fs.write', path)) refuse('this local socket');
      return Reflect.apply(call, this, args);
    });
  }
}

function seal(owner: object, name: string, value: (...args: readonly unknown[]) => unknown): void {
  Object.defineProperty(owner, name, { value, writable: false, configurable: false, enumerable: true });
}

/** Read like Node's own refusals. */
function refuse(what: string): never {
  throw Object.assign(new Error(`the sandbox does not allow ${what}`), { code: 'ERR_ACCESS_DENIED' });
}
