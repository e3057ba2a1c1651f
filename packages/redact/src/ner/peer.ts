import { RedactError } from '../errors.js';

/** A word of the lexicon stands for one tag or several, the most telling first. */
export type Lexicon = ReadonlyMap<string, readonly string[]>;

/** The offsets of what a tagger takes for people. */
export interface TaggedSpan {
  readonly start: number;
  readonly end: number;
}

/** What is used of `compromise`: its word list and its judgement of names in a sentence. */
export interface Tagger {
  readonly lexicon: Lexicon;
  people(text: string): readonly TaggedSpan[];
}

interface Peer {
  (text: string): { people(): { json(options: { offset: boolean; terms: boolean }): unknown } };
  model(): unknown;
}

/** Loads the peer; the message says what to install when it is not there. */
export async function loadTagger(importPeer: () => Promise<unknown>): Promise<Tagger> {
  const peer = defaultOf(await imported(importPeer));
  const lexicon = lexiconOf(peer.model());
  return { lexicon, people: (text) => spansOf(peer(text).people().json({ offset: true, terms: false })) };
}

async function imported(importPeer: () => Promise<unknown>): Promise<unknown> {
  try {
    return await importPeer();
  } catch (cause) {
    throw new RedactError('RECOGNIZER', 'names are recognised with the optional package "compromise", which could not be imported: run npm install compromise@14', { cause });
  }
}

function defaultOf(module: unknown): Peer {
  const peer = isRecord(module) ? module['default'] : undefined;
  if (isPeer(peer)) return peer;
  throw wrongVersion();
}

function isPeer(value: unknown): value is Peer {
  return typeof value === 'function' && 'model' in value && typeof value.model === 'function';
}

function lexiconOf(model: unknown): Lexicon {
  const one = isRecord(model) ? model['one'] : undefined;
  const words = isRecord(one) ? one['lexicon'] : undefined;
  if (!isRecord(words)) throw wrongVersion();
  const lexicon = new Map<string, readonly string[]>();
  for (const [word, tags] of Object.entries(words)) {
    if (typeof tags === 'string') lexicon.set(word, [tags]);
    else if (Array.isArray(tags)) lexicon.set(word, tags.filter((tag) => typeof tag === 'string'));
  }
  if (lexicon.size === 0) throw wrongVersion();
  return lexicon;
}

function spansOf(json: unknown): TaggedSpan[] {
  if (!Array.isArray(json)) throw wrongVersion();
  return json.map((entry: unknown) => {
    const offset = isRecord(entry) ? entry['offset'] : undefined;
    const start = isRecord(offset) ? offset['start'] : undefined;
    const length = isRecord(offset) ? offset['length'] : undefined;
    if (typeof start !== 'number' || typeof length !== 'number') throw wrongVersion();
    return { start, end: start + length };
  });
}

function wrongVersion(): RedactError {
  return new RedactError('RECOGNIZER', 'the installed package "compromise" does not answer as version 14 does: run npm install compromise@14');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
