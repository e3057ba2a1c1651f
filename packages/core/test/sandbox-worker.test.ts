import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import type { Child } from '../src/sandbox/launcher.js';
import { WorkerLauncher } from '../src/sandbox/worker-launcher.js';

const dist = new URL('../dist/index.js', import.meta.url).href;
const plain = new URL('fixtures/sandbox/plain.mjs', import.meta.url).href;
const rules = {
  level: 'worker',
  maxMemoryMb: undefined,
  maxCpuMs: undefined,
  maxResultBytes: undefined,
  maxOutputBytes: 21,
  allowedEnvVars: undefined,
  workingDirectory: undefined,
  readPaths: [],
  writePaths: [],
} as const;

function answerOf(child: Child): Promise<unknown> {
  return new Promise((resolve) => {
    child.onMessage(resolve);
  });
}

describe('the worker launcher', () => {
  it('tries its level, and says what it holds', async () => {
    const probe = await new WorkerLauncher().probe();

    expect(probe).toMatchObject({ level: 'worker', works: true, holds: { time: true, memory: true, files: false, network: false } });
  });

  it('keeps the beginning of what a thread prints', async () => {
    const child = await new WorkerLauncher().launch({ rules, egress: undefined, codePaths: [], env: {} });

    const loaded = answerOf(child);
    child.post(JSON.stringify({ t: 'load', id: '1', as: 0, tool: { module: plain, export: 'prints' } }));
    await loaded;
    const printed = answerOf(child);
    child.post(JSON.stringify({ t: 'call', id: '2', tool: 0, args: [], call: { tool: 'prints' }, maxResultBytes: 100 }));
    await printed;
    for (let i = 0; i < 500 && !child.output.isCut; i += 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
    await child.kill();

    expect(child.output).toEqual({ stdout: 'to standard output\n', stderr: 'to', isCut: true });
  });

  it('keeps no process running by a worker that is idle', () => {
    const script = `
      import { createContainer, enforce, Policy } from '${dist}';
      import { sleeps } from '${plain}';
      const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditEnabled: false } });
      console.log(await enforce(sleeps, { container, sandbox: { level: 'worker', module: '${plain}' } })(1));
    `;

    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 50_000 });

    expect(printed.trim()).toBe('1');
  });
});
