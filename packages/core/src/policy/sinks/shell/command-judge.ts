import { type SinkFault } from '../sink.js';
import { type ProgramLists } from './program-lists.js';
import { steersExecution } from './sensitive-variables.js';
import { splitWrapper } from './shell-options.js';
import { type ShellWord, unknownWord } from './shell-word.js';
import { bashShells, changingBuiltins, declaringBuiltins, otherShells, posixShells, runningGitCommands, runningOptions, wrappers, xargs } from './wrappers.js';

/** The language that will read a text: POSIX sh, or bash. */
export type ShellDialect = 'sh' | 'bash';

/** Looks into a shell text that stands as a word in another. */
export type ReadScript = (text: string, dialect: ShellDialect, offset: number) => SinkFault | undefined;

/** Commands such as `env nice nohup …` inside each other. */
const maxWrappers = 16;

/** Judges one command: the program itself, and whatever program it would run in turn. */
export class CommandJudge {
  readonly #programs: ProgramLists;
  readonly #dialect: ShellDialect;
  readonly #readScript: ReadScript;
  #depth = 0;

  constructor(programs: ProgramLists, dialect: ShellDialect, readScript: ReadScript) {
    this.#programs = programs;
    this.#dialect = dialect;
    this.#readScript = readScript;
  }

  judge(words: readonly ShellWord[]): SinkFault | undefined {
    const [program, ...args] = words;
    if (program === undefined) return undefined;
    if (program.text === undefined) return refuse(program, 'program name is known only to the running shell');
    const fault = this.#programs.check(program.text);
    if (fault !== undefined) return { ...fault, offset: program.offset };
    if (this.#depth >= maxWrappers) return refuse(program, `more than ${maxWrappers} programs that run each other`);
    const lower = program.text.toLowerCase();
    this.#depth++;
    try {
      return this.#judgeArguments(lower.slice(lower.lastIndexOf('/') + 1), program, args);
    } finally {
      this.#depth--;
    }
  }

  checkVariable(name: string, offset: number): SinkFault | undefined {
    return steersExecution(name) ? { reason: 'assignment to a variable that changes which code runs', offset } : undefined;
  }

  #judgeArguments(name: string, program: ShellWord, args: readonly ShellWord[]): SinkFault | undefined {
    if (changingBuiltins.has(name)) return refuse(program, `builtin "${name}" changes what later commands mean`);
    if (posixShells.has(name)) return this.#judgeShell(program, args, 'sh');
    if (bashShells.has(name)) return this.#judgeShell(program, args, 'bash');
    if (otherShells.has(name)) return refuse(program, `"${name}" reads a language that is not POSIX sh or bash`);
    if (declaringBuiltins.has(name)) return this.#judgeDeclaration(name, program, args);
    const wrapper = wrappers.get(name);
    if (wrapper !== undefined) return this.#judgeWrapped(name, program, args, wrapper);
    switch (name) {
      case 'xargs':
        return this.#judgeXargs(program, args);
      case '.':
      case 'source':
        return args[0] === undefined ? undefined : inputFault(args[0]);
      case 'eval':
        return this.#judgeJoined(name, program, args);
      case 'trap':
        return this.#judgeTrap(program, args);
      case 'find':
      case 'gfind':
        return this.#judgeFind(args);
      case 'ssh':
        return this.#judgeSsh(program, args);
      case 'flock':
      case 'watch':
      case 'script':
      case 'su':
      case 'runuser':
        return refuse(program, `"${name}" hands its arguments to a shell`);
      case 'set':
        return args.find((arg) => arg.text === undefined || /^[-+]\w*[ko]/.test(arg.text)) === undefined ? undefined : refuse(program, 'builtin "set" with options that change how commands are read');
      case 'git':
        return judgeGit(args) ?? judgeOptions(name, args);
      case 'test':
      case '[':
        return judgeTest(args);
      case 'printf':
        return this.#judgePrintf(args);
      default:
        return judgeOptions(name, args);
    }
  }

