import { afterAll, describe, expect, it } from '@jest/globals';
import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Auditor, Clock, createContainer, enforce, Enforcer, Logger, type EnforceContainer } from '../../src/index.js';
import { FakeClock, MemoryAuditor } from '../../src/testing/index.js';
import { removeTempFolders, tempFolder } from '../kit.js';

afterAll(removeTempFolders);

interface Yard {
  readonly file: string;
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
  readonly clock: FakeClock;
  readonly logs: { readonly level: string; readonly message: string }[];
  write(rules: string): void;
  call(tool?: string): Promise<unknown>;
  /** Two looks: the first sees a change, the second that it is the same. */
  settle(): Promise<void>;
}

/** A container over a policy file, on a clock that a test turns. */
function yard(rules: string, settings: object = {}): Yard {
  const folder = tempFolder();
  const file = join(folder, 'policy.yaml');
  let age = 100;
  const write = (text: string): void => {
    writeFileSync(file, `name: p\nrules: ${text}\n`);
    const time = Date.now() / 1_000 - (age -= 1);
    utimesSync(file, time, time);
  };
  write(rules);
  const container = createContainer({ policy: file, environment: {}, settings: { auditPath: folder, ...settings } });
  const auditor = new MemoryAuditor();
  const clock = new FakeClock();
  clock.advance(1e9); // the file was first looked at by the clock of the machine
  const logs: { level: string; message: string }[] = [];
  container.rebind(Auditor).toConstantValue(auditor);
  container.rebind(Clock).toConstantValue(clock);
  container.rebind(Logger).toConstantValue({ log: (level, message) => void logs.push({ level, message }) });
  const call = async (tool = 't'): Promise<unknown> => new Enforcer(undefined, { container }).run(async () => 'ran', { tool, args: [{}] }).catch((error: unknown) => error);
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 2; i += 1) {
      clock.advance(1_000);
      await call('settling');
    }
  };
  return { file, container, auditor, clock, logs, write, call, settle };
}

const denyT = '{denied_tools: [t]}';
const denyU = '{denied_tools: [u]}';

function notes({ auditor }: Yard): readonly unknown[] {
  return auditor.entries.filter(({ kind }) => kind === 'policy');
}

