import { afterEach, describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/client';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '@enforcecore/core';
import { bench, closeAll, refusalIn, textOf, tools, until, type Bench, type Loose } from './gateway.test.kit.js';
import { StdioTransport, type StdioTransportOptions } from './upstream/stdio-transport.js';
import { RateGate } from './upstream/rate-gate.js';
import { childEnvironment } from './upstream/child-environment.js';

const fixture = fileURLToPath(new URL('../test/fixtures/hostile-server.mjs', import.meta.url));

afterEach(closeAll);

interface Hostile extends Bench {
  readonly mcp: Client;
  readonly stderr: string[];
  readonly garbage: string[];
}

async function hostile(timeoutMs = 20_000, misdeed?: string): Promise<Hostile> {
  const stderr: string[] = [];
  const garbage: string[] = [];
  const gate = new RateGate(new SystemClock(), 500);
  const options: StdioTransportOptions = {
    command: process.execPath,
    args: [fixture],
    env: childEnvironment(misdeed === undefined ? { OWN: 'yes' } : { MISDEED: misdeed }, process.env, process.platform),
    maxMessageBytes: 250_000,
    onStderr: (line) => stderr.push(line),
    onGarbage: (fault) => garbage.push(fault),
    admits: () => gate.passes(),
  };
  const made = await bench({ bad: () => new StdioTransport(options), good: tools({ echo: () => 'still here' }) }, { upstreams: { bad: { timeoutMs, startTimeoutMs: 5_000 } } });
  return { ...made, mcp: await made.client(), stderr, garbage };
}

const call = (mcp: Client, name: string, args: Record<string, unknown> = {}): Promise<Loose> => mcp.callTool({ name: `bad.${name}`, arguments: args });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a hostile server, as a child process', () => {
  it.each(['huge', 'deep', 'wide', 'surrogate', 'nothing', 'both', 'nullerror'])('ends a call with a typed error and one entry when the answer is %s, at once, and goes on', async (name) => {
    const { mcp, auditor, garbage } = await hostile();

    const result = await call(mcp, name);
    const after = await call(mcp, 'echo', { text: 'on' });

    expect(result.isError).toBe(true);
    expect(refusalIn(result)).toEqual({ code: 'GATEWAY', mayHaveRun: true });
    expect(textOf(after)).toBe('on');
    expect(garbage.length).toBeGreaterThan(0);
    expect(auditor.calls).toHaveLength(2);
  });

  it.each([
    ['garbage', 'after garbage'],
    ['partial', 'in pieces: é'],
    ['batch', 'alone'],
    ['twice', 'first'],
    ['stranger', 'mine'],
    ['flood', 'after the flood'],
    ['stderr', 'said'],
  ])('finds the answer among %s', async (name, words) => {
    const { mcp, auditor } = await hostile();

    const result = await call(mcp, name);
    const after = await call(mcp, 'echo', { text: 'on' });

    expect([textOf(result), textOf(after)]).toEqual([words, 'on']);
    expect(auditor.calls).toHaveLength(2);
  });

  it('withholds a result that is none by the protocol', async () => {
    const { mcp, auditor } = await hostile();

    const result = await call(mcp, 'badresult');

    expect(refusalIn(result)).toEqual({ code: 'OUTPUT_INVALID', mayHaveRun: true });
    expect(auditor.calls).toHaveLength(1);
  });

  it('lets nothing of a prototype pass', async () => {
    const { mcp } = await hostile();

    const result = await call(mcp, 'proto');

    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(JSON.stringify(result)).not.toContain('__proto__');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  it('takes an answer whose id is text for none: the call runs into its limit', async () => {
    const { mcp, auditor } = await hostile(300);

    const result = await call(mcp, 'strings');

    expect(refusalIn(result)?.code).toBe('TIMEOUT');
    expect(auditor.calls).toMatchObject([{ outcome: 'timeout_unknown' }]);
  });

  it.each(['crash', 'close'])('survives a %s of stdout: the call ends, the server starts again, the others never notice', async (name) => {
    const { mcp, gateway, auditor } = await hostile(5_000);

    const result = await call(mcp, name);
    const other = await mcp.callTool({ name: 'good.echo', arguments: {} });
    const after = await call(mcp, 'echo', { text: 'again' });

    expect(result.isError).toBe(true);
    expect(textOf(other)).toBe('still here');
    expect(refusalIn(result)).toEqual({ code: 'GATEWAY', mayHaveRun: true });
    expect(textOf(after)).toBe('again');
    expect(gateway.status()[0]).toMatchObject({ state: 'ready', restarts: 1 });
    expect(auditor.calls).toHaveLength(3);
  });

  it('ends all calls under way when the server crashes, each with its entry', async () => {
    const { mcp, auditor } = await hostile();

    const hanging = Array.from({ length: 20 }, () => call(mcp, 'hang'));
    await until(() => auditor.intents.length === 20);
    await call(mcp, 'crash');
    const results = await Promise.all(hanging);

    expect(results.every((result) => refusalIn(result)?.code === 'GATEWAY')).toBe(true);
    expect(auditor.calls).toHaveLength(21);
  });

  it('leaves a server down that crashes at every start, and serves the others meanwhile', async () => {
    const { mcp, gateway } = await hostile(60_000, 'dies-at-start');

    const results = [];
    for (let i = 0; i < 7; i += 1) results.push(await call(mcp, 'echo'));
    const other = await mcp.callTool({ name: 'good.echo', arguments: {} });

    expect(results.every((result: Loose) => result.isError === true)).toBe(true);
    expect(textOf(results.at(-1))).toContain('down');
    expect(gateway.status()[0]).toMatchObject({ state: 'down' });
    expect(textOf(other)).toBe('still here');
  });

  it('leaves no child behind that will not end: not at the end of its input, not when it is asked', async () => {
    const { mcp, gateway } = await hostile(20_000, 'stubborn');
    const pid = Number(textOf(await call(mcp, 'pid')));

    await gateway.close();

    await until(() => !isAlive(pid));
    expect(isAlive(pid)).toBe(false);
  });

  it('leaves no child behind when it is killed itself', async () => {
    const gateway = spawn(process.execPath, [fileURLToPath(new URL('../test/fixtures/gateway-process.mjs', import.meta.url)), fixture], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [said] = (await once(gateway.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    const wasAlive = isAlive(pid);

    gateway.kill('SIGKILL');

    await until(() => !isAlive(pid));
    expect(wasAlive).toBe(true);
  });

  it('gives the child what the config says, and nothing of its own environment that may be secret', async () => {
    process.env['GATEWAY_TEST_SECRET'] = 'x';
    const { mcp } = await hostile();

    const names = textOf(await call(mcp, 'env')).split(' ');
    delete process.env['GATEWAY_TEST_SECRET'];

    expect(names).toContain('OWN');
    expect(names).toContain('PATH');
    expect(names).not.toContain('GATEWAY_TEST_SECRET');
  });

  it('keeps lines of stderr short, and never lets them into an answer', async () => {
    const { mcp, stderr } = await hostile();

    await call(mcp, 'stderr');
    await until(() => stderr.length >= 2);

    expect(stderr.every((line) => line.length < 3_000)).toBe(true);
  });
});
