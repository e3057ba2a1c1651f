import { matchesOf, type RunnableRule, type Span } from '../content-rule.js';
import { QUOTE, SEPARATOR, PERCENT, SHELL, BACKSLASH, SLASH, CALL, type Subject } from '../subject.js';
import { isChained } from './chained.js';
import { anywhere, inCommand } from './danger.js';
import { shellText } from './shell-text.js';

export const shellInjection: RunnableRule = {
  category: 'shell_injection',
  description: 'text that a shell would run: destructive commands, chained commands, substitution, pipes into an interpreter',
  anywhere,
  inValue: (subject) => (subject.isValue && concerns(subject) ? inValue(subject) : []),
};

/** Signs of words that are hidden from the list of programs. */
const hidden = /%(?:25)?0[ad]|\$\(\(|\^|:0:1\}|proxycommand|\/\?|\\[xn]|\(\)[ \t]?\{/i;

function concerns(subject: Subject): boolean {
  if (subject.hasWords(SHELL) && (subject.hasSigns(SEPARATOR | PERCENT | SLASH | CALL | QUOTE | BACKSLASH) || /[$*]| -/.test(subject.text))) return true;
  return hidden.test(subject.text) || (subject.hasSigns(SEPARATOR) && /[\\'"$]/.test(subject.text));
}

function inValue(subject: Subject): readonly Span[] {
  const found = matchesOf(inCommand, subject.text);
  if (found.length > 0) return found;
  const text = shellText(subject.text);
  return isChained(text, subject.text) || matchesOf(inCommand, text).length > 0 ? [subject.whole] : found;
}
