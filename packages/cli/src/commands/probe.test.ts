import { describe, expect, it } from '@jest/globals';
import type { Cell, LevelProbe } from '@enforcecore/core';
import { runCli } from '../io.test.kit.js';
import { painterFor } from '../render/painter.js';
import { probeReport } from './probe.js';

const paint = painterFor({ isTerminal: false, columns: undefined, write: () => Promise.resolve() }, {});
const holds = { time: true, memory: true, cpu: false, processes: false, files: false, network: false };
const levels: readonly LevelProbe[] = [
  { level: 'worker', works: true, detail: 'a thread', holds },
  { level: 'bubblewrap', works: false, detail: 'bwrap is \x1b[2J missing', holds },
];
const mechanisms = { vmWatchdog: true, permissionFlag: undefined, prlimit: '/usr/bin/prlimit', setpriv: undefined, bubblewrap: undefined, cgroupWritable: false };
const cell = (level: Cell['level'], result: Cell['result']): Cell => ({ level, attack: 'environment', result, reason: '', ms: 1 });

describe('the report of a probe', () => {
  it('tells each level, what it holds, and each attack at each level', async () => {
    const battery = [cell('bare', 'not stopped'), cell('worker', 'stopped'), cell('bubblewrap', 'cannot be tried')];

    const text = await probeReport({ paint }, { platform: { platform: 'linux', arch: 'x64', node: 'v20', levels, mechanisms }, battery });

    expect(text).toMatch(/ {2}worker {6}works {2}a thread\n {2}bubblewrap {2}no {5}bwrap is \\x1b\[2J missing\n/);
    expect(text).toMatch(/time +memory +cpu.*\n {2}worker +yes +yes +no/);
    expect(text).toMatch(/bare +worker +bubblewrap\n {2}environment +not stopped +stopped +-\n/);
    expect(text).toMatch(/setpriv +missing\n/);
  });
});

describe('info', () => {
  it('tries nothing unless asked', async () => {
    const { json, err } = await runCli(['info', '--json']);

    expect(json).not.toHaveProperty('probe');
    expect(err).toBe('');
  });
});
