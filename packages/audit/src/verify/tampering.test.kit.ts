import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { announce } from '../backend/announce.js';
import { erasureText, segmentText, tornText } from '../entry/detail.js';
import { completeFields, type EntryFields } from '../entry/entry.js';
import { Chain } from '../trail/chain.js';
import { openTrail } from '../trail/trail.js';
import { leafHash } from '../tree/tree-state.js';
import type { Evidence, Scene } from './scene.test.kit.js';

/** One way to tamper with a trail, and what finds it: exactly these, beside the trail and its checkpoints. */
export interface Tampering {
  readonly what: string;
  readonly foundWith: readonly Evidence[];
  readonly forge: (scene: Scene) => void | Promise<void>;
}

const ANY: readonly Evidence[] = ['nothing', 'key', 'checkpoint', 'witness', 'expected head'];
const KEY: readonly Evidence[] = ['key', 'checkpoint', 'witness', 'expected head'];
/** A hash that a witness was told stands whatever becomes of the content; who said that it may go, it does not know. */
const SIGNED: readonly Evidence[] = ['key', 'checkpoint', 'expected head'];
const ELSEWHERE: readonly Evidence[] = ['checkpoint', 'witness', 'expected head'];

function inLast(what: string, change: (line: string) => string): Tampering {
  return { what: `${what}, with the hash made right and the checkpoints taken away`, foundWith: ANY, forge: (scene) => {
    scene.forgetCheckpoints();
    scene.editLast(change);
  } };
}

function anyhow(what: string, forge: Tampering['forge']): Tampering {
  return { what, foundWith: ANY, forge };
}

function unpack(scene: Scene, change: (content: Buffer) => Buffer): void {
  writeFileSync(scene.packed, gzipSync(change(gunzipSync(readFileSync(scene.packed)))));
}

function erased(line: string): string {
  const member = (name: string): string => new RegExp(`"${name}":[^,}]*`).exec(line)?.[0] ?? '';
  return `{${member('entry_hash')},"erased":true,"pad":"",${member('previous_hash')},"schema_version":1,${member('seen')},${member('sequence')},${member('writer_id')}}`;
}

/** An entry as somebody without any key can make it: by a writer that nobody knows. */
function forged(fields: Partial<EntryFields>): string {
  return new Chain(Date.now).seal(completeFields(fields), null).line;
}

/** What the trail's own code would append, with no key and no checkpoint. */
async function append(scene: Scene, kind: 'erasure' | 'segment', detail: string): Promise<void> {
  const trail = openTrail(scene.path, { checkpointEntries: 0, checkpointSeconds: 0 });
  await announce(trail, kind, detail);
  await trail.close();
}

/** Of an entry, its leaf is that of its bytes without this member. */
function withoutHash(line: string): string {
  return line.replace(/"entry_hash":"[0-9a-f]{64}",/, '');
}

