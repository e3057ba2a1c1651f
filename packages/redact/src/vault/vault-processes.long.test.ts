import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { outputOf, refusal, Room, startChild } from './vault.test.kit.js';

let room: Room;
beforeEach(() => {
  room = new Room();
});
afterEach(() => {
  room.clear();
});

const writesAndTells = `
  import { writeSync } from 'node:fs';
  const vault = open();
  for (let i = vault.size + 1; ; i += 1) writeSync(1, vault.tokenFor('n', 'value ' + i) + '\\n');`;

describe('processes', () => {
  it('lose no token they gave out, however often they are killed in the middle of a write', async () => {
    let known = 0;
    for (let round = 0; round < 6; round += 1) {
      const child = startChild(room.path, writesAndTells);
      const output = outputOf(child);
      if (child.stdout !== null) await once(child.stdout, 'data');
      // A different moment every round; the kill itself is the point, not the pause.
      await new Promise((resolve) => setTimeout(resolve, round));
      child.kill('SIGKILL');
      // The last piece may be half a line.
      const told = (await output).split('\n').slice(0, -1);

      const vault = room.open();
      for (const token of told) expect(vault.valueOf(token)?.value).toBe(`value ${/\d+/.exec(token)?.[0] ?? ''}`);
      expect(vault.size).toBeGreaterThanOrEqual(known + told.length);
      known = vault.size;
      vault.close();
    }
    expect(readdirSync(room.folder)).toEqual(['values.vault']);
  });

  it('are refused while another one has the vault open', async () => {
    const child = startChild(room.path, `open(); process.stdout.write('open'); setInterval(() => {}, 1000);`);
    const output = outputOf(child);
    if (child.stdout !== null) await once(child.stdout, 'data');

    expect(refusal(() => room.open())).toMatchObject({ code: 'VAULT', message: expect.stringMatching(new RegExp(`in use by process ${String(child.pid)} on .*\\.lock`)) as unknown });
    child.kill('SIGKILL');
    await output;
    room.open().close();
  });

  it('are refused within one process too, and the first goes on', () => {
    const first = room.open();

    expect(refusal(() => room.open()).message).toMatch(new RegExp(`process ${String(process.pid)}`));
    expect(first.tokenFor('x', 'y')).toBe('⟦X_1⟧');
    first.close();
    room.open().close();
  });

  it('that find a dead lock at the same time do not both take it', async () => {
    room.open().close();
    // Whoever opens it holds it until all have answered.
    const code = `
      try { open(); console.log('open'); } catch (error) { console.log(error.code); }
      setInterval(() => {}, 1000);`;
    for (let round = 0; round < 3; round += 1) {
      writeFileSync(`${room.path}.lock`, JSON.stringify({ host: hostname(), pid: 4_194_304 + round, start: '', id: `dead${String(round)}` }));
      const children = [1, 2, 3, 4].map(() => startChild(room.path, code));
      const outputs = children.map(outputOf);
      await Promise.all(children.map(async ({ stdout }) => stdout !== null && (await once(stdout, 'data'))));
      for (const child of children) child.kill('SIGKILL');

      expect((await Promise.all(outputs)).sort()).toEqual(['VAULT\n', 'VAULT\n', 'VAULT\n', 'open\n']);
    }
  });
});

describe('a lock', () => {
  const dead = { host: hostname(), pid: 4_194_304, start: '', id: 'dead' };
  const leave = (holder: unknown, path = `${room.path}.lock`): void => writeFileSync(path, typeof holder === 'string' ? holder : JSON.stringify(holder));

  it('of a dead process is taken over, and so is the claim of one that died over it', () => {
    leave(dead);
    leave({ ...dead, id: 'dead2' }, `${room.path}.lock.dead`);
    const vault = room.open();

    expect(JSON.parse(readFileSync(`${room.path}.lock`, 'utf8'))).toMatchObject({ pid: process.pid });
    vault.close();
    expect(existsSync(`${room.path}.lock`)).toBe(false);
    expect(readdirSync(room.folder)).toEqual(['values.vault']);
  });

  it('of a later process with the same number is told apart where the system says when it started', () => {
    leave({ ...dead, pid: process.pid, start: '1-00000000' });
    if (existsSync('/proc/self/stat')) room.open().close();
    else expect(refusal(() => room.open()).code).toBe('VAULT');
  });

  it.each([
    ['of another host', { ...dead, host: 'elsewhere' }], ['of a living process', { ...dead, pid: process.pid }], ['being claimed by a living process', dead],
    ['that cannot be read', '{"host"'], ['with a path for a name', { ...dead, id: '../x' }], ['that is empty', ''],
  ])('%s is left alone', (title, holder) => {
    leave(holder);
    if (title.startsWith('being claimed')) leave({ ...dead, pid: process.pid, id: 'claimant' }, `${room.path}.lock.dead`);
    const before = readFileSync(`${room.path}.lock`, 'utf8');

    expect(refusal(() => room.open())).toMatchObject({ code: 'VAULT', message: expect.stringMatching(/in use by .*or remove/) as unknown });
    expect(readFileSync(`${room.path}.lock`, 'utf8')).toBe(before);
  });
});
