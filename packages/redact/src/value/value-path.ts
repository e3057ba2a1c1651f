import type { TextRedaction } from '../finding.js';

export type PathStep = string | number;

const longestStep = 40;
const longestPath = 400;
const plainName = /^[A-Za-z_$<][A-Za-z0-9_$<>]*$/;

/** `users[3].email`: names are redacted, escaped and cut, because a name can be a secret too. */
export function showPath(steps: readonly PathStep[], redact: (text: string) => TextRedaction): string {
  let shown = '';
  for (const step of steps) {
    shown += typeof step === 'number' ? `[${String(step)}]` : showName(step, redact, shown === '');
    if (shown.length > longestPath) return `${shown.slice(0, longestPath)}…`;
  }
  return shown;
}

function showName(name: string, redact: (text: string) => TextRedaction, first: boolean): string {
  const safe = redact(name).text;
  const cut = safe.length > longestStep ? `${safe.slice(0, longestStep)}…` : safe;
  if (plainName.test(cut)) return first ? cut : `.${cut}`;
  return `[${JSON.stringify(cut)}]`;
}
