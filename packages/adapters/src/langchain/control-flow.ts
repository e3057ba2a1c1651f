/** LangGraph's way to leave a node: an interrupt, a command for the parent graph, a drain. Not an error of the tool. */
export function isControlFlow(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { readonly is_bubble_up?: unknown }).is_bubble_up === true;
}
