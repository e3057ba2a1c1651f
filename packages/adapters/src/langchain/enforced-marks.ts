export const door = '@enforcecore/adapters/langchain';

const tools = new WeakSet();
const runs = new WeakSet();
const ends = new WeakMap<object, boolean>();

/** Notes of an error whether the tool had started; if not, it never will. */
export function noteRan(error: unknown, hasRun: boolean): void {
  if (typeof error === 'object' && error !== null) ends.set(error, hasRun);
}

/** Whether the tool had started; `undefined` where nobody noted it. */
export function hasRun(error: unknown): boolean | undefined {
  return typeof error === 'object' && error !== null ? ends.get(error) : undefined;
}

/** Notes a tool as enforced, so that nobody enforces it again. */
export function noteEnforced(tool: object): void {
  tools.add(tool);
}

/** More wrappings than anybody makes. */
const mostWrappings = 16;

/** Whether a tool was made here, or is one in a `withRetry`, `withConfig` and the like: its calls are enforced, by whichever way they are made. */
export function isEnforcedTool(tool: unknown): boolean {
  let level = tool;
  for (let i = 0; i < mostWrappings && typeof level === 'object' && level !== null; i += 1) {
    if (tools.has(level)) return true;
    level = (level as { readonly bound?: unknown }).bound; // a binding has it
  }
  return false;
}

/** The ways into a tool. */
const ways = ['invoke', 'call', '_call', 'func', 'stream', 'batch'] as const;

/** The same tool, which tells whether anybody came to it. */
export function watched(tool: object): { readonly tool: object; isReached(): boolean } {
  let isReached = false;
  const open = tool as Readonly<Record<string, unknown>>; // its methods are asked for
  const entered = ways.filter((way) => typeof open[way] === 'function').map((way) => {
    const value = (...args: unknown[]): unknown => {
      isReached = true;
      return Reflect.apply(open[way] as () => unknown, tool, args); // so it was found
    };
    return [way, { value }] as const;
  });
  const watch = Object.create(tool, Object.fromEntries(entered)) as object; // the same but for those
  noteEnforced(watch);
  return { tool: watch, isReached: () => isReached };
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
