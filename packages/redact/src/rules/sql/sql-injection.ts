import { RulePattern, type RunnableRule } from '../content-rule.js';
import { BOOL, COMMENT, COMPARISON, CALL, QUOTE, SEPARATOR, SQL, type Subject } from '../subject.js';
import { isSqlAttack } from './sql-value.js';

const gap = String.raw`(?:\s|\/\*[^*]{0,40}\*\/|\+){0,4}`;

/** What gives itself away in a text of any length: a string that ends where its author did not end it. */
const anywhere = [
  new RulePattern(new RegExp(String.raw`['"]\)?${gap}(?:\bor\b|\|\|)${gap}\(?(?:(['"])(\w{0,16})\1\s{0,2}=\s{0,2}\1\2|(\d{1,9})\s{0,2}=\s{0,2}\3(?![\d.=]))`, 'i')),
  new RulePattern(/['"]\)?;[ \t]{0,4}(?:drop\s{1,4}(?:table|database)|delete\s{1,4}from|shutdown|exec\s{1,4}(?:master\.\.)?xp_\w{1,20}|truncate\s{1,4}table)\b[^\n'"]{0,60};?\s{0,2}--/i),
  new RulePattern(/(?:['"]\)?|\s-?\d{1,9})\s{1,4}union\s{1,4}(?:all\s{1,4})?select\s{1,4}(?:(?:null|\d{1,4}|@@version)\s{0,2},\s{0,2}){1,20}(?:null|\d{1,4}|@@version)\s{0,2}(?:--|#)/i),
  new RulePattern(/['"]\)?;\s{0,4}waitfor\s{1,4}delay\s{1,4}['"]/i),
];

export const sqlInjection: RunnableRule = {
  category: 'sql_injection',
  description: 'a value that leaves its quotes: tautologies, UNION SELECT, stacked statements, cut-off comments, timing and error functions',
  anywhere,
  inValue: (subject) => (subject.isValue && concerns(subject) && isSqlAttack(subject.text) ? [subject.whole] : []),
};

/** A form value that lacks all of these is no injection. */
function concerns(subject: Subject): boolean {
  if (subject.hasSigns(QUOTE | COMMENT) || subject.hasWords(SQL) || subject.text.includes('@@') || subject.text.startsWith('0x')) return true;
  if (subject.hasSigns(COMPARISON) && subject.hasSigns(SEPARATOR)) return true;
  return subject.hasWords(BOOL) && (subject.text.length < 60 || subject.hasSigns(COMPARISON | SEPARATOR | CALL));
}
