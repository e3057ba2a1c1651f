import { cosignatureKey } from '../checkpoint/cosignature.js';
import { toHex } from '../checkpoint/encoding.js';
import { isKeyName, parseVerifierKey, type VerifierKey } from '../checkpoint/verifier-key.js';
import type { NoteVerdict } from '../checkpoint/verify-note.js';
import { TrailError } from '../errors.js';

/** A witness that a policy names. */
export interface PolicyWitness {
  readonly name: string;
  /** Always for cosignatures, even where the policy gives a plain Ed25519 key. */
  readonly key: VerifierKey;
  /** The submission prefix, below which `/add-checkpoint` is; null where the policy is for verifying only. */
  readonly url: string | null;
}

/** Some witnesses or groups, of which `threshold` must be satisfied. */
export interface PolicyGroup {
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly PolicyMember[];
}

export type PolicyMember = PolicyWitness | PolicyGroup;

/** Whose signatures make a checkpoint believable. */
export interface WitnessPolicy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly PolicyWitness[];
  /** Null for the quorum `none`. */
  readonly quorum: PolicyMember | null;
  /** Of logs and witnesses alike, as `verifyNote` takes them. */
  readonly keys: readonly VerifierKey[];
}

const MAX_POLICY_LENGTH = 1_000_000;
const MAX_LINES = 1000;
const RESERVED: ReadonlySet<string> = new Set(['log', 'witness', 'group', 'quorum', 'any', 'all', 'none']);

class PolicyReader {
  readonly logs: VerifierKey[] = [];
  readonly witnesses: PolicyWitness[] = [];
  quorum: PolicyMember | null | undefined;
  readonly #members = new Map<string, PolicyMember>();
  readonly #grouped = new Set<string>();
  readonly #publicKeys = new Set<string>();
  #line = 0;

  read(text: string): void {
    for (const line of text.split('\n')) {
      this.#line += 1;
      const [keyword, ...fields] = line.replace(/#.*/s, '').split(/\s+/).filter((field) => field !== '');
      if (keyword !== undefined) this.#take(keyword, fields);
    }
  }

  #take(keyword: string, fields: readonly string[]): void {
    switch (keyword) {
      case 'log':
        this.#takeLog(fields);
        return;
      case 'witness':
        this.#takeWitness(fields);
        return;
      case 'group':
        this.#takeGroup(fields);
        return;
      case 'quorum':
        this.#takeQuorum(fields);
        return;
      default:
        throw this.#refuse('expected log, witness, group or quorum');
    }
  }

