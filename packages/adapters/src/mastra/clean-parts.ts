import type { ChunkType } from '@mastra/core/stream';
import type { TextPipe } from '@enforcecore/core';
import type { TextCleaner } from '../shared/text-cleaner.js';
import { cleanMessages } from './clean-messages.js';

/** Where Mastra looks for a part that is to follow the one returned: a processor can return only one. Of 1.71; checked by a test. */
const next = '__mastraReprocessPart';

/** A block of text that is being written. */
interface Block {
  readonly pipe: TextPipe;
  /** The last of its parts, to be said again with what was held back. */
  last: ChunkType;
}

/** Lets a part of a reply pass with its text cleaned; `null` while its text is held back. */
export async function cleanPart(part: ChunkType, state: Record<string, unknown>, cleaner: TextCleaner): Promise<ChunkType | null> {
  const blocks = blocksIn(state);
  const inner = innerPart(part);
  if (inner !== undefined) return cleanInner(part, inner, state, cleaner);
  if (part.type === 'text-delta' || part.type === 'reasoning-delta') return cleanDelta(part, blocks, cleaner);
  const held = await flushOne(part, blocks);
  if (held === undefined) return cleanWhole(part, cleaner);
  // It comes again after what was held back, until no block is open that it would end.
  state[next] = part;
  return held;
}

type Delta = Extract<ChunkType, { readonly type: 'text-delta' | 'reasoning-delta' }>;

async function cleanDelta(part: Delta, blocks: Map<string, Block>, cleaner: TextCleaner): Promise<ChunkType | null> {
  const key = `${part.type} ${part.payload.id}`;
  const known = blocks.get(key);
  const pipe = known?.pipe ?? cleaner.pipe();
  if (pipe === undefined) return part;
  blocks.set(key, { pipe, last: part });
  const text = await pipe.push(part.payload.text);
  return text === '' ? null : withText(part, text);
}

/** Parts after which no block of the step goes on. Any other may stand between two pieces of one value. */
const ends: ReadonlySet<string> = new Set(['tool-call', 'step-finish', 'finish', 'error', 'abort']);

/** What is held back of a block that this part ends: its own, or any. */
async function flushOne(part: ChunkType, blocks: Map<string, Block>): Promise<ChunkType | undefined> {
  const own = part.type === 'text-end' || part.type === 'reasoning-end' ? `${part.type.replace('-end', '-delta')} ${part.payload.id}` : undefined;
  for (const [key, { pipe, last }] of blocks) {
    if (key !== own && !ends.has(part.type)) continue;
    blocks.delete(key);
    const text = await pipe.flush();
    if (text !== '') return withText(last, text);
  }
  return undefined;
}

function withText(part: ChunkType, text: string): ChunkType {
  const { payload } = part as { readonly payload: object }; // only parts with a text get here
  return { ...part, payload: { ...payload, text } } as ChunkType; // a part of the same kind
}

/** Results of tools, and what a step ends with: text that did not come in pieces. */
async function cleanWhole(part: ChunkType, cleaner: TextCleaner): Promise<ChunkType | null> {
  if (part.type === 'tool-call' || part.type === 'file') return part;
  // The provider's own pieces: nobody knows where their texts stand.
  if (part.type === 'raw') return cleaner.isIdle ? part : null;
  const [cleaned] = await cleanMessages([part], cleaner);
  return cleaned ?? part;
}

/** What an agent streams that was called as a tool. */
function innerPart(part: ChunkType): ChunkType | undefined {
  if (part.type !== 'tool-output') return undefined;
  const { output } = part.payload as { readonly output?: unknown }; // whatever a tool writes
  return typeof output === 'object' && output !== null && 'type' in output && 'payload' in output ? (output as ChunkType) : undefined; // has what parts have
}

/** Its pieces are put together as the reply's own are. */
async function cleanInner(part: ChunkType, inner: ChunkType, state: Record<string, unknown>, cleaner: TextCleaner): Promise<ChunkType | null> {
  const { payload } = part as { readonly payload: { readonly toolCallId?: unknown } }; // a tool's output has one
  const inside = stateOf(`of ${String(payload.toolCallId)}`, state);
  Reflect.deleteProperty(inside, next);
  const cleaned = await cleanPart(inner, inside, cleaner);
  if (cleaned === null) return null;
  if (inside[next] !== undefined) state[next] = part;
  return { ...part, payload: { ...payload, output: cleaned } } as ChunkType; // a part of the same kind
}

function stateOf(key: string, state: Record<string, unknown>): Record<string, unknown> {
  const known = (state['enforcecoreInner'] ??= new Map()) as Map<string, Record<string, unknown>>; // put there here only
  const inside = known.get(key) ?? {};
  known.set(key, inside);
  return inside;
}

function blocksIn(state: Record<string, unknown>): Map<string, Block> {
  const known = state['enforcecoreBlocks'];
  if (known instanceof Map) return known as Map<string, Block>; // put there below
  const blocks = new Map<string, Block>();
  state['enforcecoreBlocks'] = blocks;
  return blocks;
}
