import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { writeFileSync } from 'node:fs';
import { CliError, systemReason } from '../errors.js';
import { Coverage } from '../policy-tests/coverage.js';
import { judgeCase } from '../policy-tests/judge-case.js';
import { runCase } from '../policy-tests/run-case.js';
import { planTests, type PlannedPolicy } from '../policy-tests/test-plan.js';
import type { JudgedCase, JudgedFile, JudgedPolicy } from '../policy-tests/judged.js';
import { junitXml } from '../render/policy-test-junit.js';
import { testJson } from '../render/policy-test-json.js';
import { testReport } from '../render/policy-test-report.js';
import type { CommonFlags, Session } from '../session.js';
import { complete, wholeNumber } from './define.js';

interface Flags extends CommonFlags {
  readonly coverageMin?: number;
  readonly junit?: string;
}

export function addTestPolicy(program: Command, session: Session): void {
  const command = program
    .command('test')
    .summary('run a table of calls against a policy, and compare what it decides')
    .description('Walks the calls of a file of cases through the real pipeline, and says which decisions are not as expected.')
    .argument('<file...>', 'the policy, and files of cases; the policy may be left out where the files name it')
    .option('--coverage-min <percent>', 'fail when cases set off fewer of the policy\'s rules', percent)
    .option('--junit <file.xml>', 'also write the outcome as JUnit XML', xmlFile)
    .option('--json', 'print { ok, passed, failed, policies: [{ coverage, files: [{ cases }] }] }')
    .action((files: string[], flags: Flags) => session.run('test', flags, () => testPolicies(session, files, flags)));
  complete(command, {
    notes: [
      'A file of cases is YAML: policy (optional, relative to the file) and cases, each with name, tool, args, expect, and ' +
        'as needed agent, tenant, session, labels, environment, time and result (what the tool returns). expect is allowed, ' +
        'blocked or redacted, or a map with decision and any of rule, type, reason, path, args and result.',
      'No tool is run, and nothing is recorded or sent. Each case begins with rates and budgets unused, and the ' +
        'ENFORCECORE_ settings of this machine do not count.',
    ],
    examples: [
      'enforcecore test policy.yaml policy.cases.yaml',
      'enforcecore test policies/*.cases.yaml --coverage-min 80',
      'enforcecore test policy.yaml policy.cases.yaml --junit out/policy.xml --json',
    ],
    exits: ['every case came out as expected', 'a case did not, or too few rules are covered', 'asked wrongly, or a file cannot be used'],
  });
}

async function testPolicies(session: Session, named: readonly string[], flags: Flags): Promise<void> {
  const { Policy, readYamlDocument } = await import('@enforcecore/core');
  const judged: JudgedPolicy[] = [];
  for (const planned of planTests(named, (file) => Policy.fromFile(file), readYamlDocument)) judged.push(await judgePolicy(session, planned));
  const coverageMin = flags.coverageMin ?? 0;
  const isFailed = judged.some(({ files, coverage }) => coverage.percent < coverageMin || files.some(({ cases }) => cases.some(({ problems }) => problems.length > 0)));
  if (isFailed) session.raise(1);
  if (flags.junit !== undefined) write(flags.junit, junitXml(judged, coverageMin));
  await (flags.json === true ? session.printJson(testJson(judged, coverageMin)) : session.print(testReport(session.paint, judged, coverageMin)));
}

async function judgePolicy(session: Session, { file, policy, files }: PlannedPolicy): Promise<JudgedPolicy> {
  const coverage = new Coverage(policy);
  const judged: JudgedFile[] = [];
  for (const { file: name, cases } of files) {
    const outcomes: JudgedCase[] = [];
    for (const one of cases) {
      const startedAt = session.io.monotonicMs();
      const run = await runCase(session.io, policy, one);
      coverage.add(run);
      outcomes.push({ case: one, run, problems: judgeCase(one, run), ms: session.io.monotonicMs() - startedAt });
    }
    judged.push({ file: name, cases: outcomes });
  }
  return { file, policy, coverage, files: judged };
}

function percent(text: string): number {
  const value = wholeNumber(text);
  if (value > 100) throw new InvalidArgumentError('Expected a percentage from 0 to 100.');
  return value;
}

/** A forgotten value would take a policy for the file to write. */
function xmlFile(path: string): string {
  if (!/\.xml$/i.test(path)) throw new InvalidArgumentError('Expected the name of a file that ends in .xml.');
  return path;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CliError('INPUT', `cannot write ${path}: ${systemReason(error)}`, { cause: error });
  }
}