  #judgeWrapped(name: string, program: ShellWord, args: readonly ShellWord[], options: Parameters<typeof splitWrapper>[1]): SinkFault | undefined {
    const split = splitWrapper(args, options);
    if ('unknown' in split) return refuse(split.unknown, `the command that "${name}" runs cannot be told`);
    for (const assignment of split.assignments) {
      const fault = this.checkVariable(assignment.head.slice(0, assignment.head.indexOf('=')), assignment.offset);
      if (fault !== undefined) return fault;
    }
    // A shell of root, or whatever the program does by itself.
    if (split.command.length === 0 && (name === 'sudo' || name === 'chroot' || name === 'doas')) return refuse(program, `"${name}" without a command`);
    return this.judge(split.command);
  }

  #judgeXargs(program: ShellWord, args: readonly ShellWord[]): SinkFault | undefined {
    const split = splitWrapper(args, xargs);
    if ('unknown' in split) return refuse(split.unknown, 'the command that "xargs" runs cannot be told');
    const replaced = split.values.get('I') ?? split.values.get('J');
    if (replaced !== undefined && (replaced.text === undefined || replaced.text === '')) return refuse(replaced, 'the command that "xargs" runs cannot be told');
    if (split.command.length === 0) return undefined;
    const command = replaced?.text === undefined ? split.command : split.command.map((word) => forget(word, replaced.text ?? ''));
    return this.judge([...command, unknownWord(program.offset)]);
  }

  #judgeFind(args: readonly ShellWord[]): SinkFault | undefined {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      if (arg === undefined) continue;
      if (arg.text === undefined) {
        if (arg.head === '' || arg.head.startsWith('-')) return refuse(arg, 'an argument of "find" may be an option that runs a command');
        continue;
      }
      if (!/^-(exec|execdir|ok|okdir)$/.test(arg.text)) continue;
      const end = args.findIndex((word, index) => index > i && (word.text === ';' || (word.text === '+' && args[index - 1]?.text === '{}')));
      const command = args.slice(i + 1, end < 0 ? undefined : end);
      const fault = this.judge(command.map((word) => forget(word, '{}')));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #judgeShell(program: ShellWord, args: readonly ShellWord[], dialect: ShellDialect): SinkFault | undefined {
    let inline = false;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      if (arg?.text === undefined) return refuse(arg ?? program, 'the text that a shell runs cannot be told');
      const isOption = /^[-+]./.test(arg.text) && arg.text !== '--';
      if (!isOption) {
        const operand = arg.text === '--' || arg.text === '-' ? args[i + 1] : arg;
        if (operand?.text === undefined) return refuse(operand ?? program, 'the text that a shell runs cannot be told');
        return inline ? this.#readScript(operand.text, dialect, operand.offset) : inputFault(operand);
      }
      if (arg.text.startsWith('--')) {
        if (!/^--(login|posix|norc|noprofile|verbose|restricted)$/.test(arg.text)) return refuse(arg, 'option of a shell that the rule does not know');
        continue;
      }
      if (!/^[-+][abCcefhilmnoprtuvx]+$/.test(arg.text)) return refuse(arg, 'option of a shell that the rule does not know');
      if (arg.text.startsWith('-') && arg.text.includes('c')) inline = true;
      i += arg.text.slice(1).split('o').length - 1;
    }
    return refuse(program, 'a shell that reads commands from its input');
  }

  #judgeJoined(name: string, program: ShellWord, args: readonly ShellWord[]): SinkFault | undefined {
    const unknown = args.find((arg) => arg.text === undefined);
    if (unknown !== undefined) return refuse(unknown, `the text that "${name}" runs cannot be told`);
    const words = args[0]?.text === '--' ? args.slice(1) : args;
    return this.#readScript(words.map((word) => word.text).join(' '), this.#dialect, program.offset);
  }

  #judgeTrap(program: ShellWord, args: readonly ShellWord[]): SinkFault | undefined {
    const action = args.find((arg) => arg.text !== '--');
    if (action === undefined) return undefined;
    if (action.text === undefined) return refuse(action, 'the text that "trap" runs cannot be told');
    return action.text === '-' || action.text === '-l' || action.text === '-p' ? undefined : this.#readScript(action.text, this.#dialect, program.offset);
  }

  #judgeSsh(program: ShellWord, args: readonly ShellWord[]): SinkFault | undefined {
    // -F, -o, -S, -E, -I and -J are missing on purpose: they name programs, or files that do.
    const split = splitWrapper(args, { flags: '46AaCfGgKkMNnqsTtVvXxYy', valued: 'BbcDeilLmpQRWw', operands: 1 });
    if ('unknown' in split) return refuse(split.unknown, 'the command that "ssh" runs cannot be told');
    if (split.command.length === 0) return refuse(program, '"ssh" without a command');
    return this.#judgeJoined('ssh', program, split.command);
  }

  #judgeDeclaration(name: string, program: ShellWord, args: readonly ShellWord[]): SinkFault | undefined {
    for (const arg of args) {
      if (name === 'read' && arg.text === '-r') continue;
      const variable = /^[A-Za-z_]\w*(?=$|\+?=)/.exec(arg.head)?.[0];
      // Subscripts are arithmetic, which runs the commands in it; options make integers and references of variables.
      if (variable === undefined || (arg.text === undefined && !arg.head.includes('='))) return refuse(arg, `argument of builtin "${name}" that is not a plain variable`);
      const fault = this.checkVariable(variable, program.offset);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #judgePrintf(args: readonly ShellWord[]): SinkFault | undefined {
    const [first, second] = args;
    if (first === undefined) return undefined;
    if (first.text === undefined && (first.head === '' || first.head.startsWith('-'))) return refuse(first, 'first argument of "printf" is known only to the running shell');
    if (!first.head.startsWith('-v')) return undefined;
    return first.text === '-v' && second !== undefined ? this.#judgeDeclaration('printf -v', first, [second]) : refuse(first, 'argument of builtin "printf -v" that is not a plain variable');
  }
}

