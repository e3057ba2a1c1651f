export { EMPTY_ROOT, leafHash, rootOf, TreeBuilder, type TreeHead, type TreeState } from '../tree/tree-state.js';
