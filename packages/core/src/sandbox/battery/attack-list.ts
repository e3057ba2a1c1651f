import type * as attacks from './attacks.js';

/** What shows, from outside, that an attack came through. */
export type Effect =
  /** The call does not end, or what it began keeps the processor busy after its end, or holds its parent's thread. */
  | 'runs on'
  /** The test's processes held more than twice what the tool may have, its parent's share left out. */
  | 'memory over'
  | 'many processes'
  | 'grandchild lives'
  | 'large result'
  | 'parent polluted'
  | 'merge polluted'
  /** A word came back that stands only where the tool must not read. */
  | 'secret out'
  | 'file written'
  | 'connection'
  | 'packet'
  | 'limit raised'
  | 'output through'
  /** The next call of the same parent gets a wrong answer, or none. */
  | 'next call wrong';

export interface Attack {
  readonly name: string;
  readonly title: string;
  readonly tries: string;
  /** The export of `attacks.ts`. */
  readonly export: keyof typeof attacks;
  /** Any of them, or the end of the parent, is a success of the attack. */
  readonly effects: readonly Effect[];
  /** Never ends by itself: a call has half a second. */
  readonly isEndless?: boolean;
  /** JavaScript text of the same intention, for the interpreter; left out where nothing inside corresponds. */
  readonly text?: string;
  /** Why the attack means nothing in its parent's own thread. */
  readonly notInside?: string;
}

const notInside = 'without a wall there are no messages';

