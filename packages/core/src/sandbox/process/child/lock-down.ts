import { syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';
import os from 'node:os';
import { hideHandles } from '../../child/hide-handles.js';
import { close, refuse, seal } from './seal.js';
import { sealEngine } from './seal-engine.js';
import { sealHandles } from './seal-handles.js';

/** Opens Node's debugger, which shows whatever a closed function still holds. */
const debugSignal = os.constants.signals.SIGUSR1;

/**
 * Takes away what a process may do to others without a file, a socket or a process of its own: Node's permissions leave it
 * signals, flags of V8 and its own handles. Before any code of a tool. A seat belt and no wall: Node was not built to hold
 * code that is written against it, and what is not known here is not closed.
 */
export function lockDown(link: Socket): void {
  const own = process.pid;
  // Not in Node's types: what `process.kill` calls once it has checked its arguments.
  const signal = Reflect.get(process, '_kill') as (pid: number, signal: number) => number;
  // Compared by type too: an object could be another number each time it is asked.
  seal(process, '_kill', (pid: unknown, number: unknown) =>
    pid === own && typeof number === 'number' && number !== debugSignal ? signal(own, number) : refuse('signals to other processes'),
  );
  close(os, 'setPriority', 'priorities');
  hideHandles();
  sealEngine();
  sealHandles(link);
  syncBuiltinESMExports();
}
