const tools = new WeakSet();
const runs = new WeakSet();

/** Notes a tool as enforced, so that nobody enforces it again. */
export function noteEnforced(tool: object): void {
  tools.add(tool);
}

/** Whether a tool was made here: its calls are enforced, by whichever way they are made. */
export function isEnforcedTool(tool: unknown): boolean {
  return typeof tool === 'object' && tool !== null && tools.has(tool);
}

/** What callbacks are told of the tool of an enforced call; by it they know that the call was decided already. */
export const isEnforcedRun = {
  note<T extends object>(serialized: T): T {
    runs.add(serialized);
    return serialized;
  },
  of(serialized: unknown): boolean {
    return typeof serialized === 'object' && serialized !== null && runs.has(serialized);
  },
};
