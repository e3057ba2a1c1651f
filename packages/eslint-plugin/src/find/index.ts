export { findUnenforcedTools, type UnenforcedKind, type UnenforcedTool } from './find-unenforced-tools.js';
export { parseSource } from './parse-source.js';
export type { Place, SyntaxNode } from './syntax-node.js';
