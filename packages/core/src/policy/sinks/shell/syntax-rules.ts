import { type Redirection, type SyntaxNode } from 'unbash';
import { type ShellDialect } from './command-judge.js';
import { steersExecution } from './sensitive-variables.js';
import { readWord } from './shell-word.js';

export interface SyntaxRules {
  readonly dialect: ShellDialect;
  readonly redirects: boolean;
  readonly expansions: boolean;
  readonly background: boolean;
}

const steers = 'assignment to a variable that changes which code runs';
// Bash evaluates names, subscripts and the values of variables in arithmetic again, and runs the commands in them.
const arithmetic = 'arithmetic on anything but numbers';

/** What is wrong with one node of the syntax tree, whatever program it runs. */
export function syntaxFault(node: SyntaxNode, rules: SyntaxRules): string | undefined {
  return (rules.dialect === 'sh' ? beyondPosix(node) : undefined) ?? (rules.expansions ? undefined : expansionFault(node)) ?? nodeFault(node, rules);
}

function expansionFault({ type }: SyntaxNode): string | undefined {
  switch (type) {
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
      return 'expansion, with allow_expansions off';
    default:
      return undefined;
  }
}

function nodeFault(node: SyntaxNode, rules: SyntaxRules): string | undefined {
  switch (node.type) {
    case 'Script':
      return node.errors !== undefined && node.errors.length > 0 ? 'text is not valid shell syntax' : undefined;
    case 'Statement':
      return node.background === true && !rules.background ? 'command in the background, with allow_background off' : undefined;
    case 'Coproc':
      return rules.background ? undefined : 'command in the background, with allow_background off';
    case 'Function':
      return 'function definition';
    case 'Redirect':
    case 'HereString':
    case 'HereDoc':
      return redirectFault(node, rules);
    case 'FileDescriptorVariable':
      return 'file descriptor in a variable';
    case 'For':
    case 'Select':
      return steersExecution(node.name.value) ? steers : undefined;
    case 'Assignment':
      if (steersExecution(node.name)) return steers;
      return node.index === undefined || /^\d+$/.test(node.index.text) ? undefined : arithmetic;
    case 'ArrayValue':
      return node.elements.some((element) => element.text.startsWith('[')) ? arithmetic : undefined;
    case 'ParameterExpansion':
      return parameterFault(node);
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      if (node.script === undefined) return 'command substitution that cannot be read';
      // Inside backquotes a backslash is read twice.
      return node.text.startsWith('`') && node.text.includes('\\') ? 'backslash in backquotes' : undefined;
    case 'ArithmeticExpansion':
      return /^\$\(\([\d\s+*/%<>=!&|^~?:,()-]*\)\)$/.test(node.text) ? undefined : arithmetic;
    case 'ArithmeticCommand':
    case 'ArithmeticFor':
    case 'ArithmeticCommandExpansion':
      return arithmetic;
    case 'ExtendedGlob':
      return 'extended glob';
    case 'TestUnary':
      return /^-[vR]$/.test(node.operator) && readWord(node.operand).text?.includes('[') !== false ? arithmetic : undefined;
    case 'TestBinary':
      return /^-(eq|ne|lt|le|gt|ge)$/.test(node.operator) && ![node.left, node.right].every((word) => /^-?\d+$/.test(word.text)) ? arithmetic : undefined;
    default:
      return undefined;
  }
}

function parameterFault(node: Extract<SyntaxNode, { type: 'ParameterExpansion' }>): string | undefined {
  if (node.prefix === '!') return 'indirect expansion';
  if (node.index !== undefined && !/^(\d+|[@*])$/.test(node.index.text)) return arithmetic;
  // Shells disagree on where a quoted brace ends an expansion.
  if (/["'\\]/.test(node.text)) return 'quotes inside a parameter expansion';
  const operation = node.operation;
  switch (operation?.type) {
    case 'Transform':
    case 'Names':
    case 'Unknown':
      return 'parameter expansion that evaluates its value';
    case 'Slice':
      return [operation.offset, operation.length].every((word) => word === undefined || /^\s*-?\d+\s*$/.test(word.text)) ? undefined : arithmetic;
    case 'Default':
      return operation.operator.endsWith('=') && steersExecution(node.parameter) ? steers : undefined;
    case 'Remove':
    case 'Replace':
    case 'CaseModification':
    case undefined:
      return undefined;
  }
}

function redirectFault(node: Redirection, rules: SyntaxRules): string | undefined {
  if (node.type === 'HereString') return undefined;
  if (node.type === 'HereDoc') {
    if (node.closing === undefined) return 'here-document without its end';
    if (!/^(?:\\?\w+|'\w+'|"\w+")$/.test(node.delimiter?.text ?? '')) return 'here-document whose delimiter is not one plain word';
    // A joined line is no delimiter to a shell, and may be one to a reader.
    return node.delimiter?.quoted !== true && node.body.text.includes('\\\n') ? 'here-document with a joined line' : undefined;
  }
  const target = node.target === undefined ? undefined : readWord(node.target).text;
  if (target === undefined) return 'redirection to a file known only to the running shell';
  if ((node.operator === '>&' || node.operator === '<&') && /^(\d{1,2}-?|-)$/.test(target)) return undefined;
  if (target === '/dev/null') return undefined;
  if (!rules.redirects) return 'redirection to or from a file, with allow_redirects off';
  // Bash opens a socket for these.
  return /^\/+dev\/+(tcp|udp)(\/|$)/i.test(target) ? 'redirection to a network socket' : undefined;
}

/** Constructs that bash and a POSIX shell read differently, so that one could be shown and the other run. */
function beyondPosix(node: SyntaxNode): string | undefined {
  const found = bashOnly(node);
  return found === undefined ? undefined : `${found}, which POSIX sh reads differently`;
}

function bashOnly(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'AnsiCQuoted':
    case 'LocaleString':
      return "$'…' or $\"…\"";
    case 'ProcessSubstitution':
      return 'process substitution';
    case 'TestCommand':
      return '[[ … ]]';
    case 'ArithmeticCommand':
    case 'ArithmeticFor':
      return '(( … ))';
    case 'Select':
    case 'Coproc':
      return 'select or coproc';
    case 'HereString':
      return 'here-string';
    case 'ArrayValue':
      return 'array';
    case 'Pipeline':
      return node.operators.includes('|&') ? '|&' : undefined;
    case 'Redirect':
      return node.operator.startsWith('&') ? '&>' : undefined;
    case 'CaseItem':
      return node.terminator === ';&' || node.terminator === ';;&' ? 'case fall-through' : undefined;
    case 'ArithmeticExpansion':
      return node.text.startsWith('$[') ? '$[ … ]' : undefined;
    case 'CommandExpansion':
      return node.text.startsWith('${') ? '${ …; }' : undefined;
    case 'Replace':
    case 'Slice':
    case 'CaseModification':
    case 'Transform':
    case 'Names':
      return 'parameter expansion of bash';
    default:
      return undefined;
  }
}
