import { loadTrail, verifyTrail, type AuditEntry, type TreeHead } from '@enforcecore/audit';
import { Auditor, TrailAuditor, type EnforceContainer } from '@enforcecore/core';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAgent, type AgentRun } from './agent-run.js';
import { openDesk, toolMethods } from './desk.js';
import { Dispatcher } from './dispatcher.js';
import { startHelpSite } from './help-site.js';
import { paintFor } from './paint.js';
import { deniedNeverRan, oneEntryPerCall, outboxIsClean, trailIsClean, type Proof } from './proofs.js';
import { printProofs, printTampering, printVerification, printWhereToLook } from './report.js';
import { changeOneByte, cutTheEnd } from './tampering.js';
import { CustomerTools } from './tools/customer-tools.js';
import { DeskFiles } from './tools/desk-files.js';
import { MailTools } from './tools/mail-tools.js';
import { OfficeTools } from './tools/office-tools.js';
import { readTranscript, type TranscriptCall } from './transcript.js';

// Compiled to samples/dist/support-desk; policy, data and transcript lie beside the sources.
const home = new URL('../../support-desk/', import.meta.url);
const paint = paintFor(process.stdout);

async function main(): Promise<boolean> {
  const started = performance.now();
  const groups = readTranscript(new URL('transcript.jsonl', home));
  const files = new DeskFiles(new URL('data/', home));
  const folder = newFolder();
  const site = await startHelpSite(files.pages);
  const container = openDesk({ policy: new URL('policy.yaml', home), files, siteUrl: site.url, folder });
  try {
    const dispatcher = new Dispatcher(container, toolMethods(container));
    const trail = new TrailOfRun(container);
    console.log(`${paint.bold('A support-desk agent under policy.yaml')}: a recorded run of ${String(groups.flat().length)} calls\n`);
    const run = await runAgent(groups, dispatcher, trail.path, paint);
    const proofs = await prove(container, dispatcher, run, groups.flat(), trail.path);
    // Taken while the trail is open: whoever keeps these two values elsewhere notices a trail cut off later.
    const head = await trail.head();
    await container.close();
    const sound = await judge(trail.path, head, folder, proofs, run);
    console.log(paint.dim(`\n${((performance.now() - started) / 1_000).toFixed(1)} s`));
    return sound;
  } finally {
    await site.close();
  }
}

function newFolder(): string {
  const root = fileURLToPath(new URL('../../.demo/', home));
  const folder = join(root, new Date().toISOString().replaceAll(':', '-'));
  mkdirSync(folder, { recursive: true });
  return relative(process.cwd(), folder);
}

/** The container's own trail, by the service that writes it. */
class TrailOfRun {
  readonly #auditor: TrailAuditor;

  constructor(container: EnforceContainer) {
    const auditor = container.get<Auditor>(Auditor);
    if (!(auditor instanceof TrailAuditor)) throw new Error('this demo needs a trail on disk');
    this.#auditor = auditor;
  }

  get path(): string {
    return this.#auditor.path;
  }

  async head(): Promise<TreeHead> {
    return this.#auditor.head();
  }
}

async function prove(
  container: EnforceContainer,
  dispatcher: Dispatcher,
  { calls }: AgentRun,
  transcript: readonly TranscriptCall[],
  trail: string,
): Promise<readonly Proof[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of loadTrail(trail)) entries.push(entry);
  const office = container.get(OfficeTools);
  const drafts = transcript.filter(({ tool }) => tool === 'send_mail').map(({ args }) => args);
  const data = ['data/customers.json', 'data/tickets.jsonl', 'transcript.jsonl'].map((name) => readFileSync(new URL(name, home), 'utf8'));
  return [
    oneEntryPerCall(calls, entries),
    deniedNeverRan(entries, container.get(CustomerTools).deniedRuns + office.deniedRuns + dispatcher.strayRuns),
    outboxIsClean(container.get(MailTools).outbox, drafts),
    trailIsClean(trail, data),
    await workWasStopped(office),
  ];
}

/** A loop that was only left behind would count on. */
async function workWasStopped(office: OfficeTools): Promise<Proof> {
  const before = office.turns;
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  return {
    claim: 'what took too long has ended',
    holds: before > 0 && office.turns === before && office.reportEnd.startsWith('aborted'),
    evidence: `the loop stands still at turn ${String(before)}; the report was ${office.reportEnd}`,
  };
}

async function judge(trail: string, head: TreeHead, folder: string, proofs: readonly Proof[], run: AgentRun): Promise<boolean> {
  console.log(`\n${paint.bold('Looked at afterwards')}`);
  printProofs(proofs, paint);
  const verification = await verifyTrail(trail, { expectSize: head.size, expectRoot: head.root });
  printVerification(verification, head, trail, paint);
  const changed = await changeOneByte(trail, folder);
  const cut = await cutTheEnd(trail, folder, head);
  printTampering(changed, cut, head, paint);
  printWhereToLook(trail, join(folder, 'outbox'), head, paint);
  const problems = [
    ...run.surprises,
    ...proofs.filter(({ holds }) => !holds).map(({ claim, evidence }) => `not so: ${claim} (${evidence})`),
    ...(verification.valid ? [] : [`the trail does not verify: ${verification.errors[0]?.message ?? ''}`]),
    ...(changed.verification.valid ? ['the changed byte was not noticed'] : []),
    ...(cut.verification.valid ? ['the missing end was not noticed'] : []),
  ];
  if (problems.length === 0) console.log(paint.good(`\nAll ${String(run.calls.length)} calls ended as the transcript says.`));
  else console.error(paint.bad(`\nThe demo failed:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`));
  return problems.length === 0;
}

main().then(
  (sound) => {
    process.exitCode = sound ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
