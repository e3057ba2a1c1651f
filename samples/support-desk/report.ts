import type { TreeHead, VerificationResult } from '@enforcecore/audit';
import type { Paint } from './paint.js';
import type { Proof } from './proofs.js';
import type { Tampering } from './tampering.js';

export function printProofs(proofs: readonly Proof[], paint: Paint): void {
  for (const { claim, holds, evidence } of proofs) console.log(`  ${mark(holds, paint)} ${claim}\n      ${paint.dim(evidence)}`);
}

export function printVerification({ valid, checks, entries }: VerificationResult, head: TreeHead, trail: string, paint: Paint): void {
  console.log(`\n${paint.bold('The trail')}  ${trail}`);
  console.log(`  ${mark(valid, paint)} ${valid ? 'verifies' : 'does not verify'}: ${String(entries)} entries`);
  for (const { name, status, detail } of checks) console.log(paint.dim(`      ${name.padEnd(12)} ${status.padEnd(8)} ${detail}`));
  console.log(`      size ${String(head.size)}\n      root ${head.root}`);
}

export function printTampering(changed: Tampering, cut: Tampering & { readonly alone: VerificationResult }, head: TreeHead, paint: Paint): void {
  console.log(`\n${paint.bold('Two copies, tampered with')}`);
  printFound(changed, paint);
  printFound(cut, paint);
  const alone = cut.alone.valid ? 'it verifies: what is left is whole' : 'it does not verify';
  console.log(paint.dim(`      without the expected size and head ${alone}`));
  console.log(`  ${verifyCommand(cut.copy, head)}`);
}

function printFound({ what, verification }: Tampering, paint: Paint): void {
  const [first] = verification.errors;
  const where = first === undefined || first.line === 0 ? '' : `line ${String(first.line)}: `;
  const found = first === undefined ? 'NOT noticed' : `found by ${first.code}: ${where}${first.message}`;
  console.log(`  ${mark(!verification.valid, paint)} ${what}\n      ${found}`);
}

export function printWhereToLook(trail: string, outbox: string, head: TreeHead, paint: Paint): void {
  console.log(`\n${paint.bold('Look further')}`);
  console.log(`  npx enforcecore inspect ${trail} --tail 0`);
  console.log(`  ${verifyCommand(trail, head)}`);
  console.log(`  npx enforcecore scan ${outbox}`);
}

function verifyCommand(trail: string, { size, root }: TreeHead): string {
  return `npx enforcecore verify ${trail} \\\n    --expect-size ${String(size)} --expect-root ${root}`;
}

function mark(good: boolean, paint: Paint): string {
  return good ? paint.good('✓') : paint.bad('✗');
}
