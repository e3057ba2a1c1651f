import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const agents: ChildProcess[] = [];
let count = 0;

afterAll(() => { folder.remove(); });
afterEach(async () => {
  for (const agent of agents.splice(0)) {
    const ended = new Promise((resolve) => agent.once('close', resolve));
    if (agent.exitCode === null && agent.signalCode === null) {
      agent.kill('SIGKILL');
      await ended;
    }
  }
});

const newPath = (): string => folder.at(`kill-${String((count += 1))}.json`);

/** A process with a call that runs until it is stopped, and that makes another one after each line of input. */
function startAgent(path: string, settings: object = {}): { line: () => Promise<string>; kill: (signal: NodeJS.Signals) => void } {
  const program = `
    import { createContainer, enforce, Policy, KillSwitch } from '@enforcecore/core';
    const settings = { auditEnabled: false, killSwitchPollMs: 20, ...${JSON.stringify({ killSwitchFile: path, ...settings })} };
    const container = createContainer({ policy: Policy.from({ name: 'agent', rules: {} }), environment: {}, settings });
    const wait = enforce(async function wait() { await new Promise((done) => setTimeout(done, 60_000)); }, { container });
    const short = enforce(function short() { return 'short'; }, { container });
    container.get(KillSwitch).onChange((event) => { if (event.kind === 'reset') console.log('reset', short()); });
    wait().catch((error) => console.log(error.code, error.reason));
    console.log('ready');`;
  const agent = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'],
  });
  agents.push(agent);
  let text = '';
  let wake = (): void => undefined;
  agent.stdout.on('data', (chunk: Buffer) => { text += chunk.toString(); wake(); });
  agent.on('close', () => { text += 'the process ended\n'; wake(); });
  const line = async (): Promise<string> => {
    while (!text.includes('\n')) await new Promise<void>((resolve) => { wake = resolve; });
    const [first = '', ...rest] = text.split('\n');
    text = rest.join('\n');
    return first;
  };
  return { line, kill: (signal) => void agent.kill(signal) };
}

