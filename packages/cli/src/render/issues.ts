import type { PolicyIssue } from '@enforcecore/core';
import { plainText } from './plain-text.js';

/** `file:line:column path: message (expected …; did you mean …?)`, the form that editors jump to. */
export function issueLine({ file, line, column, path, message, expected, nearest }: PolicyIssue): string {
  const where = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
  const advice = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
  ].join('; ');
  const subject = path === '' ? where : `${where} ${path}`;
  return plainText(`${subject}: ${message}${advice === '' ? '' : ` (${advice})`}`);
}
