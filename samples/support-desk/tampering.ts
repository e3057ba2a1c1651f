import { verifyTrail, type TreeHead, type VerificationResult } from '@enforcecore/audit';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Tampering {
  readonly what: string;
  readonly copy: string;
  readonly verification: VerificationResult;
}

/** Changes one letter of the name of a tool that was refused. Every field still has the form that it should have. */
export async function changeOneByte(trail: string, folder: string): Promise<Tampering> {
  const bytes = readFileSync(trail);
  const at = bytes.indexOf('"tool_name":"delete_') + '"tool_name":"'.length;
  bytes.write('r', at);
  const copy = saved(join(folder, 'one-byte-changed'), bytes);
  const what = `one byte changed, at ${String(at)}: "delete_…" now reads "${bytes.toString('utf8', at, at + 7)}…"`;
  return { what, copy, verification: await verifyTrail(copy) };
}

/** Takes the last entry away. The copy is a whole, well-linked trail: only who knows the head can tell. */
export async function cutTheEnd(trail: string, folder: string, known: TreeHead): Promise<Tampering & { readonly alone: VerificationResult }> {
  const lines = readFileSync(trail, 'utf8').split('\n');
  const copy = saved(join(folder, 'end-cut-off'), Buffer.from(`${lines.slice(0, -2).join('\n')}\n`));
  const verification = await verifyTrail(copy, { expectSize: known.size, expectRoot: known.root });
  return { what: 'the last entry taken away', copy, verification, alone: await verifyTrail(copy) };
}

function saved(folder: string, bytes: Buffer): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'trail.jsonl');
  writeFileSync(path, bytes);
  return path;
}
