/** Where a tool runs, from the weakest wall to the strongest. */
export const sandboxLevels = ['inline', 'worker', 'process', 'bubblewrap'] as const;

export type SandboxLevel = (typeof sandboxLevels)[number];

/** Whether a wall is at least as strong as another. */
export function isAtLeast(level: SandboxLevel, required: SandboxLevel): boolean {
  return sandboxLevels.indexOf(level) >= sandboxLevels.indexOf(required);
}

/** The stronger of two walls. */
export function stronger(a: SandboxLevel, b: SandboxLevel): SandboxLevel {
  return isAtLeast(a, b) ? a : b;
}
