import type { Tree } from '@lezer/common';

/** A node of a syntax tree, linked both ways. */
export interface CodeNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isError: boolean;
  readonly parent: CodeNode | undefined;
  readonly children: readonly CodeNode[];
}

interface Building extends CodeNode {
  readonly children: Building[];
}

/** Every node of a tree in the order of the text, without recursion: a text can nest as deeply as it is long. */
export function codeNodes(tree: Tree): readonly CodeNode[] {
  const nodes: Building[] = [];
  const path: Building[] = [];
  tree.iterate({
    enter: ({ name, from, to, type }) => {
      const parent = path[path.length - 1];
      const node: Building = { name, from, to, isError: type.isError, parent, children: [] };
      parent?.children.push(node);
      nodes.push(node);
      path.push(node);
    },
    leave: () => {
      path.pop();
    },
  });
  return nodes;
}

export function child(node: CodeNode, name: string): CodeNode | undefined {
  return node.children.find((one) => one.name === name);
}
