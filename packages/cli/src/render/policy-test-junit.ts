import type { JudgedCase, JudgedPolicy } from '../policy-tests/judged.js';
import { behindDecision } from '../policy-tests/judge-case.js';
import { plainText } from './plain-text.js';

/** The outcome as JUnit XML: a suite for each file of cases, and one for the coverage that is asked for. */
export function junitXml(judged: readonly JudgedPolicy[], coverageMin: number): string {
  const suites = judged.flatMap(({ policy, coverage, files }) => [
    ...files.map(({ file, cases }) => suite(`${file} (${policy.name})`, cases.map((one) => caseOf(file, one)))),
    ...(coverageMin === 0 ? [] : [suite(`coverage of ${policy.name}`, [coverageCase(policy.name, coverage.percent, coverageMin)])]),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

interface XmlCase {
  readonly name: string;
  readonly classname: string;
  readonly seconds: number;
  readonly problems: readonly string[];
  readonly details: readonly string[];
}

function caseOf(file: string, { case: { name }, run, problems, ms }: JudgedCase): XmlCase {
  return { name, classname: file, seconds: ms / 1000, problems, details: behindDecision(run) };
}

function coverageCase(policy: string, percent: number, min: number): XmlCase {
  const problems = percent < min ? [`${String(percent)}% of the rules are set off by some case, expected at least ${String(min)}%`] : [];
  return { name: `at least ${String(min)}% of the rules`, classname: policy, seconds: 0, problems, details: [] };
}

function suite(name: string, cases: readonly XmlCase[]): string {
  const failed = cases.filter(({ problems }) => problems.length > 0).length;
  const lines = cases.map(({ name: title, classname, seconds, problems, details }) => {
    const open = `    <testcase name="${xml(title)}" classname="${xml(classname)}" time="${seconds.toFixed(3)}"`;
    if (problems.length === 0) return `${open}/>\n`;
    return `${open}>\n      <failure message="${xml(problems[0] ?? '')}">${[...problems, ...details].map(xml).join('\n')}</failure>\n    </testcase>\n`;
  });
  return `  <testsuite name="${xml(name)}" tests="${String(cases.length)}" failures="${String(failed)}">\n${lines.join('')}  </testsuite>\n`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 cannot hold control characters at all, nor U+FFFE and U+FFFF, so they are written out first. */
function xml(text: string): string {
  return plainText(text).replaceAll(/[\ufffe\uffff]/g, '\ufffd').replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
