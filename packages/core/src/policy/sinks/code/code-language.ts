import type { CodeNode } from './code-tree.js';

/** A place in code that a policy has to do with. */
export type CodeUse =
  | { readonly kind: 'refusal'; readonly reason: string; readonly node: CodeNode }
  | { readonly kind: 'import'; readonly module: string; readonly node: CodeNode };

/** What the sink knows about a language. */
export interface CodeLanguage {
  readonly parse: (text: string) => readonly CodeNode[];
  /** Spellings that the language's own scanner reads in another way than the parser used here. */
  readonly ambiguities: readonly (readonly [pattern: RegExp, what: string])[];
  /** Nodes that are text as a whole: names inside mean nothing. */
  readonly literals: ReadonlySet<string>;
  /** Nodes that are text between the nodes that they hold. */
  readonly templates: ReadonlySet<string>;
  /** Nodes that are a variable: read, written or defined. */
  readonly names: ReadonlySet<string>;
  /** Nodes that name a property. */
  readonly properties: ReadonlySet<string>;
  readonly deniesName: (word: string) => boolean;
  readonly deniesProperty: (word: string) => boolean;
  /** True when a name may stand here although it is denied elsewhere. */
  readonly isHarmless: (node: CodeNode, word: string) => boolean;
  /** True when a denied name is that of a module, which `imports.allowed` can let in. */
  readonly isModule: (word: string) => boolean;
  /** What a node does beyond naming something. */
  readonly look: (node: CodeNode, text: string) => readonly CodeUse[];
}

export const noUses: readonly CodeUse[] = [];

export function refusal(node: CodeNode, reason: string): readonly CodeUse[] {
  return [{ kind: 'refusal', reason, node }];
}
