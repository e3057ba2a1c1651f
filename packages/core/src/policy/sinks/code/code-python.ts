import { parser } from '@lezer/python';
import { noUses, refusal, type CodeLanguage, type CodeUse } from './code-language.js';
import { codeNodes, type CodeNode } from './code-tree.js';

// HOSTILE: without `strict` the parser repairs what does not parse, which can take it very long.
const strictParser = parser.configure({ strict: true });

/** Modules that reach the system, the interpreter or code in text. */
const modules = new Set([
  'os', 'sys', 'subprocess', 'builtins', 'importlib', 'imp', 'ctypes', 'cffi', 'pickle', 'cPickle', 'dill', 'shelve', 'marshal', 'shutil', 'socket', 'pty', 'posix', 'nt',
  'code', 'codeop', 'inspect', 'gc', 'runpy', 'pkgutil', 'zipimport', 'pathlib', 'tempfile', 'multiprocessing', 'threading', 'signal', 'platform', 'webbrowser',
  'ast', 'dis', 'traceback', 'linecache', 'pdb', 'bdb', 'timeit', 'trace', 'faulthandler', 'resource', 'fcntl', 'mmap', 'requests', 'urllib', 'urllib3', 'httpx', 'aiohttp', 'ftplib', 'smtplib', 'telnetlib',
]);

const deniedNames = new Set([
  ...modules, 'eval', 'exec', 'execfile', 'compile', 'getattr', 'setattr', 'delattr', 'hasattr', 'globals', 'locals', 'vars', 'dir', 'open', 'file', 'input', 'raw_input',
  'breakpoint', 'help', 'exit', 'quit', 'memoryview', 'reload', 'copyright', 'credits', 'license',
]);

/** Ways from an object to the interpreter, and modules that another module holds. */
const deniedProperties = new Set([
  ...['os', 'sys', 'subprocess', 'builtins', 'importlib', 'ctypes', 'pickle', 'marshal', 'shutil', 'socket', 'posix', 'inspect', 'gc', 'linecache'],
  'eval', 'exec', 'system', 'popen', 'mro', 'gi_frame', 'gi_code', 'gi_yieldfrom', 'cr_frame', 'cr_code', 'cr_await', 'ag_frame', 'ag_code', 'f_globals', 'f_locals', 'f_builtins',
  'f_back', 'f_code', 'f_generator', 'tb_frame', 'tb_next', 'func_globals', 'func_code', 'co_code', 'co_consts', 'modules', 'format_map', 'attrgetter', 'methodcaller',
]);

/** Methods that a class may define; what they do is code that is looked at itself. */
const definable = new Set(
  'init new str repr len eq ne lt le gt ge hash bool iter next contains getitem setitem delitem enter exit aenter aexit aiter anext await call add radd iadd sub rsub isub mul rmul truediv floordiv mod pow neg pos abs and or xor invert int float index round format post_init'
    .split(' ')
    .map((word) => `__${word}__`),
);

/** The formatted strings of Python run what stands in braces; the parser takes `\{` for an escape, Python does not. */
function formatStringUses(node: CodeNode, text: string): readonly CodeUse[] {
  const own = text.slice(node.from, node.to);
  if (!own.includes('\\')) return noUses;
  const isRaw = /^[a-z]*r/i.test(own);
  const strange = (own.match(/\\[^]?/g) ?? []).some((escape) => !/^\\[nrt'"\\]$/.test(escape));
  return isRaw || strange ? refusal(node, 'a backslash in a formatted string') : noUses;
}

function memberUses(node: CodeNode, text: string): readonly CodeUse[] {
  const property = node.children.find((one) => one.name === 'PropertyName');
  if (property === undefined || text.slice(property.from, property.to) !== 'format') return noUses;
  const receiver = node.children[0];
  const isPlain = receiver?.name === 'String' && !/__|\\/.test(text.slice(receiver.from, receiver.to));
  // '{0.__class__}'.format(x) reads attributes by text.
  return isPlain ? noUses : refusal(property, 'format() of anything but a plain string');
}

function importUses(node: CodeNode, text: string): readonly CodeUse[] {
  const [first, ...rest] = node.children;
  const fields = rest.map((one) => ({ name: one.name, word: text.slice(one.from, one.to) }));
  if (fields.some(({ name }) => name === '*')) return refusal(node, 'an import of everything');
  if (first?.name === 'from') {
    const end = fields.findIndex(({ name }) => name === 'import');
    const module = fields.slice(0, end).map(({ word }) => word).join('');
    return end < 0 || module === '' || module.startsWith('.') ? refusal(node, 'a relative import') : [{ kind: 'import', module, node }];
  }
  const uses: CodeUse[] = [];
  for (const part of fields.map(({ word }) => word).join(' ').split(' , ')) {
    const module = (part.split(' as ')[0] ?? '').replaceAll(' ', '');
    uses.push({ kind: 'import', module, node });
  }
  return uses;
}

function look(node: CodeNode, text: string): readonly CodeUse[] {
  switch (node.name) {
    case 'FormatString':
      return formatStringUses(node, text);
    case 'FormatSpec':
      return text.slice(node.from, node.to).includes('{{') ? refusal(node, 'doubled braces in a format') : noUses;
    case 'MemberExpression':
      return memberUses(node, text);
    case 'ImportStatement':
      return importUses(node, text);
    case 'PrintStatement':
      return refusal(node, 'a print statement of Python 2');
    case 'Comment':
      // PEP 263: such a comment changes what the bytes of a file mean.
      return /coding[:=]/.test(text.slice(node.from, node.to)) ? refusal(node, 'a declaration of the encoding') : noUses;
    default:
      return noUses;
  }
}

function isDunder(word: string): boolean {
  return word.startsWith('__') && word !== '__' && word !== '__name__';
}

export const python: CodeLanguage = {
  parse: (text) => codeNodes(strictParser.parse(text)),
  ambiguities: [[/\r(?!\n)/, 'a line end other than LF or CRLF']],
  literals: new Set(['String', 'Comment']),
  templates: new Set(['FormatString']),
  names: new Set(['VariableName']),
  properties: new Set(['PropertyName']),
  deniesName: (word) => deniedNames.has(word) || isDunder(word),
  // A module keeps its imports under names such as `_os`.
  deniesProperty: (word) => deniedProperties.has(word.replace(/^_/, '')) || isDunder(word),
  isHarmless: (node, word) => definable.has(word) && node.parent?.name === 'FunctionDefinition' && node.parent.children.some((one, index, all) => one === node && all[index - 1]?.name === 'def'),
  isModule: (word) => modules.has(word),
  look,
};