describe('kill', () => {
  it('stops a running call of another process, and lets calls go on after a reset', async () => {
    const path = newPath();
    const agent = startAgent(path);
    expect(await agent.line()).toBe('ready');
    const tripped = await runCli(['kill', '--file', path, '--reason', 'an incident']);

    expect(tripped).toMatchObject({ code: 0, out: `tripped for all calls in ${path}\n`, err: '' });
    expect(await agent.line()).toBe('KILL_SWITCH the kill switch is tripped: an incident');
    await runCli(['kill', '--file', path, '--reset']);
    expect(await agent.line()).toBe('reset short');
  });

  it('is done by a signal too, where the settings name one', async () => {
    const agent = startAgent(newPath(), { killSwitchSignal: 'SIGUSR2' });
    await agent.line();
    agent.kill('SIGUSR2');

    expect(await agent.line()).toBe('KILL_SWITCH the kill switch is tripped: the process got SIGUSR2');
  });

  it('stops a process that starts later', async () => {
    const path = newPath();
    await runCli(['kill', '--file', path, '--tool', 'WAIT', '--reason', 'x']);
    const agent = startAgent(path);

    expect([await agent.line(), await agent.line()].sort()).toEqual(['KILL_SWITCH the kill switch is tripped for tool "wait": x', 'ready']);
  });

  it('shows what is tripped, by whom, when and why', async () => {
    const path = newPath();
    await runCli(['kill', '--file', path, '--tenant', 'acme', '--reason', 'a\u001b[31m dispute', '--recover-after', '1.5', '--by', 'ann']);
    await runCli(['kill', '--file', path, '--reason', 'everything']);
    const { code, json } = await runCli(['kill', '--status', '--json'], { env: { ENFORCECORE_KILL_SWITCH_FILE: path } });
    const { out } = await runCli(['kill', '--status', '--file', path]);

    expect(code).toBe(1);
    expect(json).toMatchObject({
      ok: false, place: path,
      trips: [
        { scope: { of: 'tenant', name: 'acme' }, reason: 'a [31m dispute', by: 'cli:ann', recoverAfterMs: 1_500 },
        { scope: { of: 'all' }, by: `cli:${userInfo().username}`, reason: 'everything' },
      ],
    });
    expect(out).toMatch(/^tenant "acme" {2}\d{4}-.*Z {2}cli:ann +trial calls after 1\.5 s {2}a \[31m dispute\nall calls/);
  });

  it('says that nothing is tripped, where nothing is', async () => {
    const path = newPath();
    expect(await runCli(['kill', '--status', '--file', path])).toMatchObject({ code: 0, out: `nothing is tripped: there is no file ${path}\n` });
    await runCli(['kill', '--file', path, '--reason', 'x']);
    await runCli(['kill', '--file', path, '--reset']);

    expect(await runCli(['kill', '--status', '--file', path])).toMatchObject({ code: 0, out: `nothing is tripped in ${path}\n` });
  });

  it('says that nothing was tripped, where nothing was', async () => {
    const path = newPath();
    await runCli(['kill', '--file', path, '--tenant', 'acme', '--reason', 'x']);
    const [other, acme] = [await runCli(['kill', '--file', path, '--reset']), await runCli(['kill', '--file', path, '--reset', '--tenant', 'acme'])];

    expect(other.out).toBe(`reset for all calls in ${path}; nothing was tripped for them there\n`);
    expect(acme.out).toBe(`reset for tenant "acme" in ${path}\n`);
  });

  it('writes what a link leads to, and refuses one that leads to nothing', async () => {
    const [path, link, loose] = [newPath(), newPath(), newPath()];
    writeFileSync(path, '{"format":"enforcecore-kill-switch/1","events":[]}');
    symlinkSync(path, link);
    symlinkSync(`${path}.gone`, loose);
    await runCli(['kill', '--file', link, '--reason', 'x']);
    const refused = await runCli(['kill', '--file', loose, '--reason', 'x']);

    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain('"reason": "x"');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('a link that leads to nothing') });
  });

  it('takes no heed of a lock from the future, and says what is wrong with one that is a folder', async () => {
    const path = newPath();
    writeFileSync(`${path}.lock`, '');
    utimesSync(`${path}.lock`, Date.now() / 1_000 + 3_600, Date.now() / 1_000 + 3_600);
    const future = await runCli(['kill', '--file', path, '--reason', 'x']);
    mkdirSync(`${path}.lock`);
    const folderLock = await runCli(['kill', '--file', path, '--reason', 'y']);

    expect(future.code).toBe(0);
    expect(folderLock).toMatchObject({ code: 2, err: expect.stringContaining('.lock is a folder') });
  });

  it('tells what went wrong as JSON too, where JSON is asked for', async () => {
    const { code, json } = await runCli(['kill', '--json', '--file', newPath()]);

    expect(code).toBe(2);
    expect(json).toMatchObject({ ok: false, error: { code: 'USAGE', message: expect.stringContaining('say why with --reason') } });
  });

  it('resets exactly what it is told to', async () => {
    const path = newPath();
    await runCli(['kill', '--file', path, '--tenant', 'acme', '--reason', 'x']);
    await runCli(['kill', '--file', path, '--reason', 'y']);
    await runCli(['kill', '--file', path, '--reset', '--all']);

    const { json } = await runCli(['kill', '--status', '--json', '--file', path]);
    expect(json.trips).toMatchObject([{ reason: 'x' }]);
  });

  it('loses none of many changes at the same time, and leaves no lock behind', async () => {
    const path = newPath();
    await Promise.all(Array.from({ length: 8 }, (_x, i) => runCli(['kill', '--file', path, '--tool', `t${String(i)}`, '--reason', 'x'])));

    const { json } = await runCli(['kill', '--status', '--json', '--file', path]);
    expect(json.trips).toHaveLength(8);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it.each([
    [[], 'say why with --reason'],
    [['--reason', ' '], 'say why with --reason'],
    [['--reason', 'x', '--tool', 'a', '--agent', 'b'], 'exclude each other'],
    [['--reason', 'x', '--tool', 'a', '--all'], 'exclude each other'],
    [['--reset', '--status'], 'two commands'],
    [['--reset', '--recover-after', '5'], '--recover-after is for a trip'],
    [['--status', '--tool', 'a'], 'takes neither'],
    [['--reason', 'x', '--recover-after', '0'], 'Expected a number of seconds above 0'],
    [['--reason', 'x', '--tool', 'no spaces here'], 'invalid tool name'],
    [['--reason', 'x', '--tenant', ''], '--tenant expects a name'],
    [['--reason', 'x', '--redis', 'redis://h'], 'two places'],
    [['--reason', 'x', '--prefix', 'p'], '--prefix is for --redis'],
  ])('refuses %j, and writes nothing', async (flags, message) => {
    const path = newPath();
    const { code, err } = await runCli(['kill', '--file', path, ...flags]);

    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(existsSync(path)).toBe(false);
  });

  it('wants to know where', async () => {
    expect(await runCli(['kill', '--reason', 'x'])).toMatchObject({ code: 2, err: expect.stringContaining('say where the processes look') });
    expect(await runCli(['kill', '--reason', 'x', '--redis', 'http://h'])).toMatchObject({ code: 2, err: expect.stringContaining('expects an address such as') });
    expect(await runCli(['kill', '--reason', 'x', '--file', folder.at('no/such/folder/kill.json')])).toMatchObject({ code: 2, err: expect.stringContaining('cannot write') });
  });

  it('does not write over a file that it cannot read', async () => {
    const path = newPath();
    writeFileSync(path, 'torn');
    const { code, err } = await runCli(['kill', '--file', path, '--reason', 'x']);

    expect(code).toBe(2);
    expect(err).toContain('cannot be used: it is no JSON');
    expect(readFileSync(path, 'utf8')).toBe('torn');
  });

  it('shows of a server neither user nor password', async () => {
    const { code, out, err } = await runCli(['kill', '--status', '--redis', 'redis://bob:hunter2@127.0.0.1:1']);

    expect(code).toBe(2);
    expect(out + err).not.toMatch(/bob|hunter2/);
  });
});