/** The tampering battery; a document may quote it. Flipped bits and cuts at every byte have tests of their own. */
export const TAMPERINGS: readonly Tampering[] = [
  anyhow('an entry is changed', (s) => { s.edit((lines) => lines.map((line, at) => (at === 2 ? line.replace('"depth":0', '"depth":1') : line))); }),
  anyhow('an entry is deleted', (s) => { s.edit((lines) => lines.filter((_, at) => at !== 2)); }),
  anyhow('an entry of a packed segment is deleted', (s) => { unpack(s, (content) => content.subarray(content.indexOf(0x0a) + 1)); }),
  anyhow('an entry is inserted', (s) => { s.edit((lines) => [...lines.slice(0, 2), (lines[3] ?? '').replace('"sequence":', '"sequence":1'), ...lines.slice(2)]); }),
  anyhow('an entry is duplicated', (s) => { s.edit((lines) => [...lines.slice(0, 3), lines[2] ?? '', ...lines.slice(3)]); }),
  anyhow('two entries are swapped', (s) => { s.edit(([first = '', second = '', third = '', ...rest]) => [first, third, second, ...rest]); }),
  anyhow('entries of two writers that had seen each other are swapped', (s) => {
    s.forgetCheckpoints();
    s.edit((lines) => { const at = lines.findIndex((line) => line.includes('"call_id":"n"')); return [...lines.slice(0, at - 1), lines[at] ?? '', lines[at - 1] ?? '', ...lines.slice(at + 1)]; });
  }),
  anyhow('an entry is erased and no entry says so', (s) => { s.edit((lines) => lines.map((line, at) => (at === 2 ? erased(line) : line))); }),
  anyhow('a line that is no entry is added', (s) => { s.edit((lines) => [...lines, 'approved by alice']); }),
  anyhow('an empty line is added', (s) => { s.edit((lines) => [...lines, '']); }),
  anyhow('the last newline is cut off', (s) => { s.write(s.text().slice(0, -1)); }),
  anyhow('lines end in CR LF', (s) => { s.write(s.text().replaceAll('\n', '\r\n')); }),
  anyhow('a byte order mark is put in front', (s) => { s.write(`\xef\xbb\xbf${s.text()}`); }),
  anyhow('NUL bytes are added', (s) => { s.write(`${s.text()}\0\0\0\0`); }),
  anyhow('a character is replaced by bytes that are not UTF-8', (s) => { s.write(s.text().replace('\xc3\xbc', '\xc3\x28')); }),
  inLast('a character is written as half a surrogate pair', (line) => line.replace('"search"', '"\\ud800"')),
  inLast('a surrogate is written as UTF-8', (line) => line.replace('"search"', '"\xed\xa0\x80"')),
  inLast('two keys change places', (line) => line.replace('"depth":0,"detail":null', '"detail":null,"depth":0')),
  inLast('a key is added', (line) => line.replace('{"agent"', '{"approved_by":"alice","agent"')),
  inLast('a key is repeated', (line) => line.replace('"depth":0,', '"depth":0,"depth":0,')),
  inLast('a space is added', (line) => line.replace('"depth":0', '"depth": 0')),
  inLast('a number is written as 0.0', (line) => line.replace('"depth":0', '"depth":0.0')),
  inLast('a number is written as 0e0', (line) => line.replace('"overhead_ms":0', '"overhead_ms":0e0')),
  inLast('a number is written as -0', (line) => line.replace('"depth":0', '"depth":-0')),
  inLast('a number is written with more digits than it has', (line) => line.replace('"overhead_ms":0', '"overhead_ms":0.10000000000000001')),
  inLast('a letter is written as an escape', (line) => line.replace('"search"', '"\\u0073earch"')),
  inLast('counts are not in order', (line) => line.replace('"redactions":{}', '"redactions":{"b":1,"a":1}')),
  inLast('a count is repeated', (line) => line.replace('"redactions":{}', '"redactions":{"a":1,"a":1}')),
  inLast('a comma is left out', (line) => line.replace('"redactions":{}', '"redactions":{"a":1"b":2}')),
  inLast('a time is none', (line) => line.replace(/"timestamp":"\d{4}-\d\d/, '"timestamp":"2026-13')),
  inLast('an entry comes from the future', (line) => line.replace(/"timestamp":"\d{4}/, '"timestamp":"2999')),
  inLast('an entry goes back in time', (line) => line.replace(/"timestamp":"\d{4}/, '"timestamp":"1999')),
  anyhow('a line of deep JSON is added', (s) => { s.edit((lines) => [...lines, '['.repeat(1_000_000)]); }),
  anyhow('a line of a million members is added', (s) => { s.edit((lines) => [...lines, `{"agent":null${',"a":[]'.repeat(500_000)}}`]); }),
  anyhow('a line of more than 16 MiB is added', (s) => { s.edit((lines) => [...lines, `{"agent":"${'x'.repeat(17 * 1024 * 1024)}"}`]); }),
  anyhow('a packed segment unpacks to far more than it holds', (s) => { unpack(s, (content) => Buffer.concat([content.subarray(0, -1), Buffer.alloc(90 * 1024 * 1024)])); }),
  anyhow('a packed segment unpacks to empty lines without end', (s) => { unpack(s, (content) => Buffer.concat([content.subarray(0, 3000), Buffer.alloc(20 * 1024 * 1024, 0x0a)])); }),
  anyhow('a packed segment is cut short', (s) => { writeFileSync(s.packed, readFileSync(s.packed).subarray(0, -20)); }),
  anyhow('a segment becomes a symbolic link', (s) => { renameSync(s.segment, `${s.segment}.moved`); symlinkSync(`${s.segment}.moved`, s.segment); }),
  anyhow('a segment in the middle is taken away', (s) => { rmSync(s.segment); }),
  anyhow('the first segment is taken away', (s) => { rmSync(s.packed); }),
  anyhow('the active file is emptied', (s) => { s.write(''); }),
  anyhow('the closing line of a segment is cut off', (s) => { s.write(s.text(s.segment).split('\n').slice(0, -2).join('\n') + '\n', s.segment); }),
  anyhow('entries are cut off at the end', (s) => { s.edit((lines) => lines.slice(0, -2)); }),
  anyhow('the file is rolled back to an older copy', (s) => { s.write(s.older.trail); }),
  anyhow('all files are replaced by a first line that states what was before it', (s) => {
    for (const path of [s.packed, s.segment]) rmSync(path);
    s.write(forged({ kind: 'segment', detail: segmentText({ role: 'open', previous: 0, size: 8, nodes: ['a'.repeat(64)] }) }));
  }),
  anyhow('the last entry is made to look like a line that a crash cut off', (s) => {
    s.edit((lines) => {
      const bare = withoutHash(lines.at(-1) ?? '');
      const hash = leafHash(Buffer.from(bare, 'latin1'));
      return [...lines.slice(0, -1), bare + forged({ kind: 'recovery', detail: tornText({ hash, length: bare.length, offset: 0, segment: 3 }) }).trimEnd()];
    });
  }),
  anyhow('an entry is changed and all after it chained anew', (s) => { s.rechain(2); }),
  anyhow('all files are replaced by another trail', (s) => s.replaceAll()),
  anyhow('a checkpoint says another root', (s) => { s.write(s.text(s.checkpoints).replace(/\\n[A-Za-z0-9+/]{43}=\\n/, `\\n${'A'.repeat(43)}=\\n`), s.checkpoints); }),
  { what: 'an entry is changed, all after it chained anew, and the checkpoints taken away', foundWith: KEY, forge: (s) => { s.rechain(2); s.forgetCheckpoints(); } },
  { what: 'an entry is changed, all after it chained anew, and an unsigned checkpoint made', foundWith: KEY, forge: (s) => { s.rechain(2); return s.rebuildCheckpoints(false); } },
  { what: 'an entry is changed, all after it chained anew, and a checkpoint signed by another key of the same name', foundWith: KEY, forge: (s) => { s.rechain(2); return s.rebuildCheckpoints(true); } },
  { what: 'all files are replaced by another trail and a checkpoint of that', foundWith: KEY, forge: async (s) => { await s.replaceAll(); await s.rebuildCheckpoints(true); } },
  { what: 'entries are cut off at the end, and the checkpoints taken away', foundWith: KEY, forge: (s) => { s.edit((lines) => lines.slice(0, -2)); s.forgetCheckpoints(); } },
  { what: 'closed segments are deleted, and an entry is added that says so', foundWith: SIGNED, forge: async (s) => {
    await append(s, 'segment', segmentText({ role: 'removed', through: 2 }));
    for (const path of [s.packed, s.segment]) rmSync(path);
  } },
  { what: 'an entry is erased, and an entry is added that says so', foundWith: SIGNED, forge: async (s) => {
    const hash = /"entry_hash":"([0-9a-f]{64})"/.exec(s.lines()[2] ?? '')?.[1] ?? '';
    await append(s, 'erasure', erasureText({ hashes: [hash], reason: 'forged' }));
    s.edit((lines) => lines.map((line, at) => (at === 2 ? erased(line) : line)));
  } },
  { what: 'the trail and its checkpoints are rolled back to an older copy', foundWith: ELSEWHERE, forge: (s) => { s.write(s.older.trail); s.write(s.older.checkpoints, s.checkpoints); } },
  { what: 'entries after an older checkpoint are chained anew, and later checkpoints taken away', foundWith: ELSEWHERE, forge: (s) => { s.rechain(s.older.trail.split('\n').length); s.write(s.older.checkpoints, s.checkpoints); } },
];
