import type { Session } from '../session.js';
import { plainText } from './plain-text.js';
import { wrapText } from './wrap-text.js';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly detail: string;
}

const gap = 2;
const longestMark = '? unknown'.length;
/** A narrower column would be one word a line. */
const narrowest = 24;

/** A line for each check; on a terminal what is too long goes on below, indented. */
export function checklist({ paint, io }: Session, checks: readonly Check[]): string {
  const longestName = Math.max(0, ...checks.map(({ name }) => name.length));
  const before = gap + longestMark + gap + longestName + gap;
  const { columns } = io.stdout;
  const room = columns === undefined || columns - before < narrowest ? undefined : columns - before;
  return checks
    .map(({ name, status, detail }) => {
      const mark = markOf(status);
      const painted = paint(colours[status], mark) + ' '.repeat(longestMark - mark.length);
      return `  ${painted}  ${name.padEnd(longestName)}  ${wrapText(plainText(detail), room, '').replaceAll('\n', `\n${' '.repeat(before)}`)}\n`;
    })
    .join('');
}

const colours = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;

function markOf(status: Check['status']): string {
  switch (status) {
    case 'pass':
      return '✓ pass';
    case 'fail':
      return '✗ FAIL';
    case 'unknown':
      return '? unknown';
  }
}
