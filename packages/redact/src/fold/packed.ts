/** An escape as one number: the code point it stands for and how many units spell it (fewer than 64); -1 for none. */
export type Packed = number;

export const none: Packed = -1;

export function pack(point: number, size: number): Packed {
  return point * 64 + size;
}

export function pointOf(escape: Packed): number {
  return escape >> 6;
}

export function sizeOf(escape: Packed): number {
  return escape & 63;
}

export function hexValue(c: number): number {
  const lower = c | 32;
  if (c >= 48 && c <= 57) return c - 48;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