  #takeLog([vkey, url, ...rest]: readonly string[]): void {
    if (vkey === undefined || rest.length > 0) throw this.#refuse('expected log <verifier key> [url]');
    const key = this.#key(vkey);
    this.#url(url);
    if (key.algorithm !== 'ed25519') throw this.#refuse(`key ${key.name} is a witness's, not a log's`);
    this.logs.push(key);
  }

  #takeWitness([name, vkey, url, ...rest]: readonly string[]): void {
    if (name === undefined || vkey === undefined || rest.length > 0) throw this.#refuse('expected witness <name> <verifier key> [url]');
    const witness = { name, key: cosignatureKey(this.#key(vkey)), url: this.#url(url) };
    this.#define(witness);
    this.witnesses.push(witness);
  }

  #takeGroup([name, count, ...names]: readonly string[]): void {
    if (name === undefined || count === undefined || names.length === 0) throw this.#refuse('expected group <name> <number, any or all> <member> …');
    // A member must stand above, so that no group can contain itself, whatever the detours.
    const members = names.map((member) => this.#member(member));
    const threshold = this.#threshold(count, members.length);
    for (const member of names) {
      // Counted in two places, one witness would weigh more than the policy seems to say.
      if (this.#grouped.has(member)) throw this.#refuse(`${member} is in a group already`);
      this.#grouped.add(member);
    }
    this.#define({ name, threshold, members });
  }

  #takeQuorum([name, ...rest]: readonly string[]): void {
    if (name === undefined || rest.length > 0) throw this.#refuse('expected quorum <name or none>');
    if (this.quorum !== undefined) throw this.#refuse('the quorum was given already');
    this.quorum = name === 'none' ? null : this.#member(name);
  }

  #define(member: PolicyMember): void {
    if (!isKeyName(member.name) || RESERVED.has(member.name)) throw this.#refuse('the name is not one that can be used');
    if (this.#members.has(member.name)) throw this.#refuse(`${member.name} was defined already`);
    this.#members.set(member.name, member);
  }

  #member(name: string): PolicyMember {
    const member = this.#members.get(name);
    if (member === undefined) throw this.#refuse('a name is used that no witness or group above has');
    return member;
  }

  #threshold(count: string, members: number): number {
    if (count === 'any') return 1;
    if (count === 'all') return members;
    const threshold = /^[1-9][0-9]{0,3}$/.test(count) ? Number(count) : 0;
    if (threshold < 1 || threshold > members) throw this.#refuse(`expected a number from 1 to ${members}, any or all`);
    return threshold;
  }

  #key(vkey: string): VerifierKey {
    let key: VerifierKey;
    try {
      key = parseVerifierKey(vkey);
    } catch (cause) {
      throw this.#refuse(cause instanceof TrailError ? cause.message : 'not a verifier key', cause);
    }
    // Under two names one party could count twice, or a log vouch for itself.
    const publicKey = toHex(key.publicKey);
    if (this.#publicKeys.has(publicKey)) throw this.#refuse(`the key of ${key.name} was given already`);
    this.#publicKeys.add(publicKey);
    return key;
  }

  #url(text: string | undefined): string | null {
    if (text === undefined) return null;
    const url = URL.canParse(text) ? new URL(text) : null;
    const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '';
    if (!isPlain || !['http:', 'https:'].includes(url.protocol)) throw this.#refuse('expected an http or https address without user and query');
    return text;
  }

  #refuse(what: string, cause?: unknown): TrailError {
    return new TrailError('FORMAT', '', `not a witness policy, line ${this.#line}: ${what}`, { cause });
  }
}

/** Reads a policy as sigsum and tessera write it; throws `TrailError` FORMAT with the number of the line. */
export function parseWitnessPolicy(text: string): WitnessPolicy {
  if (typeof text !== 'string' || text.length > MAX_POLICY_LENGTH || text.split('\n', MAX_LINES + 2).length > MAX_LINES + 1) {
    throw new TrailError('FORMAT', '', `not a witness policy: expected a text of at most ${MAX_LINES} lines`);
  }
  const reader = new PolicyReader();
  reader.read(text);
  const { logs, witnesses, quorum } = reader;
  if (quorum === undefined) throw new TrailError('FORMAT', '', 'not a witness policy: expected a line quorum <name or none>');
  return { logs, witnesses, quorum, keys: [...logs, ...witnesses.map(({ key }) => key)] };
}

function nameAndId({ name, keyId }: VerifierKey): string {
  return `${name}+${keyId}`;
}

function isMet(member: PolicyMember, signers: ReadonlySet<string>): boolean {
  if ('key' in member) return signers.has(nameAndId(member.key));
  return member.members.filter((inner) => isMet(inner, signers)).length >= member.threshold;
}

/** Whether enough of the policy's witnesses signed, and one of its logs where it names any; `verdict` must be about `policy.keys`. */
export function isSatisfied(policy: WitnessPolicy, verdict: Pick<NoteVerdict, 'verified'>): boolean {
  const signers = new Set(verdict.verified.map(({ key }) => nameAndId(key)));
  const hasLog = policy.logs.length === 0 || policy.logs.some((key) => signers.has(nameAndId(key)));
  return hasLog && (policy.quorum === null || isMet(policy.quorum, signers));
}
