/** What runs a tool, a server or a hand-over: a copy of a tool with another description is the same tool. */
const enforced = new WeakSet<object>();

export function wasEnforced(tool: object): boolean {
  return enforced.has(doorOf(tool));
}

export function noteEnforced<T extends object>(tool: T): T {
  enforced.add(doorOf(tool));
  return tool;
}

const doors = ['invoke', 'onInvokeHandoff', 'shell', 'editor'] as const;

function doorOf(tool: object): object {
  for (const door of doors) {
    const own: unknown = Reflect.get(tool, door);
    if ((typeof own === 'object' && own !== null) || typeof own === 'function') return own;
  }
  return tool;
}