function refuse(word: ShellWord, reason: string): SinkFault {
  return { reason, offset: word.offset };
}

/** A file of commands is a program like any other, unless it is the shell's own input, where they stand in the text. */
function inputFault(file: ShellWord): SinkFault | undefined {
  if (file.text === undefined) return refuse(file, 'the text that a shell runs cannot be told');
  return /(?:^|\/)(?:dev|proc)\/|(?:^|\/)stdin$|(?:^|\/)fd\/\d+$/.test(file.text) ? refuse(file, 'a shell that reads commands from its input') : undefined;
}

/** The word with everything unknown from where another program puts its own text. */
function forget(word: ShellWord, replaced: string): ShellWord {
  const at = word.head.indexOf(replaced);
  return at < 0 ? word : { text: undefined, head: word.head.slice(0, at), offset: word.offset };
}

function judgeTest(args: readonly ShellWord[]): SinkFault | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    const next = args[i + 1];
    if (arg === undefined) continue;
    // The subscript in `-v name[subscript]` is arithmetic, and arithmetic runs the commands in it.
    const maybeV = arg.text === undefined ? arg.head === '' || arg.head.startsWith('-') : arg.text === '-v' || arg.text === '-R';
    if (maybeV && next !== undefined && (next.text === undefined || next.text.includes('['))) return refuse(next, 'operand of "test" that may be read as arithmetic');
  }
  return undefined;
}

/** Options that make a program run another one, for the programs where they are known. */
function judgeOptions(name: string, args: readonly ShellWord[]): SinkFault | undefined {
  const options = runningOptions.get(name);
  if (options === undefined) return undefined;
  for (const arg of args) {
    if (arg.text === '--') return undefined;
    if (arg.text === undefined && (arg.head === '' || arg.head.startsWith('-'))) return refuse(arg, `an argument of "${name}" may be an option that runs a command`);
    if (runsAnother(arg.head, options)) return refuse(arg, `option of "${name}" that runs a command`);
  }
  return undefined;
}

function runsAnother(text: string, options: { readonly long?: readonly string[]; readonly short?: string }): boolean {
  if (text.startsWith('--')) {
    const name = text.slice(2).split('=', 1)[0] ?? '';
    return name.length > 1 && options.long?.some((long) => long.startsWith(name)) === true;
  }
  return text.startsWith('-') && Array.from(options.short ?? '').some((letter) => text.includes(letter));
}

function judgeGit(args: readonly ShellWord[]): SinkFault | undefined {
  const helper = args.find((arg) => /\w::/.test(arg.head));
  if (helper !== undefined) return refuse(helper, 'argument of "git" that names a transport helper');
  const split = splitWrapper(args, { flags: 'pPhv', valued: 'C', longFlags: ['no-pager', 'version', 'help', 'bare', 'no-replace-objects', 'literal-pathspecs', 'no-optional-locks'] });
  if ('unknown' in split) return refuse(split.unknown, 'option of "git" that may run a command');
  const [subcommand, ...rest] = split.command;
  if (subcommand === undefined) return undefined;
  if (subcommand.text === undefined) return refuse(subcommand, 'subcommand of "git" is known only to the running shell');
  if (runningGitCommands.has(subcommand.text)) return refuse(subcommand, `subcommand "${subcommand.text}" of "git" runs commands`);
  const short: Readonly<Record<string, string>> = { clone: 'cu', rebase: 'x', grep: 'O', fetch: 'u', pull: 'u' };
  const letters = Object.hasOwn(short, subcommand.text) ? (short[subcommand.text] ?? '') : '';
  const running = rest.find((arg) => runsAnother(arg.head, { long: subcommand.text === 'clone' ? ['config'] : [], short: letters }));
  return running === undefined ? undefined : refuse(running, 'option of "git" that runs a command');
}