describe('hot reload', () => {
  it('D-07: a tool that was wrapped before obeys the new rules, and trail and log say so', async () => {
    const here = yard(denyU);
    const tool = enforce(async () => 'ran', { tool: 't', container: here.container });
    expect(await tool()).toBe('ran');
    here.write(denyT);
    await here.settle();

    await expect(tool()).rejects.toMatchObject({ code: 'TOOL_DENIED' });
    expect(notes(here)).toEqual([expect.objectContaining({ kind: 'policy', policy_name: 'p', detail: expect.stringContaining('exchanged') })]);
    expect(here.logs.filter(({ message }) => message.includes('exchanged'))).toEqual([expect.objectContaining({ level: 'info' })]);
    expect(new Set(here.auditor.calls.map((entry) => entry.policy_digest)).size).toBe(2);
  });

  it('a broken file changes nothing, is logged as an error and noted in the trail once, and a good one is taken up again', async () => {
    const here = yard(denyT);
    await here.call();
    here.write('{denied_tols: [u]}');
    for (let i = 0; i < 5; i += 1) await here.settle();

    expect(await here.call()).toMatchObject({ code: 'TOOL_DENIED' });
    expect(here.logs.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(notes(here)).toEqual([expect.objectContaining({ detail: expect.stringContaining('refused') })]);
    here.write(denyU);
    await here.settle();
    expect(await here.call()).toBe('ran');
    expect(notes(here)).toHaveLength(2);
  });

  it('a file that is gone changes nothing, and neither does its coming back', async () => {
    const here = yard(denyT);
    await here.call();
    renameSync(here.file, `${here.file}.away`);
    await here.settle();
    expect(await here.call()).toMatchObject({ code: 'TOOL_DENIED' });
    renameSync(`${here.file}.away`, here.file);
    await here.settle();

    expect(await here.call()).toMatchObject({ code: 'TOOL_DENIED' });
    expect(notes(here)).toHaveLength(1);
  });

  it('policyReloadSeconds: 0 never looks', async () => {
    const here = yard(denyT, { policyReloadSeconds: 0 });
    await here.call();
    here.write(denyU);
    for (let i = 0; i < 5; i += 1) await here.settle();

    expect(await here.call()).toMatchObject({ code: 'TOOL_DENIED' });
  });

  it('a call under way ends under the policy that it began with, in its rules and in its entry', async () => {
    const here = yard('{max_output_size_bytes: 100}');
    let finish: (value: string) => void = () => undefined;
    const slow = enforce(() => new Promise<string>((resolve) => { finish = resolve; }), { tool: 'slow', container: here.container });
    const pending = slow();
    here.write('{max_output_size_bytes: 1}');
    await here.settle();
    expect(await here.call()).toMatchObject({ code: 'OUTPUT_SIZE' });
    finish('four');

    expect(await pending).toBe('four');
    const digests = here.auditor.calls.map(({ tool_name: tool, policy_digest: digest }) => `${tool} ${String(digest)}`);
    const first = digests.find((line) => line.startsWith('slow '))?.slice(5);
    expect(first).toBeDefined();
    expect(digests.filter((line) => line.startsWith('t ')).map((line) => line.slice(2))).not.toContain(first);
  });

  it('calls that run across a swap are each decided wholly by one policy', async () => {
    const here = yard('{denied_tools: [a], max_output_size_bytes: 3}');
    const one = async (i: number): Promise<unknown> => {
      if (i === 300) here.write('{denied_tools: [b], max_output_size_bytes: 2}');
      if (i % 100 === 0) here.clock.advance(1_000);
      return new Enforcer(undefined, { container: here.container })
        .run(async () => { await Promise.resolve(); return i % 3 === 0 ? 'xxx' : 'xx'; }, { tool: i % 2 === 0 ? 'a' : 'b', args: [{}] })
        .catch((error: unknown) => error);
    };
    const ended: unknown[] = [];
    for (let i = 0; i < 1_000; i += 50) ended.push(...(await Promise.all(Array.from({ length: 50 }, (_, n) => one(i + n)))));

    const byDigest = new Map<string, Set<string>>();
    for (const { tool_name: tool, decision, violation_type: type, policy_digest: digest } of here.auditor.calls) {
      const seen = byDigest.get(digest ?? '') ?? new Set();
      byDigest.set(digest ?? '', seen.add(`${tool} ${decision} ${type ?? ''}`.trim()));
    }
    expect(ended).toHaveLength(1_000);
    expect([...byDigest.values()].map((seen) => [...seen].sort())).toEqual([
      ['a blocked tool_denied', 'b allowed'],
      ['a allowed', 'a blocked output_size', 'b blocked tool_denied'],
    ]);
  });

  it('windows of rates go on over a reload', async () => {
    const here = yard('{rate_limits: {per_tool: {t: {max_calls: 2, window_seconds: 3600}}}}');
    expect([await here.call(), await here.call()]).toEqual(['ran', 'ran']);
    here.write('{rate_limits: {per_tool: {t: {max_calls: 2, window_seconds: 3600}}}, denied_tools: [x]}');
    await here.settle();

    expect(await here.call('x')).toMatchObject({ code: 'TOOL_DENIED' });
    expect(await here.call()).toMatchObject({ code: 'RATE_LIMIT' });
  });

  it('a file that is not there at first blocks the call, and is found when it comes', async () => {
    const here = yard(denyU);
    const missing = join(tempFolder(), 'later.yaml');
    const enforcer = new Enforcer(missing, { container: here.container });
    await expect(enforcer.run(async () => 'ran', { tool: 't', args: [] })).rejects.toMatchObject({ code: 'POLICY_LOAD' });
    writeFileSync(missing, 'name: later\n');

    expect(await enforcer.run(async () => 'ran', { tool: 't', args: [] })).toBe('ran');
    rmSync(missing);
  });

  it('an auditor that fails to note an exchange stops no call, and is logged', async () => {
    const here = yard(denyU);
    await here.call();
    const inner = here.auditor;
    here.container.rebind(Auditor).toConstantValue({
      begin: () => undefined,
      record: (entry) => {
        if (entry.kind === 'policy') throw new Error('disk full');
        return inner.record(entry);
      },
    });
    here.write(denyT);
    await here.settle();

    expect(await here.call()).toMatchObject({ code: 'TOOL_DENIED' });
    expect(here.logs.filter(({ message }) => message.includes('could not be recorded'))).toHaveLength(1);
  });
});