/** Every attack, in the order of the table. */
export const attackList: readonly Attack[] = Object.freeze([
  {
    name: 'loop-before-await',
    title: 'infinite loop before an await',
    tries: 'holds the thread from the first line',
    export: 'loopBeforeAwait',
    isEndless: true,
    effects: ['runs on'],
    text: 'for (;;);',
  },
  {
    name: 'loop-after-await',
    title: 'infinite loop after an await',
    tries: 'holds the thread after it let go of it once',
    export: 'loopAfterAwait',
    isEndless: true,
    effects: ['runs on'],
    text: 'await null; for (;;);',
  },
  {
    name: 'microtask-flood',
    title: 'microtask flood',
    tries: 'awaits what is there already, for ever, so that no timer fires',
    export: 'microtaskFlood',
    isEndless: true,
    effects: ['runs on'],
    text: '(function again() { Promise.resolve().then(again); })(); await new Promise(() => {})',
  },
  {
    name: 'ignore-sigterm',
    title: 'ignoring SIGTERM',
    tries: 'takes the signals that ask a process to end, and works on in small steps',
    export: 'ignoreSigterm',
    isEndless: true,
    effects: ['runs on'],
  },
  {
    name: 'heap-bomb',
    title: 'memory bomb, objects',
    tries: 'keeps 600 MiB of objects',
    export: 'heapBomb',
    effects: ['memory over'],
    text: 'const kept = []; for (let i = 0; i < 600; i++) kept.push(Array.from({ length: 8192 }, (_, n) => ({ a: n, b: i, c: [n, i] })))',
  },
  {
    name: 'buffer-bomb',
    title: 'memory bomb, buffers',
    tries: 'keeps 600 MiB outside the JavaScript heap',
    export: 'bufferBomb',
    effects: ['memory over'],
    text: 'const kept = []; for (let i = 0; i < 600; i++) kept.push(new Uint8Array(2 ** 20).fill(1)); kept.length',
  },
  { name: 'fork-bomb', title: 'fork bomb', tries: 'starts 40 processes at once', export: 'forkBomb', effects: ['many processes'] },
  {
    name: 'grandchild',
    title: 'leaving a grandchild',
    tries: 'starts a process in a session of its own, that outlives the call',
    export: 'grandchild',
    effects: ['grandchild lives'],
  },
  {
    name: 'huge-result',
    title: 'huge result',
    tries: 'returns 48 MiB where 1 MiB is allowed',
    export: 'hugeResult',
    effects: ['large result'],
    text: '"x".repeat(48 * 2 ** 20)',
  },
  {
    name: 'live-result',
    title: 'prototype pollution through the result',
    tries: 'returns an object whose getters and `toJSON` change `Object.prototype` where they are read',
    export: 'liveResult',
    effects: ['parent polluted'],
    text: 'const f = () => { Object.prototype.polluted = 1; return 1; }; ({ toJSON: f, get text() { return f(); } })',
  },
  {
    name: 'proto-key',
    title: 'a key that pollutes who merges it',
    tries: 'returns `__proto__` as a key, which is data, to a program that merges results without care',
    export: 'protoKey',
    effects: ['merge polluted', 'parent polluted'],
    text: 'JSON.parse(`{"settings":{"__proto__":{"polluted":"yes"}}}`)',
  },
  {
    name: 'environment',
    title: '`process.env`',
    tries: "returns the environment, in which the parent's secret stands",
    export: 'environment',
    effects: ['secret out'],
    text: 'JSON.stringify(globalThis.process?.env ?? ({}).constructor.constructor("return this")().process?.env ?? null)',
  },
  {
    name: 'proc',
    title: '`/proc/self` and `/proc/<parent>`',
    tries: 'reads the environment of itself, its parent and everybody else from `/proc`',
    export: 'procFiles',
    effects: ['secret out'],
  },
  { name: 'write-outside', title: 'writing outside', tries: 'writes a file beside the paths that it was given', export: 'writeOutside', effects: ['file written'] },
  {
    name: 'read-outside',
    title: 'reading `/etc/shadow`',
    tries: 'reads `/etc/shadow`, and a secret file that only its owner may read',
    export: 'readOutside',
    effects: ['secret out'],
    text: 'await import("node:fs").then((fs) => fs.readFileSync("/etc/shadow", "utf8"))',
  },
  {
    name: 'link-made',
    title: 'symlink out of a mount, made by the tool',
    tries: 'links from its own folder to files outside, then reads and writes through the links',
    export: 'madeLink',
    effects: ['secret out', 'file written'],
  },
  {
    name: 'link-found',
    title: 'symlink out of a mount, found there',
    tries: 'reads through a link that somebody left in its own folder',
    export: 'foundLink',
    effects: ['secret out'],
  },
  {
    name: 'connect-ip',
    title: 'connecting out by IP',
    tries: 'connects to a listener at every address of this machine',
    export: 'connectOut',
    effects: ['connection'],
    text: 'await fetch("http://127.0.0.1/")',
  },
  {
    name: 'connect-raw',
    title: 'connecting past the guard',
    tries: "the same through Node's internal TCP binding, and through a shell",
    export: 'connectRaw',
    effects: ['connection'],
  },
  {
    name: 'dns-exfiltration',
    title: 'DNS exfiltration',
    tries: 'asks a name server of its own choice for a name that holds a secret, and sends it a datagram',
    export: 'dnsExfiltration',
    effects: ['packet'],
  },
  { name: 'kill-parent', title: 'killing the parent', tries: 'sends SIGKILL and SIGSTOP to the process that made the call', export: 'killParent', effects: ['next call wrong'] },
  {
    name: 'internal-handles',
    title: "killing the parent by Node's own handles",
    tries: 'sends SIGKILL to its parent by a process that it starts with the handle behind `new ChildProcess()`',
    export: 'internalHandles',
    effects: ['next call wrong'],
  },
  {
    name: 'v8-flags',
    title: 'writing by flags of V8',
    tries: 'sets flags that make V8 write its traces to a file outside',
    export: 'v8Flags',
    effects: ['file written'],
  },
  {
    name: 'end-process',
    title: 'ending its process',
    tries: 'SIGKILL to itself, `process.abort()`, `process.exit()`',
    export: 'endProcess',
    effects: ['next call wrong'],
    text: 'globalThis.process?.exit(); globalThis.std?.exit(0); throw null',
  },
  { name: 'raise-limits', title: 'raising own limits', tries: 'runs `prlimit` on itself', export: 'raiseLimits', effects: ['limit raised'] },
  {
    name: 'output-flood',
    title: 'output flood',
    tries: 'writes 192 MiB to standard output and error',
    export: 'outputFlood',
    effects: ['output through', 'memory over'],
    text: 'for (let i = 0; i < 5e4; i++) console.log("x".repeat(1000))',
  },
  {
    name: 'forged-messages',
    title: 'forged protocol messages',
    tries: "answers its parent in the runtime's place, for this and other calls, and in no form at all",
    export: 'forgedMessages',
    effects: ['next call wrong', 'parent polluted'],
    notInside,
  },
  {
    name: 'message-flood',
    title: 'message flood',
    tries: 'sends its parent 100 kB messages for ever',
    export: 'messageFlood',
    isEndless: true,
    effects: ['runs on', 'memory over', 'next call wrong'],
    notInside,
  },
] as const satisfies readonly Attack[]);
