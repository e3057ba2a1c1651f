/** Numbers of Linux's system calls, which differ by processor; `undefined`: it has none of that name. */
interface Calls {
  readonly audit: number;
  readonly clone: number;
  readonly clone3: number;
  readonly socket: number;
  /** Refused whatever the arguments. */
  readonly refused: readonly number[];
}

// fork, vfork, ptrace, mount, umount2, add_key, request_key, keyctl, unshare, perf_event_open, process_vm_readv, process_vm_writev, setns, bpf, userfaultfd, io_uring_*, pidfd_getfd
const x64: Calls = {
  audit: 0xc000003e,
  clone: 56,
  clone3: 435,
  socket: 41,
  refused: [57, 58, 101, 165, 166, 248, 249, 250, 272, 298, 308, 310, 311, 321, 323, 425, 426, 427, 438],
};
const arm64: Calls = {
  audit: 0xc00000b7,
  clone: 220,
  clone3: 435,
  socket: 198,
  refused: [117, 40, 39, 217, 218, 219, 97, 241, 270, 271, 268, 280, 282, 425, 426, 427, 438],
};

/** Socket families that a tool may have use for: local, IPv4, IPv6, and the one that lists network interfaces. */
const families = [1, 2, 10, 16];

const threadFlag = 0x0001_0000;
const eperm = 1;
const enosys = 38;

// Of linux/filter.h and linux/seccomp.h.
const loadWord = 0x20;
const jumpEqual = 0x15;
const jumpAtLeast = 0x35;
const jumpIfSet = 0x45;
const answer = 0x06;
const allow = 0x7fff_0000;
const kill = 0x8000_0000;
const fail = (errno: number): number => 0x0005_0000 | errno;

type Line = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/**
 * A filter for the kernel (classic BPF, seccomp(2)): no new processes, threads of the own process only, none of the calls
 * that reach into others. `undefined` for processors that it is not written for.
 */
export function seccompFilter(arch: string = process.arch): Buffer | undefined {
  const calls = { x64, arm64 }[arch];
  if (calls === undefined || process.platform !== 'linux') return undefined;
  const program = [
    // Another processor's numbers, or those of its 32-bit programs, mean other calls.
    ...when(4, jumpEqual, calls.audit, [], [[answer, 0, 0, kill]]),
    ...(arch === 'x64' ? when(0, jumpAtLeast, 0x4000_0000, [[answer, 0, 0, fail(eperm)]]) : []),
    ...calls.refused.flatMap((call) => when(0, jumpEqual, call, [[answer, 0, 0, fail(eperm)]])),
    // Its flags are in memory, where a filter cannot look; the C library then falls back to `clone`.
    ...when(0, jumpEqual, calls.clone3, [[answer, 0, 0, fail(enosys)]]),
    ...when(0, jumpEqual, calls.clone, [...when(16, jumpIfSet, threadFlag, [[answer, 0, 0, allow]]), [answer, 0, 0, fail(eperm)]]),
    ...when(0, jumpEqual, calls.socket, [...families.flatMap((family) => when(16, jumpEqual, family, [[answer, 0, 0, allow]])), [answer, 0, 0, fail(eperm)]]),
    [answer, 0, 0, allow] as const,
  ];
  return assembled(program);
}

/** Loads a word of the call (0: its number, 4: the processor, 16: its first argument), and does one thing or the other. */
function when(offset: number, test: number, value: number, then: readonly Line[], otherwise: readonly Line[] = []): readonly Line[] {
  if (then.length > 0) return [[loadWord, 0, 0, offset], [test, 0, then.length, value], ...then];
  return [[loadWord, 0, 0, offset], [test, otherwise.length, 0, value], ...otherwise];
}

function assembled(program: readonly Line[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, ifTrue, ifFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}
