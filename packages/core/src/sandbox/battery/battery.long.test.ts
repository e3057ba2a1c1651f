import { describe, expect, it } from '@jest/globals';
import { readdirSync, writeFileSync } from 'node:fs';
import { attackList, type Attack, type Effect } from './attack-list.js';
import type { Sightings } from './attack-parent.js';
import * as attacks from './attacks.js';
import { batteryRows } from './battery-table.js';
import { judge } from './judge.js';
import { isRunning, LimitsSeen, processes, treeOf, type ProcessFacts } from './process-tree.js';
import { runBattery } from './run-battery.js';
import { Scene } from './scene.js';

const isLinux = process.platform === 'linux';
const onLinux = isLinux ? it : it.skip;

describe('the attacks', () => {
  it('are named once, and can be moved behind a wall', () => {
    const names = attackList.map(({ name }) => name);
    const kinds = attackList.map((attack) => Object.prototype.toString.call(attacks[attack.export]));

    expect(new Set(names).size).toBe(names.length);
    expect(new Set(kinds)).toEqual(new Set(['[object AsyncFunction]']));
  });

  onLinux(
    'come through where nothing stops them, and not out of the interpreter',
    async () => {
      const names = ['environment', 'read-outside', 'link-found', 'write-outside', 'connect-ip', 'proto-key', 'end-process'];

      const cells = await runBattery({ levels: ['bare', 'quickjs'], attacks: names });

      const rows = batteryRows(cells).map(({ attack, cells: { bare, quickjs } }) => [attack, bare?.result, quickjs?.result]);
      const tried = (name: string): string => (attackList.find((attack) => attack.name === name)?.text === undefined ? 'cannot be tried' : 'stopped');
      expect(rows.toSorted()).toEqual(names.toSorted().map((name) => [name, 'not stopped', tried(name)]));
      expect(processes().filter(({ parent, command }) => parent === process.pid && command.includes('battery/cell-main'))).toEqual([]);
    },
  );

  onLinux('leave no files behind (Linux only: /proc)', async () => {
    const scene = await Scene.open();

    scene.close();

    expect(readdirSync('/var/tmp').filter((name) => scene.target.workFolder.includes(name))).toEqual([]);
  });
});

describe('the judge', () => {
  const calm: Sightings = { report: { phase: 'after', isNextRight: true, outcome: { kind: 'returned', error: '', message: '', text: '', resultBytes: 0 } }, isParentAlive: true, calmBytes: 1e8, peakBytes: 1e8, peakMarked: 0, markedAfter: 0, wasLimitRaised: false, outputBytes: 0, busyLooks: 0 };
  const attackWith = (effect: Effect): Attack => ({ name: 'a', title: '', tries: '', export: 'honest', effects: [effect] });
  const outcome = { kind: 'returned', error: '', message: '', text: 'so it says: the-secret', resultBytes: 2 ** 21 } as const;
  const signs: readonly (readonly [Effect, Partial<Sightings>])[] = [
    ['runs on', { busyLooks: 10 }],
    ['runs on', { report: { phase: 'ready' } }],
    ['memory over', { peakBytes: 1e9 }],
    ['many processes', { peakMarked: 40 }],
    ['grandchild lives', { markedAfter: 1 }],
    ['large result', { report: { phase: 'after', outcome } }],
    ['parent polluted', { report: { phase: 'after', outcome, isPolluted: true } }],
    ['merge polluted', { report: { phase: 'after', outcome, isMergePolluted: true } }],
    ['secret out', { report: { phase: 'after', outcome } }],
    ['limit raised', { wasLimitRaised: true }],
    ['output through', { outputBytes: 1e8 }],
    ['next call wrong', { report: { phase: 'after', outcome, isNextRight: false } }],
    ['next call wrong', { report: { phase: 'ended', outcome } }],
  ];

  it.each(signs)('sees "%s", and nothing where it is not', async (effect, sign) => {
    const scene = await Scene.open();
    writeFileSync(scene.target.begunFile, '');

    const [seen, unseen] = [{ ...calm, ...sign }, calm].map((sightings) => judge(attackWith(effect), sightings, scene, 'the-secret'));
    scene.close();

    expect(seen).toEqual({ result: 'not stopped', reason: effect });
    expect(unseen).toEqual({ result: 'stopped', reason: 'without effect' });
  });

  it('calls nothing stopped that did not begin', async () => {
    const scene = await Scene.open();

    const verdict = judge(attackWith('packet'), calm, scene, 'x');
    scene.close();

    expect(verdict).toEqual({ result: 'cannot be tried', reason: 'the attack did not begin: without effect' });
  });

  it('takes the end of the parent for a success, and a level that does not work for no finding', async () => {
    const scene = await Scene.open();

    const verdicts = [{ isParentAlive: false }, { report: { phase: 'unready' as const, unready: 'no\nbwrap' } }, { report: undefined }].map(
      (sign) => judge(attackWith('packet'), { ...calm, ...sign }, scene, 'x').result,
    );
    scene.close();

    expect(verdicts).toEqual(['not stopped', 'cannot be tried', 'cannot be tried']);
  });
});

describe('what is seen of processes', () => {
  const facts = (pid: number, parent: number): ProcessFacts => ({ pid, parent, group: 0, isZombie: false, isStopped: false, residentBytes: 1, command: '' });

  it('is a tree, whatever the order of numbers', () => {
    const all = [facts(2, 9), facts(9, 5), facts(5, 1), facts(7, 1)];

    expect(treeOf(5, all).map(({ pid }) => pid)).toEqual([2, 9, 5]);
  });

  onLinux('is this one among others, at work (Linux only: /proc)', () => {
    const own = processes().find(({ pid }) => pid === process.pid);

    expect(own).toMatchObject({ parent: process.ppid, isZombie: false, isStopped: false });
    expect(own?.residentBytes).toBeGreaterThan(2 ** 20);
    expect(isRunning(process.pid)).toBe(true);
    expect(new LimitsSeen().lookAt(processes().filter(({ pid }) => pid === process.pid))).toBe(false);
  });
});
