import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enforce, Enforcer, Executor, KillSwitch, runInContainer, type SandboxError, SandboxExecutor, SystemClock } from '../src/index.js';
import { codePathsOf } from '../src/sandbox/launch-spec.js';
import type { Child, Launcher } from '../src/sandbox/launcher.js';
import { WorkerLauncher } from '../src/sandbox/worker-launcher.js';
import { errorOf, houseWith, removeTempFolders, tempFolder } from './kit.js';
import { fixture, type Tool } from './sandbox.test.kit.js';

const module = new URL('fixtures/sandbox/odd.mjs', import.meta.url).href;
const rules = { sandbox: { strategy: 'worker' } };
const { container } = houseWith(rules);
let odd: Readonly<Record<string, Tool>>;

function named(name: string): Tool {
  const found = odd[name];
  if (found === undefined) throw new TypeError(`no fixture ${name}`);
  return found;
}

function moved(name: string): Tool {
  return enforce(named(name), { container, tool: name, sandbox: { module } });
}

beforeAll(async () => {
  odd = await fixture('odd.mjs');
});

afterAll(async () => {
  await container.close();
  removeTempFolders();
});

describe('a worker that is used again', () => {
  it('is so for the same tenant, and for no other', async () => {
    const enforcer = new Enforcer(undefined, { container });
    const leave = (tenant: string, what: string): Promise<unknown> => enforcer.run(named('leave'), { tool: 'leave', args: [what], tenant, sandbox: { module } });

    const seen = [await leave('a', 'by a'), await leave('b', 'by b'), await leave('a', 'again')];

    expect(seen).toEqual(['nothing', 'nothing', 'by a']);
  });

  it('is not the one that an earlier call left in a loop', async () => {
    const answers = [await moved('busyLater')()];
    await new Promise((resolve) => setTimeout(resolve, 100));

    answers.push(await moved('leave')('next'));

    expect(answers).toEqual(['returned', 'nothing']);
  });

  it('does not show its line to the parent', async () => {
    expect(await moved('handles')()).toBe(0);
  });
});

describe('a Node stream from a worker', () => {
  it('goes on behind an empty chunk', async () => {
    const read: string[] = [];
    for await (const chunk of (await moved('chunks')(['a', '', 'b'], false)) as AsyncIterable<Buffer>) read.push(String(chunk));

    expect(read).toEqual(['a', 'b']);
  });

  it.each([
    ['a null among objects', [1, null, 2], true],
    ['an object among bytes', ['a', { b: 1 }], false],
  ])('fails by %s', async (_, items, objectMode) => {
    const error = await errorOf(async () => {
      const read: unknown[] = [];
      for await (const item of (await moved('chunks')(items, objectMode)) as AsyncIterable<unknown>) read.push(item);
    });

    expect(error).toMatchObject({ code: 'OUTPUT_INVALID' });
  });
});

describe('a child that is still starting', () => {
  it('holds up no call that the kill switch ends, and is ended when it comes', async () => {
    const workers = new WorkerLauncher();
    let start: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (start = resolve));
    const children: Child[] = [];
    let asked = 0;
    const slow: Launcher = {
      level: 'worker',
      isReused: true,
      probe: () => workers.probe(),
      launch: async (spec) => {
        asked += 1;
        await held;
        const child = await workers.launch(spec);
        children.push(child);
        return child;
      },
    };
    const { container: other, auditor } = houseWith(rules);
    const executor = new SandboxExecutor(new SystemClock(), { launchers: [slow] });
    other.rebind(Executor).toConstantValue(executor);
    await workers.probe();
    const call = errorOf(() => runInContainer(other, () => enforce(named('leave'), { tool: 'leave', sandbox: { module } })('x')));
    while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 1));

    other.get(KillSwitch).trip('a test');
    const error = await call;
    start();
    while (executor.children.worker?.busy !== 0) await new Promise((resolve) => setTimeout(resolve, 1));

    expect(error).toMatchObject({ code: 'KILL_SWITCH' });
    expect(auditor.calls).toHaveLength(1);
    expect(children).toHaveLength(1);
    await other.close();
  });
});

describe('a module that cannot be loaded', () => {
  const load = (file: string): Promise<unknown> =>
    errorOf(() => enforce(named('leave'), { container, tool: 'leave', sandbox: { module: new URL(`fixtures/sandbox/${file}`, import.meta.url).href, export: 'x' } })());

  it('says whether it is missing or threw, and keeps what it says itself out of the message', async () => {
    const [missing, threw] = [await load('nowhere.mjs'), await load('throws.mjs')];

    expect(missing).toMatchObject({ code: 'SANDBOX', message: expect.stringContaining('there is no such file') });
    expect(threw).toMatchObject({ code: 'SANDBOX', message: expect.stringContaining('threw while it was loaded') });
    expect((threw as SandboxError).message).not.toContain('private');
    expect((threw as SandboxError).output).toContain('private words');
    expect(JSON.stringify(threw)).not.toContain('private');
  });
});

describe('what a child may read of a package', () => {
  it('is the code beside a module that lies beside its package.json, and no dot file', () => {
    const folder = realpathSync(tempFolder());
    for (const name of ['package.json', 'tool.mjs', 'other.cjs', '.env', '.hidden.js', 'notes.txt']) writeFileSync(join(folder, name), '{}');
    for (const name of ['.git', 'dist', 'data']) mkdirSync(join(folder, name));

    const paths = codePathsOf(pathToFileURL(join(folder, 'tool.mjs')).href).filter((path) => path.startsWith(folder));

    expect(paths.map((path) => basename(path)).toSorted()).toEqual(['dist', 'other.cjs', 'package.json', 'tool.mjs'].toSorted());
  });
});
