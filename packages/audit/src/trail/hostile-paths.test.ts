import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call, codeOf, Room } from './kit.test.kit.js';
import { readTrail } from './load-trail.js';
import { openTrail } from './trail.js';

const WRITER = '00000000-0000-4000-8000-000000000000';

let room: Room;
beforeEach(() => {
  room = new Room();
});
afterEach(() => {
  room.clear();
});

function pipe(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** Whoever opens a pipe the usual way waits for its other end, and that is for ever. */
describe('a named pipe', () => {
  it('in the place of the trail is refused by writers and readers', () => {
    pipe(room.path);

    expect([codeOf(() => openTrail(room.path)), codeOf(() => readTrail(room.path))]).toEqual(['NOT_A_FILE', 'NOT_A_FILE']);
  });

  it('in the place of the checkpoints is refused: it would swallow them', () => {
    void openTrail(room.path).close();
    pipe(`${room.path}.checkpoints`);

    expect(codeOf(() => openTrail(room.path))).toBe('NOT_A_FILE');
  });

  it('that comes into the place of the checkpoints is told of, and costs no entry', async () => {
    const warnings: string[] = [];
    const trail = openTrail(room.path, { checkpointEntries: 2, onWarning: (text) => { warnings.push(text); } });
    pipe(`${room.path}.checkpoints`);

    for (const id of ['a', 'b', 'c']) trail.append(call(id));
    await trail.close();

    expect(warnings.join()).toContain('not a regular file');
    expect(readTrail(room.path)).toHaveLength(3);
  });

  it('that has the name of a dead journal or of a closed segment holds nobody up', () => {
    const trail = openTrail(room.path);
    trail.append(call('first'));
    trail.begin(call('live'));
    const host = readdirSync(`${room.path}.journal`)[0]?.split('.')[1] ?? '';
    pipe(`${room.path}.journal/${WRITER}.${host}.99999999.0.intents`);
    pipe(`${room.folder}/trail.000009.jsonl`);

    const other = openTrail(room.path, { rotateBytes: 10, compress: true, retainDays: 1 });
    for (const id of ['a', 'b', 'c']) other.append(call(id));
    void other.close();
    void trail.close();

    expect(readdirSync(room.folder)).toContain('trail.000001.jsonl.gz');
  });
});

describe('a symbolic link', () => {
  it('that leads nowhere is not followed to make a trail there', () => {
    symlinkSync(`${room.folder}/elsewhere`, room.path);

    expect(codeOf(() => openTrail(room.path))).toBe('NOT_A_FILE');
    expect(readdirSync(room.folder)).toEqual(['trail.jsonl']);
  });

  it('in the place of the checkpoints is never written through', async () => {
    const victim = `${room.folder}/victim`;
    writeFileSync(victim, 'mine');
    symlinkSync(victim, `${room.path}.checkpoints`);
    const warnings: string[] = [];

    const trail = openTrail(room.path, { checkpointEntries: 1, onWarning: (text) => { warnings.push(text); } });
    trail.append(call('a'));
    await trail.close();

    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('that leads to the moved file is another file in its place', () => {
    let now = Date.now();
    const trail = openTrail(room.path, { now: () => now });
    trail.append(call('a'));
    mkdirSync(`${room.folder}/moved`);
    renameSync(room.path, `${room.folder}/moved/trail.jsonl`);
    symlinkSync(`${room.folder}/moved/trail.jsonl`, room.path);
    now += 1000;

    // Closing it would give the link a segment's name, and leave the lines where nobody looks for them.
    expect(codeOf(() => trail.append(call('b')))).not.toBe('');
    void trail.close();
  });

  it('to a trail is followed when it is opened, also by rotations', async () => {
    mkdirSync(`${room.folder}/real`);
    const real = `${room.folder}/real/trail.jsonl`;
    void openTrail(real).close();
    symlinkSync(real, room.path);

    const trail = openTrail(room.path, { rotateBytes: 1500 });
    for (const id of ['a', 'b', 'c', 'd']) trail.append(call(id));
    await trail.close();

    expect(readdirSync(`${room.folder}/real`)).toContain('trail.000001.jsonl');
    expect(readdirSync(room.folder).sort()).toEqual(['real', 'trail.jsonl']);
  });

  it('in the place of a journal that is written anew is not written through', () => {
    const victim = `${room.folder}/victim`;
    writeFileSync(victim, 'mine');
    const trail = openTrail(room.path, { rotateBytes: 1 });
    trail.begin(call('open'));
    const [name = ''] = readdirSync(`${room.path}.journal`);
    symlinkSync(victim, `${room.path}.journal/${name}.new`);

    for (let i = 0; i < 300; i += 1) trail.begin({ ...call(`c-${String(i)}`), agent: 'x'.repeat(600) });
    void trail.close();

    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });
});
