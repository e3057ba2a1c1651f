import { parser } from '@lezer/javascript';
import { noUses, refusal, type CodeLanguage, type CodeUse } from './code-language.js';
import { child, codeNodes, type CodeNode } from './code-tree.js';

// HOSTILE: without `strict` the parser repairs what does not parse, which can take it very long.
const javascriptParser = parser.configure({ strict: true });
const typescriptParser = parser.configure({ strict: true, dialect: 'ts' });

/** Code from text, ways to the global object, and what a page or a process offers beyond the language. */
const deniedNames = new Set([
  'eval', 'Function', 'AsyncFunction', 'GeneratorFunction', 'AsyncGeneratorFunction', 'execScript', 'ShadowRealm', 'WebAssembly', 'Reflect', 'Proxy',
  'globalThis', 'global', 'GLOBAL', 'root', 'window', 'self', 'frames', 'document', 'location', 'navigator', 'constructor', 'arguments',
  'process', 'require', 'module', 'exports', '__dirname', '__filename', 'child_process', 'Buffer', 'Deno', 'Bun', 'importScripts',
  'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Worker', 'SharedWorker', 'BroadcastChannel',
  'SharedArrayBuffer', 'Atomics', 'localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore', 'chrome', 'browser',
]);

/** Every function reaches `Function` by its constructor, every object its prototype. */
const deniedProperties = new Set([
  'constructor', 'prototype', '__proto__', '__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__', 'caller', 'callee', 'arguments',
  'eval', 'Function', 'getPrototypeOf', 'setPrototypeOf', 'getOwnPropertyDescriptor', 'getOwnPropertyDescriptors', 'defineProperty', 'defineProperties',
  'globalThis', 'mainModule', 'binding', 'getBuiltinModule', 'createRequire', 'prepareStackTrace', 'contentWindow', 'defaultView', 'ownerDocument',
]);

/** Operators whose result is a number (or a bigint) whatever they are given. */
const arithmetic = new Set(['-', '*', '/', '%', '**', '|', '&', '^', '<<', '>>', '>>>', '~', '++', '--']);

function look(node: CodeNode, text: string): readonly CodeUse[] {
  switch (node.name) {
    case 'WithStatement':
      return refusal(node, 'a with statement');
    case 'DynamicImport':
      return refusal(node, 'import()');
    case 'ImportMeta':
      return refusal(node, 'import.meta');
    case 'DebuggerStatement':
      return refusal(node, 'a debugger statement');
    case 'AwaitExpression':
    case 'YieldExpression':
      // Outside an async function or a generator the word is a name, and what follows it a division.
      return node.children.some((one) => startsWithRegExp(one)) ? refusal(node, 'a regular expression after "await" or "yield"') : noUses;
    case 'RegExp':
      return /\/[a-z]*$/.test(text.slice(node.from + 1, node.to)) ? noUses : refusal(node, 'a regular expression without end');
    case 'this':
      return isInClass(node) ? noUses : refusal(node, '"this" outside a class');
    case 'MemberExpression':
    case 'PatternProperty':
    case 'Property':
    case 'MethodDeclaration':
    case 'PropertyDeclaration':
      return bracketUses(node, text);
    case 'ImportDeclaration':
    case 'ExportDeclaration':
      return moduleUses(node, text);
    default:
      return noUses;
  }
}

function startsWithRegExp(node: CodeNode | undefined): boolean {
  let first = node;
  while (first !== undefined && first.name !== 'RegExp') first = first.name.endsWith('Comment') ? undefined : first.children[0];
  return first !== undefined;
}

/** Code of a class is strict: `this` is never the global object there. */
function isInClass(node: CodeNode): boolean {
  for (let outer = node.parent; outer !== undefined; outer = outer.parent) {
    if (outer.name === 'ClassBody') return true;
  }
  return false;
}

/** `x[y]` names a property that is known only when it runs, unless `y` is a plain text or surely a number. */
function bracketUses(node: CodeNode, text: string): readonly CodeUse[] {
  const own = node.children;
  const literalKey = node.name === 'MemberExpression' ? undefined : own.find((one) => one.name === 'String');
  const open = own.findIndex((one) => one.name === '[');
  if (open < 0) return literalKey === undefined || own[0] !== literalKey ? noUses : keyUses(literalKey, text);
  const key = own[open + 1];
  if (key === undefined) return refusal(node, 'a computed property');
  if (key.name === 'String') return keyUses(key, text);
  return isNumeric(key, text) ? noUses : refusal(key, 'a computed property');
}

function keyUses(key: CodeNode, text: string): readonly CodeUse[] {
  const word = text.slice(key.from + 1, key.to - 1);
  if (word.includes('\\')) return refusal(key, 'an escaped property name');
  return deniedProperties.has(word) ? refusal(key, `the property "${word}"`) : noUses;
}

function isNumeric(key: CodeNode, text: string): boolean {
  if (key.name === 'Number') return true;
  if (!['BinaryExpression', 'UnaryExpression', 'PostfixExpression'].includes(key.name)) return false;
  const operators = key.children.filter((one) => one.name === 'ArithOp' || one.name === 'BitOp');
  const isUnaryPlus = key.name === 'UnaryExpression' && operators.some((one) => text.slice(one.from, one.to) === '+');
  return isUnaryPlus || (operators.length === 1 && operators.every((one) => arithmetic.has(text.slice(one.from, one.to))));
}

function moduleUses(node: CodeNode, text: string): readonly CodeUse[] {
  const source = child(node, 'String');
  if (source === undefined) return node.name === 'ImportDeclaration' ? refusal(node, 'an import without a module') : noUses;
  const module = text.slice(source.from + 1, source.to - 1);
  return module.includes('\\') ? refusal(source, 'an escaped module name') : [{ kind: 'import', module, node: source }];
}

const shared: Omit<CodeLanguage, 'parse'> = {
  ambiguities: [
    // A comment to the end of the line in a script, operators in a module.
    [/<!--|-->/, 'the sign of an HTML comment'],
    [/\r(?!\n)|[\u2028\u2029]/, 'a line end other than LF or CRLF'],
  ],
  literals: new Set(['String', 'LineComment', 'BlockComment', 'RegExp', 'Hashbang']),
  templates: new Set(['TemplateString']),
  names: new Set(['VariableName', 'VariableDefinition']),
  properties: new Set(['PropertyName', 'PropertyDefinition', 'PrivatePropertyName', 'PrivatePropertyDefinition']),
  deniesName: (word) => deniedNames.has(word),
  deniesProperty: (word) => deniedProperties.has(word.replace(/^#/, '')),
  isHarmless: (node, word) => word === 'constructor' && node.name === 'PropertyDefinition' && node.parent?.name === 'MethodDeclaration' && node.parent.parent?.name === 'ClassBody',
  isModule: () => false,
  look,
};

/** The parser knows types without being asked: what it takes for a type may be a comparison in JavaScript. */
function lookWithoutTypes(node: CodeNode, text: string): readonly CodeUse[] {
  return node.name.startsWith('Type') || node.name === 'InstantiationExpression' || node.name === 'PrefixCast' ? refusal(node, 'a type') : look(node, text);
}

export const javascript: CodeLanguage = { ...shared, parse: (text) => codeNodes(javascriptParser.parse(text)), look: lookWithoutTypes };
export const typeScript: CodeLanguage = { ...shared, parse: (text) => codeNodes(typescriptParser.parse(text)) };
