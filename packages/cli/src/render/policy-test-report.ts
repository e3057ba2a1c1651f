import type { JudgedCase, JudgedFile, JudgedPolicy } from '../policy-tests/judged.js';
import { behindDecision } from '../policy-tests/judge-case.js';
import { counted } from './amounts.js';
import type { Painter } from './painter.js';
import { plainText } from './plain-text.js';
import { renderTable } from './table.js';

/** How the cases came out, for a person. */
export function testReport(paint: Painter, judged: readonly JudgedPolicy[], coverageMin: number): string {
  const files = judged.flatMap((one) => one.files.map((file) => fileText(paint, one, file)));
  const coverages = judged.map((one) => coverageText(paint, one, coverageMin));
  return [...files, ...coverages, `${summaryText(paint, judged)}\n`].join('\n');
}

function fileText(paint: Painter, { policy, file: policyFile }: JudgedPolicy, { file, cases }: JudgedFile): string {
  const by = paint('dim', `by ${plainText(`${policy.name} ${policy.version}  ${policyFile}`)}`);
  const monitor = policy.mode === 'monitor' ? '  mode is monitor: nothing is blocked, and violations say what would be\n' : '';
  return `${paint('bold', plainText(file))}  ${by}\n${monitor}${cases.map((one) => caseText(paint, file, one)).join('')}`;
}

function caseText(paint: Painter, file: string, { case: { name, place }, run, problems }: JudgedCase): string {
  if (problems.length === 0) return `  ${paint('green', 'ok')}      ${plainText(name)}\n`;
  const where = paint('dim', plainText(`${file}:${String(place.line)}:${String(place.column)}`));
  const lines = [...problems, ...behindDecision(run)].map((line) => `          ${plainText(line)}\n`).join('');
  return `  ${paint('red', 'FAILED')}  ${plainText(name)}  ${where}\n${lines}`;
}

function coverageText(paint: Painter, { policy, coverage }: JudgedPolicy, coverageMin: number): string {
  const { exercised, total, percent, missing } = coverage;
  const isLow = percent < coverageMin;
  const least = isLow ? `, and at least ${String(coverageMin)}% is asked for` : '';
  const head = `Rules of ${plainText(policy.name)} that some case set off: ${String(exercised)} of ${String(total)} (${String(percent)}%)${least}`;
  const rows = missing.map(({ id, at }) => [paint('dim', plainText(at ?? '-')), plainText(id)]);
  const never = rows.length === 0 ? '' : `Never set off:\n${renderTable(rows, { indent: '  ' })}`;
  return `${isLow ? paint('red', head) : head}\n${never}`;
}

function summaryText(paint: Painter, judged: readonly JudgedPolicy[]): string {
  const cases = judged.flatMap(({ files }) => files.flatMap((file) => file.cases));
  const failed = cases.filter(({ problems }) => problems.length > 0).length;
  const outcome = failed === 0 ? paint('green', 'all as expected') : paint('red', `${String(failed)} failed`);
  return `${counted(cases.length, 'case')}: ${outcome}`;
}
