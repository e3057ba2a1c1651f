import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { BubblewrapLauncher } from '../src/sandbox/bubblewrap/bubblewrap-launcher.js';
import { Policy } from '../src/policy/policy.js';
import { ProcessLauncher } from '../src/sandbox/process/process-launcher.js';
import { errorOf, removeTempFolders, tempFolder } from './kit.js';
import { Prisoner, processesMarked, untilNone } from './sandbox-process.test.kit.js';

const launchers = { process: new ProcessLauncher(), bubblewrap: new BubblewrapLauncher() };
const probes = { process: await launchers.process.probe(), bubblewrap: await launchers.bubblewrap.probe() };
/** Windows has the level, and other limits. */
const isUnix = process.platform !== 'win32';

const misbehaviour = [
  ['garbage', { maxResultBytes: 10_000 }, 'fs.writeSync(3, Buffer.from([0, 0, 255, 255])); await new Promise(() => undefined)'],
  ['garbage', {}, 'fs.closeSync(3); await new Promise(() => undefined)'],
  ['exit', {}, 'process.exit(7)'],
] as const;

afterAll(removeTempFolders);

for (const level of ['process', 'bubblewrap'] as const) {
  const { works, detail } = probes[level];
  const title = works ? `the level ${level}` : `the level ${level} (skipped, since ${detail}: on Debian, apt install bubblewrap util-linux)`;
  (works && isUnix ? describe : describe.skip)(title, () => {
    const launcher = launchers[level];
    let folder: string;
    let prisoner: Prisoner;
    let server: Server;
    let port: number;

    beforeAll(async () => {
      folder = tempFolder();
      for (const name of ['readable', 'writable', 'secret']) mkdirSync(join(folder, name));
      writeFileSync(join(folder, 'readable/data'), 'data');
      writeFileSync(join(folder, 'secret/key'), 'key');
      symlinkSync(join(folder, 'secret/key'), join(folder, 'readable/out'));
      server = createServer((socket) => socket.end('reached'));
      await new Promise<void>((resolve) => server.listen(join(folder, 'secret/socket'), () => resolve()));
      const other = createServer((socket) => socket.end('reached'));
      server.once('close', () => other.close());
      port = await new Promise((resolve) => other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port)));
      const rules = { readPaths: [join(folder, 'readable')], writePaths: [join(folder, 'writable')], maxMemoryMb: 64, maxOutputBytes: 1_000 };
      prisoner = await Prisoner.start(launcher, rules, { env: { GIVEN: 'given' } });
    });

    afterAll(async () => {
      await prisoner.child.kill();
      server.close();
    });

    it('hands over the variables that it is given and no others', async () => {
      const env = await prisoner.run('delete process.env.PWD; return { ...process.env }');

      expect(env).toEqual({ GIVEN: 'given' });
    });

    it('reads what it may read, and writes what it may write', async () => {
      const seen = await prisoner.run(`fs.writeFileSync('${folder}/writable/new', 'new'); return fs.readFileSync('${folder}/readable/data', 'utf8') + fs.readFileSync('${folder}/writable/new', 'utf8')`);

      expect(seen).toBe('datanew');
    });

    it.each([
      ['reads a file beside its own', (at: string) => `return fs.readFileSync('${at}/secret/key', 'utf8')`],
      ['climbs out of its folder', (at: string) => `return fs.readFileSync('${at}/readable/../secret/key', 'utf8')`],
      ['opens a path of bytes', (at: string) => `return fs.readFileSync(Buffer.from('${at}/readable/../secret/key'), 'utf8')`],
      ['goes by /proc/self/root', (at: string) => `return fs.readFileSync('/proc/self/root${at}/secret/key', 'utf8')`],
      ['writes beside its folder', (at: string) => `fs.writeFileSync('${at}/secret/new', ''); return 'written'`],
      ['writes into a folder to read', (at: string) => `fs.writeFileSync('${at}/readable/new', ''); return 'written'`],
      ['makes a link that leads out', (at: string) => `fs.symlinkSync('${at}/secret/key', '${at}/writable/link'); return fs.readFileSync('${at}/writable/link', 'utf8')`],
      ['reads its environment from /proc', () => "return fs.readFileSync('/proc/self/environ', 'utf8')"],
      ["reads its parent's environment", () => 'return fs.readFileSync(`/proc/${process.ppid}/environ`, "utf8")'],
      ['reads the passwords', () => "return fs.readFileSync('/etc/shadow', 'utf8')"],
      ['starts a process', () => "return cp.execFileSync('/bin/true')"],
      ['starts a thread', () => "new threads.Worker('', { eval: true }); return 'started'"],
      ['kills its parent', () => "process.kill(process.ppid, 0); return 'killed'"],
      ['kills by what signals are sent with', () => "return process._kill({ valueOf: () => process.ppid }, 0)"],
      ["opens its parent's debugger", () => "process._debugProcess(process.ppid); return 'opened'"],
      ['slows its parent down', () => "(await import('node:os')).setPriority(process.ppid, 19); return 'slowed'"],
      ["has Node's bindings", () => "return typeof process.binding('fs')"],
      ['looks inside itself with the inspector', () => "new (await import('node:inspector')).Session().connect(); return 'connected'"],
      ['loads native code', () => "process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6'); return 'loaded'"],
      ["calls a service's socket", (at: string) => `return await new Promise((resolve, reject) => net.connect('${at}/secret/socket').on('data', String).on('connect', () => resolve('called')).on('error', reject))`],
      ['swaps the way that calls are made by, and calls a service', (at: string) => `const { apply } = Reflect; Reflect.apply = (f, self, args) => apply(f, self, typeof args[1] === 'string' ? [args[0], '${at}/secret/socket'] : args); return await new Promise((resolve, reject) => net.connect('${at}/secret/none').on('connect', () => resolve('called')).on('error', reject))`],
      ['makes a socket of its own outside', (at: string) => `return await new Promise((resolve, reject) => net.createServer().on('error', reject).listen('${at}/secret/own', () => resolve('listens')))`],
      ['makes an abstract socket', () => "return await new Promise((resolve, reject) => net.createServer().on('error', reject).listen('\\0own', () => resolve('listens')))"],
      // A signal that does nothing: the number of such a handle is whatever lay in memory.
      ['signals by the handle of a process that was never started', () => "const Handle = new cp.ChildProcess()._handle.constructor; return new Handle().kill(0)"],
      ['starts a process by its handle', () => "return new cp.ChildProcess()._handle.spawn({ file: '/bin/true', args: ['true'], stdio: [] })"],
      ['has V8 write files', (at: string) => `(await import('node:v8')).setFlagsFromString('--redirect-code-traces-to=${at}/secret/traces'); return 'set'`],
      ['has a snapshot written when its heap is full', () => "(await import('node:v8')).setHeapSnapshotNearHeapLimit(1); return 'set'"],
      ['opens its own debugger', () => "process.kill(process.pid, 'SIGUSR1'); return 'opened'"],
      ['has a report written of its end', (at: string) => `process.report.directory = '${at}/secret'; if (process.report.directory === '') process.report.writeReport(); return 'set'`],
      ['writes a database', (at: string) => `new ((await import('node:sqlite')).DatabaseSync)('${at}/secret/db').exec('create table t(a)'); return 'written'`],
      ['joins a database', (at: string) => `new ((await import('node:sqlite')).DatabaseSync)(':memory:').exec("attach '${at}/secret/db' as s; create table s.t(a)"); return 'written'`],
      ['takes more memory than it has', () => "const all = []; for (;;) all.push(new ArrayBuffer(200 * 1024 ** 2))"],
      ['lifts the limit of its heap, and takes memory outside it', () => "(await import('node:v8')).setFlagsFromString('--max-old-space-size=4096'); return new ArrayBuffer(200 * 1024 ** 2).byteLength"],
    ])('stops a tool that %s', async (_, code) => {
      const answer = await prisoner.run(code(folder));

      // By a wall, and not by a mistake in the attack.
      expect(answer).toMatch(/^refused: (?:ERR_ACCESS_DENIED|ERR_DLOPEN_DISABLED|RangeError|ENOENT|EACCES|EROFS|ERR_UNKNOWN_BUILTIN_MODULE|ERR_SQLITE_ERROR)$/);
    });

    it(level === 'process' ? 'does not hold the network' : 'has no way to the network, not even to the machine that it runs on', async () => {
      const answer = await prisoner.run(`return await new Promise((resolve) => net.connect(${String(port)}, '127.0.0.1').on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code)))`);

      expect(answer).toBe(level === 'process' ? 'connected' : 'ECONNREFUSED');
      expect(probes[level].holds.network).toBe(level === 'bubblewrap');
    });

    (level === 'bubblewrap' ? it : it.skip)('lets a tool reach the hosts of its policy by a proxy, and no others', async () => {
      const denied: string[] = [];
      const host = createHttpServer((request, response) => void response.end(`hello ${request.url ?? ''}`));
      const at = await new Promise<number>((resolve) => host.listen(0, '127.0.0.1', () => resolve((host.address() as AddressInfo).port)));
      const { egress } = Policy.from({ name: 'p', rules: { network: { allowed_domains: ['localhost'], allowed_addresses: ['127.0.0.1', '::1'] } } }).rulesFor('attempt');
      const one = await Prisoner.start(launcher, {}, { egress, onDenied: (reason) => denied.push(reason) });
      const direct = `new Promise((resolve) => net.connect(${String(at)}, '127.0.0.1').on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code)))`;
      const dns = "(await import('node:dns')).promises.lookup('example.com').then(() => 'resolved', (error) => error.code)";

      const seen = await one.run(`return [
        await (await fetch('http://localhost:${String(at)}/by/proxy')).text(),
        await fetch('https://evil.test/').then(() => 'reached', () => 'refused'),
        await ${direct},
        await ${dns},
      ]`);

      await one.child.kill();
      host.close();
      expect(seen).toEqual(['hello /by/proxy', 'refused', 'ECONNREFUSED', 'ENOTFOUND']);
      expect(denied).toEqual(['host is not in rules.network.allowed_domains']);
    });

    it(level === 'process' ? 'follows a link that leads out of a folder to read, as its probe says' : 'does not follow a link out of a folder to read', async () => {
      const answer = await prisoner.run(`return fs.readFileSync('${folder}/readable/out', 'utf8')`);

      expect(answer).toBe(level === 'process' ? 'key' : 'refused: ENOENT');
      if (level === 'process') expect(probes.process.detail).toContain('symbolic link');
    });

    it('cannot name any process but itself, where its probe says so', async () => {
      const answer = await prisoner.run('return process.ppid');

      expect(answer === 0 || answer === 1).toBe(level === 'bubblewrap' || probes.process.detail.includes('PID namespace of its own'));
    });

    it('keeps the beginning of what it writes, and goes on', async () => {
      const answer = await prisoner.run("process.stdout.write('x'.repeat(300_000)); process.stderr.write('e'); return 'went on'");

      expect(answer).toBe('went on');
      await untilNone(() => (prisoner.child.output.isCut ? [] : ['not yet']));
      expect(prisoner.child.output).toMatchObject({ stdout: 'x'.repeat(1_000), isCut: true });
    });

    it('leaves nothing in its working directory that it may not write: no traces, no snapshots of a full heap', async () => {
      const workingDirectory = join(folder, 'working');
      mkdirSync(workingDirectory);
      const one = await Prisoner.start(launcher, { workingDirectory, maxMemoryMb: 16 });

      const end = await one.run(`try { (await import('node:trace_events')).createTracing({ categories: ['node', 'v8'] }).enable(); } catch {}
        try { (await import('node:v8')).setHeapSnapshotNearHeapLimit(1); } catch {}
        const all = []; for (;;) all.push(new Array(1_000).fill(all.length));`);

      // Some lines of Node refuse both; others abort when the snapshot cannot be written.
      // In a namespace of its own it is the first process, which no signal of its own ends: it ends by the instruction behind.
      expect(['SIGABRT', 'SIGSEGV', 'SIGTRAP', 'SIGILL']).toContain((end as { readonly signal?: unknown }).signal);
      expect(readdirSync(workingDirectory)).toEqual([]);
    });

    it.each([
      ['cpu', { maxCpuMs: 100 }, 'for (;;);'],
      ['memory', { maxMemoryMb: 16 }, 'const all = []; for (;;) all.push(new Array(1_000).fill(all.length))'],
      // Between the two levels, nothing about these differs.
      ...(level === 'process' ? misbehaviour : []),
    ] as const)('tells an end by %s', async (reason, rules, code) => {
      const one = await Prisoner.start(launcher, rules);

      const end = await one.run(code);

      expect(end).toMatchObject({ reason });
    });

    it('ends a loop that ignores every signal, and is gone when it says so', async () => {
      const mark = `mark-${level}-${String(process.pid)}-kill`;
      const one = await Prisoner.start(launcher, {}, { env: { MARK: mark } });
      const loop = one.run("for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGXCPU']) process.on(name, () => undefined); for (;;);");
      const before = processesMarked(mark);

      await one.child.kill();

      expect(before).not.toEqual([]);
      expect(processesMarked(mark)).toEqual([]);
      await expect(loop).resolves.toMatchObject({ reason: 'killed', signal: 'SIGKILL' });
    });

    it('leaves no child in a loop behind when the parent is killed', async () => {
      const mark = `mark-${level}-${String(process.pid)}-orphan`;
      const parent = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/processes/parent.mjs'), level, mark], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => parent.stdout.once('data', resolve));
      const before = processesMarked(mark);

      parent.kill('SIGKILL');

      expect(before).not.toEqual([]);
      expect(await untilNone(() => processesMarked(mark))).toEqual([]);
    });

    (process.platform === 'linux' ? it : it.skip)('does not hand on a file that the process was itself started with', async () => {
      const key = openSync(join(folder, 'secret/key'), 'r');
      const gap = Array.from({ length: 37 }, () => 'ignore' as const);
      const parent = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/processes/inherits.mjs'), level, '40'], { stdio: ['ignore', 'pipe', 'inherit', ...gap, key] });
      closeSync(key);

      const [said] = (await once(parent.stdout as Readable, 'data')) as [Buffer]; // asked for as a pipe

      expect(JSON.parse(String(said))).toEqual({ parent: 'key', child: '' });
    });

    it('leaves no folder, file descriptor or zombie behind', async () => {
      const before = left();

      await Promise.all(Array.from({ length: 3 }, async () => (await Prisoner.start(launcher)).child.kill()));

      expect(await untilNone(() => left().filter((one) => !before.includes(one)))).toEqual([]);
    });

    it.each([
      ['a variable that steers Node', { env: { NODE_OPTIONS: '--allow-child-process' } }, /NODE_OPTIONS/],
      ['a working directory that is not there', { rules: { workingDirectory: '/nowhere/at/all' } }, /working directory/],
      ['a path with a zero byte', { rules: { readPaths: ['/a\0b'] } }, /zero byte/],
      ['a path that would open more than it says', { rules: { readPaths: ['/data/*'] } }, /star or comma/],
    ])('refuses %s', async (_, { rules, ...spec }: { readonly rules?: object; readonly env?: Record<string, string> }, message) => {
      const error = await errorOf(() => Prisoner.start(launcher, rules, spec));

      expect(error).toMatchObject({ name: 'SandboxError', message: expect.stringMatching(message) });
    });
  });
}

/** Folders, open files and dead children of this process. */
function left(): readonly string[] {
  const folders = readdirSync(tmpdir()).filter((name) => /^enforcecore-(?:sandbox|door)-(\d+)-/.exec(name)?.[1] === String(process.pid));
  const files = process.platform === 'linux' ? readdirSync('/proc/self/fd').map((fd) => `fd ${fd}`) : [];
  return [...folders, ...files];
}
