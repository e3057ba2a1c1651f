import { beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import type { Launcher, LevelProbe } from '../sandbox/launcher.js';
import { ResourceGuard, type PlatformInfo } from './resource-guard.js';

describe('ResourceGuard', () => {
  let asked = 0;
  let info: PlatformInfo;
  const missing: LevelProbe = {
    level: 'bubblewrap',
    works: false,
    detail: 'bubblewrap is not installed',
    holds: { time: false, memory: false, cpu: false, processes: false, files: false, network: false },
  };
  // The levels of this machine have a suite of their own.
  const launcher: Launcher = {
    level: 'bubblewrap',
    isReused: false,
    probe: async () => {
      asked += 1;
      return missing;
    },
    launch: () => Promise.reject(new Error('nothing is launched here')),
  };
  const guard = new ResourceGuard({ launchers: [launcher] });

  beforeAll(async () => {
    info = await guard.platformInfo();
  });

  it('says that a level without walls holds nothing', () => {
    expect(info.levels[0]).toMatchObject({ level: 'inline', works: true, holds: { memory: false, files: false, network: false } });
  });

  it('repeats what a launcher found, also that it does not work', () => {
    expect(info.levels[1]).toEqual(missing);
  });

  it('names programs only that are there', () => {
    const { prlimit, setpriv } = info.mechanisms;

    for (const path of [prlimit, setpriv]) expect(path === undefined || existsSync(path)).toBe(true);
  });

  it('has tried that the watchdog stops a loop', () => {
    expect(info.mechanisms.vmWatchdog).toBe(true);
  });

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(info))).toEqual(JSON.parse(JSON.stringify(structuredClone(info))));
  });

  it('tries once', async () => {
    await guard.platformInfo();

    expect(asked).toBe(1);
  });
});
