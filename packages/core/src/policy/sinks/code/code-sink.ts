import { Glob } from '../../glob.js';
import type { SinkCheck, SinkFault } from '../sink.js';
import { textFault, textLimit } from '../sql/text-bounds.js';
import { CodeCalls, type CodeNameLists } from './code-calls.js';
import { javascript, typeScript } from './code-javascript.js';
import type { CodeLanguage, CodeUse } from './code-language.js';
import { python } from './code-python.js';
import type { CodeNode } from './code-tree.js';

/** What code a tool may be given; plain data of a policy. */
export interface CodeSinkOptions {
  readonly language: 'javascript' | 'typescript' | 'python';
  /**
   * With `allowed`, every call must be of a plain dotted name such as `Math.max` that one of the globs matches; a call of
   * anything computed is refused. A name in `denied` may not be called nor stand anywhere else. Functions that are handed
   * over as values are called without a call being written: leave those that take functions out of `allowed`.
   */
  readonly calls?: CodeNameLists;
  /** Modules that may be imported; none when left out. `a` is the module a, `a.*` what lies in it. */
  readonly imports?: CodeNameLists;
  /** UTF-16 units that a text may have; 100000 when left out. */
  readonly max_length?: number;
}

const languages: Readonly<Record<CodeSinkOptions['language'], CodeLanguage>> = { javascript, typescript: typeScript, python };

/**
 * Compiles a check that a text is code of a language which imports nothing, runs no text as code and uses no name that leads
 * to the system, unless the policy says so. What does not parse is refused.
 *
 * It is a filter for generated snippets, not a sandbox: names are all it sees. Code that passes can still loop for ever, fill
 * memory and use whatever it is given, so it belongs into a process that has as little as possible.
 *
 * @throws Error when an option has a value that means nothing.
 */
export function compileCodeSink(options: CodeSinkOptions): SinkCheck {
  if (!Object.hasOwn(languages, options.language)) throw new Error(`sink: code: unknown language "${options.language}": expected one of ${Object.keys(languages).join(', ')}`);
  const sink = new CodeSink(languages[options.language], options);
  return (text) => sink.check(text);
}

class CodeSink {
  readonly #language: CodeLanguage;
  readonly #limit: number;
  readonly #calls: CodeCalls;
  readonly #allowedImports: readonly Glob[];
  readonly #deniedImports: readonly Glob[];

  constructor(language: CodeLanguage, options: CodeSinkOptions) {
    this.#language = language;
    this.#limit = textLimit('code', options.max_length);
    this.#calls = new CodeCalls(options.calls);
    this.#allowedImports = globs('imports.allowed', options.imports?.allowed);
    this.#deniedImports = globs('imports.denied', options.imports?.denied);
  }

  check(text: string): SinkFault | undefined {
    const bounds = textFault(text, this.#limit) ?? this.#ambiguity(text);
    if (bounds !== undefined) return bounds;
    try {
      return this.#fault(text);
    } catch (error) {
      // INVARIANT: whatever a parser throws on hostile text is a refusal. A strict one throws for every error of syntax.
      const offset = error instanceof Error ? /^No parse at (\d+)$/.exec(error.message)?.[1] : undefined;
      return offset === undefined ? { reason: 'the text does not parse' } : { reason: 'the text does not parse', offset: Number(offset) };
    }
  }

  #ambiguity(text: string): SinkFault | undefined {
    for (const [pattern, what] of [...this.#language.ambiguities, controlCharacter]) {
      const offset = text.search(pattern);
      if (offset >= 0) return { reason: `the text holds ${what}`, offset };
    }
    return undefined;
  }

  #fault(text: string): SinkFault | undefined {
    const nodes = this.#language.parse(text);
    const error = nodes.find((node) => node.isError);
    if (error !== undefined) return { reason: 'the text does not parse', offset: error.from };
    const foreign = foreignOffset(nodes, this.#language, text);
    if (foreign !== undefined) return { reason: 'a character outside ASCII stands outside strings and comments', offset: foreign };
    for (const node of nodes) {
      const reason = this.#nameReason(node, text) ?? this.#useReason(node, text) ?? this.#calls.refusal(node, text);
      if (reason !== undefined) return { reason, offset: node.from };
    }
    return undefined;
  }

  #nameReason(node: CodeNode, text: string): string | undefined {
    const { names, properties } = this.#language;
    const isName = names.has(node.name);
    const isProperty = properties.has(node.name);
    if (!isName && !isProperty) return undefined;
    const word = text.slice(node.from, node.to);
    if (this.#language.isHarmless(node, word)) return undefined;
    // A short form such as `{ x }` reads a variable, and a pattern's key reads a property: both lists count for it.
    const isShort = node.name === 'PropertyDefinition' || node.parent?.name === 'PatternProperty' || node.parent?.name === 'KeywordPattern';
    const denied = ((isName || isShort) && this.#deniesName(word)) || ((isProperty || isShort) && this.#language.deniesProperty(word));
    return denied ? `the name "${word}" is denied in this language` : undefined;
  }

  #deniesName(word: string): boolean {
    if (!this.#language.deniesName(word)) return false;
    return !(this.#language.isModule(word) && this.#allowedImports.some((glob) => glob.matches(word)));
  }

  #useReason(node: CodeNode, text: string): string | undefined {
    for (const use of this.#language.look(node, text)) {
      const reason = this.#reasonOf(use);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  #reasonOf(use: CodeUse): string | undefined {
    switch (use.kind) {
      case 'refusal':
        return `${use.reason} is not allowed`;
      case 'import':
        if (this.#deniedImports.some((glob) => prefixes(use.module).some((prefix) => glob.matches(prefix)))) return 'an import matches imports.denied';
        return this.#allowedImports.some((glob) => glob.matches(use.module)) ? undefined : 'an import is not in imports.allowed';
    }
  }
}

const controlCharacter = [/[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]/, 'a control character'] as const;

function globs(place: string, list: readonly string[] | undefined): readonly Glob[] {
  return (list ?? []).map((text) => {
    if (text === '' || text !== text.trim()) throw new Error(`sink: code: ${place}: every entry must be a name or a glob such as "math" or "app.*"`);
    return new Glob(text);
  });
}

/** `a.b.c` imports `a` and `a.b` as well. */
function prefixes(module: string): readonly string[] {
  const parts = module.split('.').slice(0, 64);
  return [module, ...parts.map((_, index) => parts.slice(0, index + 1).join('.'))];
}

/**
 * Where a character outside ASCII stands in code. The parser takes some white space for letters, and Python reads letters in
 * another shape as the plain ones (PEP 3131), so names could hide.
 */
function foreignOffset(nodes: readonly CodeNode[], language: CodeLanguage, text: string): number | undefined {
  const isText = ({ name }: CodeNode): boolean => name === 'Escape' || language.literals.has(name) || language.templates.has(name);
  const path: CodeNode[] = [];
  let next = 0;
  for (const { index } of text.matchAll(/[^\0-\x7f]+/g)) {
    // Nodes come in the order of the text, each before those inside it.
    for (let node = nodes[next]; node !== undefined && node.from <= index; node = nodes[++next]) path.push(node);
    while (path.length > 0 && (path[path.length - 1]?.to ?? 0) <= index) path.pop();
    const innermost = path[path.length - 1];
    if (innermost === undefined || !isText(innermost)) return index;
  }
  return undefined;
}
