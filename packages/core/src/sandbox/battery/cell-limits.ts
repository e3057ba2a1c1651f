/** What the battery's policies allow, at every level that can hold it. */
export const cellLimits = {
  memoryMb: 128,
  resultBytes: 2 ** 20,
  outputBytes: 65_536,
} as const;
