import { forEachChild, parse, type Command, type Pipeline, type SyntaxNode } from 'unbash';
import { type SinkCheck, type SinkFault } from './sink.js';
import { CommandJudge, type ShellDialect } from './shell/command-judge.js';
import { ProgramLists, type ShellPrograms } from './shell/program-lists.js';
import { readArgument, readWord } from './shell/shell-word.js';
import { syntaxFault, type SyntaxRules } from './shell/syntax-rules.js';

export interface ShellSinkOptions {
  readonly programs?: ShellPrograms;
  /**
   * The language of the shell that runs the text. `sh` (default) accepts only what bash and POSIX shells read alike;
   * `bash` is right only where bash itself runs the text.
   */
  readonly dialect?: ShellDialect;
  /** Whether files may be redirected to or from. Default false; `/dev/null`, `2>&1` and here-documents always pass. */
  readonly allow_redirects?: boolean;
  /** Whether words may hold `$name`, `$(command)` and the like. Default false. A program's name never may. */
  readonly allow_expansions?: boolean;
  /** Whether commands may run on after the text ended (`&`). Default false. */
  readonly allow_background?: boolean;
  /** UTF-16 code units. Default 32768. */
  readonly max_length?: number;
}

/** Substitutions in one text, nested or not: the parser's work grows with their square. */
const maxSubstitutions = 128;
/** Shell texts inside shell texts. */
const maxScripts = 16;

/**
 * Reads a text as a POSIX or bash script (IEEE Std 1003.1-2024, XCU 2) and refuses it when a program may run that the lists do not allow:
 * behind pipes, substitutions, here-documents, wrappers such as `env`, `sudo` and `xargs`, and in the texts given to `sh -c` and `eval`.
 * Interpreters (`python`, `perl`, `awk`, `sed`, `make` …) count as themselves: what their programs do is not read.
 */
export function compileShellSink(options: ShellSinkOptions = {}): SinkCheck {
  const programs = new ProgramLists(options.programs);
  const maxLength = options.max_length ?? 32_768;
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) throw new Error('max_length: expected a whole number above 0');
  const rules = {
    redirects: options.allow_redirects === true,
    expansions: options.allow_expansions === true,
    background: options.allow_background === true,
  };
  const dialect = options.dialect ?? 'sh';
  return (text) => {
    if (text.length > maxLength) return { reason: `text is longer than max_length ${maxLength}`, offset: maxLength };
    try {
      return new ShellReader(programs, rules).read(text, dialect);
    } catch (error) {
      // The parser and the walk recurse; whatever stops them, nothing was read to its end.
      return { reason: error instanceof RangeError ? 'text is nested too deeply to be read' : 'text cannot be read as shell syntax' };
    }
  };
}

class ShellReader {
  readonly #programs: ProgramLists;
  readonly #rules: Omit<SyntaxRules, 'dialect'>;
  #scripts = 0;

  constructor(programs: ProgramLists, rules: Omit<SyntaxRules, 'dialect'>) {
    this.#programs = programs;
    this.#rules = rules;
  }

  read(text: string, dialect: ShellDialect): SinkFault | undefined {
    if (++this.#scripts > maxScripts) return { reason: `more than ${maxScripts} shell texts inside each other` };
    const rough = roughFault(text);
    if (rough !== undefined) return rough;
    const judge = new CommandJudge(this.#programs, dialect, (inner, innerDialect, offset) => {
      const fault = this.read(inner, innerDialect);
      return fault === undefined ? undefined : { reason: fault.reason, offset };
    });
    const rules: SyntaxRules = { ...this.#rules, dialect };
    return walk(parse(text), undefined, (node) => {
      const reason = syntaxFault(node, rules);
      if (reason !== undefined) return { reason, offset: 'pos' in node ? node.pos : 0 };
      if (node.type === 'Command') return judge.judge(argv(node));
      return node.type === 'Pipeline' ? timeFault(node, judge) : undefined;
    });
  }
}

/** Walks in source order; offsets inside a script that was decoded from backquotes are those of the backquotes. */
function walk(node: SyntaxNode, decodedAt: number | undefined, check: (node: SyntaxNode) => SinkFault | undefined): SinkFault | undefined {
  const own = check(node);
  if (own !== undefined) return decodedAt === undefined ? own : { reason: own.reason, offset: decodedAt };
  let fault: SinkFault | undefined;
  forEachChild(node, (child) => {
    if (fault !== undefined) return;
    const decoded = child.type === 'Script' && child.source !== undefined && 'pos' in node ? (decodedAt ?? node.pos) : decodedAt;
    fault = walk(child, decoded, check);
  });
  return fault;
}

function argv(command: Command): ReturnType<typeof readArgument>[] {
  return command.name === undefined ? [] : [readWord(command.name), ...command.args.map(readArgument)];
}

/** `time` is a keyword to bash and a program to other shells, with options that bash would not know. */
function timeFault(pipeline: Pipeline, judge: CommandJudge): SinkFault | undefined {
  const time = pipeline.prefixes.find((prefix) => prefix.type === 'Time');
  if (time === undefined) return undefined;
  const word = { text: 'time', head: 'time', offset: time.pos };
  const [first] = pipeline.commands;
  return judge.judge(first?.type === 'Command' ? [word, ...argv(first)] : [word]);
}

function roughFault(text: string): SinkFault | undefined {
  const offset = text.search(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\p{Cs}]/u);
  if (offset >= 0) return { reason: 'control character or lone surrogate', offset };
  let substitutions = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text[i];
    const next = text[i + 1];
    const opens = code === '`' || (code === '$' && (next === '(' || next === '{' || next === '[')) || ((code === '<' || code === '>') && next === '(');
    if (opens && ++substitutions > maxSubstitutions) return { reason: `more than ${maxSubstitutions} substitutions`, offset: i };
  }
  return undefined;
}
