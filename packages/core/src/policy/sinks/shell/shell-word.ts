import { type Assignment, type CommandArgument, type Word, type WordPart } from 'unbash';

/** One word of a command as the shell will hand it to a program. */
export interface ShellWord {
  /** What the word says, or undefined where only the running shell knows. */
  readonly text: string | undefined;
  /** What the word surely begins with. */
  readonly head: string;
  readonly offset: number;
}

/** A word that only the running shell knows, such as a line that xargs reads. */
export function unknownWord(offset: number): ShellWord {
  return { text: undefined, head: '', offset };
}

export function readWord(word: Word): ShellWord {
  // A tilde becomes a directory of the machine that runs the text; in quotes it stays.
  if (word.text.startsWith('~')) return { text: undefined, head: '/', offset: word.pos };
  if (word.parts === undefined) return { text: word.value, head: word.value, offset: word.pos };
  let head = '';
  for (const part of word.parts) {
    const text = staticText(part);
    if (text === undefined) return { text: undefined, head, offset: word.pos };
    head += text;
  }
  return { text: head, head, offset: word.pos };
}

export function readArgument(argument: CommandArgument): ShellWord {
  return argument.type === 'Word' ? readWord(argument) : readAssignment(argument);
}

function readAssignment(assignment: Assignment): ShellWord {
  const name = `${assignment.name}${assignment.append === true ? '+' : ''}=`;
  if (assignment.index !== undefined || assignment.value.type === 'ArrayValue') return { text: undefined, head: name, offset: assignment.pos };
  const value = readWord(assignment.value);
  return { text: value.text === undefined ? undefined : name + value.text, head: name + value.head, offset: assignment.pos };
}

function staticText(part: WordPart): string | undefined {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
      return part.value;
    case 'AnsiCQuoted':
      // Shells disagree on what follows a NUL.
      return part.value.includes('\0') ? undefined : part.value;
    case 'DoubleQuoted': {
      let text = '';
      for (const child of part.parts) {
        if (child.type !== 'Literal') return undefined;
        text += child.value;
      }
      return text;
    }
    // A catalogue of translations decides what a locale string says.
    case 'LocaleString':
    case 'Glob':
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return undefined;
  }
}
