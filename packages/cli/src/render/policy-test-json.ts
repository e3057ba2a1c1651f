import type { JudgedCase, JudgedPolicy } from '../policy-tests/judged.js';

/** How the cases came out, for a program. Holds no argument and no result. */
export function testJson(judged: readonly JudgedPolicy[], coverageMin: number): object {
  const cases = judged.flatMap(({ files }) => files.flatMap((file) => file.cases));
  const failed = cases.filter(({ problems }) => problems.length > 0).length;
  const isCovered = judged.every(({ coverage }) => coverage.percent >= coverageMin);
  return {
    ok: failed === 0 && isCovered,
    passed: cases.length - failed,
    failed,
    policies: judged.map(({ file, policy, coverage, files }) => ({
      file,
      name: policy.name,
      version: policy.version,
      digest: policy.digest,
      mode: policy.mode,
      coverage: {
        rules: coverage.total,
        exercised: coverage.exercised,
        percent: coverage.percent,
        min: coverageMin,
        never: coverage.missing.map(({ id, at }) => ({ rule: id, at: at ?? null })),
      },
      files: files.map((one) => ({ file: one.file, cases: one.cases.map(caseJson) })),
    })),
  };
}

function caseJson({ case: { name, place, expect }, run: { enforcement, error, basis }, problems }: JudgedCase): object {
  const { tool, decision, outcome, violations } = enforcement;
  return {
    name,
    line: place.line,
    column: place.column,
    ok: problems.length === 0,
    problems,
    tool,
    expected: expect.decision,
    decision,
    outcome,
    violations,
    basis: basis ?? null,
    error: error ?? null,
  };
}
