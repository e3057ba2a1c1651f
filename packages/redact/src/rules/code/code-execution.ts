import { matchesOf, type RunnableRule } from '../content-rule.js';
import { BRACE, CALL, CODE, type Subject } from '../subject.js';
import { anywhere } from './anywhere.js';
import { inValue } from './in-value.js';

export const codeExecution: RunnableRule = {
  category: 'code_execution',
  description: 'code that runs code: eval, exec, dynamic imports, process calls, deserialisers, template escapes',
  anywhere,
  inValue: (subject) => (concerns(subject) ? matchesOf(inValue, subject.text) : []),
};

/** How templates, and calls of a name that is put together, begin. */
const opening = /[[{$#%*@]\{|\{[{$\d%]|<[%?#]|@\(|\[\[|\)\.|\]\(|^[=+@-]/;

function concerns(subject: Subject): boolean {
  return subject.hasWords(CODE) || (subject.hasSigns(BRACE | CALL) && opening.test(subject.text)) || /%x|^(?:rO0|[OC]:\d|\x60)/.test(subject.text);
}
