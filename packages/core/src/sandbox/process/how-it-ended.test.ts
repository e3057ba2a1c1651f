import { describe, expect, it } from '@jest/globals';
import { howItEnded, type RawEnd } from './how-it-ended.js';

const plain: RawEnd = { exitCode: 0, signal: null, ended: undefined, isUp: true, lastErrors: '', maxMemoryMb: undefined, maxCpuMs: undefined, mostCpuMs: 10 };

describe('howItEnded', () => {
  it.each([
    ['exit', { exitCode: 3 }],
    ['killed', { exitCode: null, signal: 'SIGKILL' }],
    // As bubblewrap and shells tell a signal.
    ['killed', { exitCode: 137 }],
    ['cpu', { exitCode: null, signal: 'SIGXCPU', maxCpuMs: 1 }],
    ['cpu', { exitCode: null, signal: 'SIGKILL', maxCpuMs: 1 }],
    // It can have had ten milliseconds, so this was no limit: it did it itself.
    ['killed', { exitCode: null, signal: 'SIGKILL', maxCpuMs: 20_000 }],
    ['memory', { exitCode: null, signal: 'SIGABRT', lastErrors: 'FATAL ERROR: JavaScript heap out of memory', maxMemoryMb: 8 }],
    ['exit', { exitCode: null, signal: 'SIGABRT', lastErrors: 'FATAL ERROR: JavaScript heap out of memory' }],
    ['exit', { exitCode: 1, lastErrors: 'out of memory', maxMemoryMb: 8 }],
    ['start', { exitCode: 1, isUp: false, lastErrors: '\nbwrap: no permissions\n' }],
    ['garbage', { exitCode: null, signal: 'SIGKILL', ended: { reason: 'garbage', detail: 'it lied' }, maxCpuMs: 1 }],
  ] as const)('is %s for %j', (reason, raw) => {
    expect(howItEnded({ ...plain, ...raw }).reason).toBe(reason);
  });

  it('repeats the first line of what hindered a start, and no control characters', () => {
    const end = howItEnded({ ...plain, exitCode: 1, isUp: false, lastErrors: '\n\u001b[31mbwrap: no permissions\nmore' });

    expect(end.detail).toBe('it did not start: [31mbwrap: no permissions');
  });
});
