import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPair, KeySigner } from '../checkpoint/key-signer.js';
import { recordLine } from '../checkpoint/read-record.js';
import { signCheckpoint } from '../checkpoint/sign-checkpoint.js';
import { call, Room } from '../trail/kit.test.kit.js';
import { readTrail } from '../trail/load-trail.js';
import { openTrail } from '../trail/trail.js';
import { leafHash, rootOf, TreeBuilder, type TreeHead } from '../tree/tree-state.js';
import { FileWitness } from '../witness/witness.js';
import type { VerifyOptions } from './verify-trail.js';

/** What a verifier must have beside the trail and its checkpoints; the last three were kept where the forger cannot write. */
export const EVIDENCE = ['nothing', 'key', 'checkpoint', 'witness', 'expected head'] as const;
export type Evidence = (typeof EVIDENCE)[number];

const ORIGIN = 'example.com/audit';

/** A line with its hash made right again, as a forger who knows the format would. */
export function rehash(line: string): string {
  const bare = line.replace(/"entry_hash":"[0-9a-f]{64}",/, '');
  const hash = leafHash(Buffer.from(bare, 'latin1'));
  return bare.replace('"entry_id"', `"entry_hash":"${hash}","entry_id"`);
}

function hashOf(line: string): string {
  return /"entry_hash":"([0-9a-f]{64})"/.exec(line)?.[1] ?? '';
}

/** A signed and witnessed trail of three segments by two writers, and what was kept elsewhere about it. */
export class Scene {
  readonly room = new Room();
  readonly path = this.room.path;
  readonly checkpoints = `${this.path}.checkpoints`;
  readonly packed = `${this.room.folder}/trail.000001.jsonl.gz`;
  readonly segment = `${this.room.folder}/trail.000002.jsonl`;
  readonly #elsewhere = new Room();
  readonly #keys = generateKeyPair(ORIGIN);
  #head: TreeHead = { size: 0, root: '' };
  #note = '';
  /** The active file and its checkpoints, as they were some entries ago. */
  older = { trail: '', checkpoints: '' };

  async fill(): Promise<void> {
    const options = { signer: this.#signer(), compress: true, witness: new FileWitness(this.#witnessFile) };
    const one = openTrail(this.path, options);
    const two = openTrail(this.path, options);
    for (const id of ['a', 'b', 'c', 'd']) (id < 'c' ? one : two).append(call(id, { redactions: { email: 1, phone: 2 } }));
    one.rotate();
    for (const id of ['e', 'f', 'g', 'h']) (id < 'g' ? two : one).append(call(id));
    one.rotate();
    for (const id of ['i', 'j']) two.append(call(id, { tool_name: 'ü' }));
    one.append(call('k'));
    await one.checkpoint();
    this.older = { trail: this.text(), checkpoints: this.text(this.checkpoints) };
    for (const id of ['l', 'm']) two.append(call(id));
    for (const id of ['n', 'o']) one.append(call(id));
    this.#head = one.head();
    await two.close();
    await one.close();
    this.#note = this.#lastNote();
  }

  /** In latin1, so that a character is a byte. */
  text(path = this.path): string {
    return readFileSync(path, 'latin1');
  }

  write(text: string, path = this.path): void {
    writeFileSync(path, text, 'latin1');
  }

  lines(): string[] {
    return this.room.lines();
  }

  /** Changes the lines of the active file. */
  edit(change: (lines: string[]) => readonly string[]): void {
    this.write(change(this.lines()).map((line) => `${line}\n`).join(''));
  }

  /** Changes the last line, and makes its hash right again. */
  editLast(change: (line: string) => string): void {
    this.edit((lines) => [...lines.slice(0, -1), rehash(change(lines.at(-1) ?? ''))]);
  }

  /** Changes the tool of a line of the active file, and makes every hash behind it right again. */
  rechain(from: number): void {
    const changed = new Map<string, string>();
    this.edit((lines) => lines.map((line, at) => {
      if (at < from) return line;
      const edited = at === from ? line.replace(/"tool_name":"[^"]*"/, '"tool_name":"delete"') : line;
      const linked = edited.replace(/"(previous_hash|seen)":"([0-9a-f]{64})"/g, (text, key: string, hash: string) =>
        changed.has(hash) ? `"${key}":"${changed.get(hash) ?? ''}"` : text);
      const sealed = rehash(linked);
      changed.set(hashOf(line), hashOf(sealed));
      return sealed;
    }));
  }

  /** Makes a single checkpoint over the trail as it is now; by the forger's key, or by nobody's. */
  async rebuildCheckpoints(isSigned: boolean): Promise<void> {
    const builder = new TreeBuilder();
    for (const entry of readTrail(this.path)) builder.add(entry.entry_hash);
    const state = builder.state();
    const checkpoint = { origin: ORIGIN, size: state.size, root: rootOf(state) };
    const note = await signCheckpoint(checkpoint, isSigned ? this.#signer(generateKeyPair(ORIGIN).signingKey) : null);
    writeFileSync(this.checkpoints, recordLine({ note, nodes: state.nodes, position: null, time: new Date().toISOString() }));
  }

  forgetCheckpoints(): void {
    rmSync(this.checkpoints);
  }

  /** Another trail in the place of all files of this one. */
  async replaceAll(): Promise<void> {
    for (const path of [this.path, this.packed, this.segment]) rmSync(path);
    const checkpoints = this.text(this.checkpoints);
    this.forgetCheckpoints();
    const trail = openTrail(this.path, { origin: ORIGIN });
    for (let i = 0; i < 30; i += 1) trail.append(call(`x-${String(i)}`));
    await trail.close();
    this.write(checkpoints, this.checkpoints);
  }

  given(evidence: Evidence): VerifyOptions {
    switch (evidence) {
      case 'nothing':
        return {};
      case 'key':
        return { keys: [this.#keys.verifierKey] };
      case 'checkpoint':
        return { checkpoint: this.#note };
      case 'witness':
        return { witnessFile: this.#witnessFile };
      case 'expected head':
        return { expectSize: this.#head.size, expectRoot: this.#head.root };
    }
  }

  clear(): void {
    this.room.clear();
    this.#elsewhere.clear();
  }

  get #witnessFile(): string {
    return `${this.#elsewhere.folder}/hashes`;
  }

  #signer(key = this.#keys.signingKey): KeySigner {
    return new KeySigner(key);
  }

  #lastNote(): string {
    const last = readFileSync(this.checkpoints, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    // Written by the trail a moment ago.
    return (JSON.parse(last) as { readonly note: string }).note;
  }
}
