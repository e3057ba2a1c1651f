import { describe, expect, it } from '@jest/globals';
import { seccompFilter } from './seccomp.js';

const allow = 0x7fff0000;
const refuse = 0x00050001;
const unknown = 0x00050026;

const x64 = 0xc000003e;
const arm64 = 0xc00000b7;
const threadFlags = 0x3d0f00;

(process.platform === 'linux' ? describe : describe.skip)('the filter of system calls (Linux only: seccomp)', () => {
  it.each([
    ['read', 'x64', x64, 0, 0, allow],
    ['execve, which bubblewrap starts Node by', 'x64', x64, 59, 0, allow],
    ['fork', 'x64', x64, 57, 0, refuse],
    ['vfork', 'x64', x64, 58, 0, refuse],
    ['clone of a process', 'x64', x64, 56, 0x1200011, refuse],
    ['clone of a thread', 'x64', x64, 56, threadFlags, allow],
    ['clone3, whose flags cannot be seen', 'x64', x64, 435, 0, unknown],
    ['ptrace', 'x64', x64, 101, 0, refuse],
    ['unshare', 'x64', x64, 272, 0, refuse],
    ['io_uring_setup', 'x64', x64, 425, 0, refuse],
    ['socket of IPv4', 'x64', x64, 41, 2, allow],
    ['socket of a virtual machine, which namespaces do not hold', 'x64', x64, 41, 40, refuse],
    ['socket of raw packets', 'x64', x64, 41, 17, refuse],
    ['a call by the numbers of x32', 'x64', x64, 0x4000_0039, 0, refuse],
    ['a call by the numbers of 32-bit programs', 'x64', 0x40000003, 2, 0, 0x80000000],
    ['clone of a process', 'arm64', arm64, 220, 17, refuse],
    ['clone of a thread', 'arm64', arm64, 220, threadFlags, allow],
    ['ptrace', 'arm64', arm64, 117, 0, refuse],
  ])('answers %s on %s', (_, arch, audit, call, argument, expected) => {
    const filter = seccompFilter(arch);

    const answer = runFilter(filter ?? Buffer.alloc(0), { 0: call, 4: audit, 16: argument });

    expect(answer).toBe(expected);
  });

  it('is not guessed for a processor that it was not written for', () => {
    expect(seccompFilter('riscv64')).toBeUndefined();
  });
});

/** The few instructions of classic BPF that are in use, as the kernel runs them. */
function runFilter(program: Buffer, words: Readonly<Record<number, number>>): number {
  let loaded = 0;
  for (let line = 0; line * 8 < program.length; line += 1) {
    const code = program.readUInt16LE(line * 8);
    const value = program.readUInt32LE(line * 8 + 4);
    if (code === 0x06) return value;
    if (code === 0x20) loaded = words[value] ?? 0;
    else {
      const isTrue = code === 0x15 ? loaded === value : code === 0x35 ? loaded >= value : (loaded & value) !== 0;
      line += program.readUInt8(line * 8 + (isTrue ? 2 : 3));
    }
  }
  throw new Error('the filter ran off its end');
}
