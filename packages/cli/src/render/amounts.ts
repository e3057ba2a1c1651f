/** `1 entry`, `2 entries`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

export function grouped(n: number): string {
  return n.toLocaleString('en-US');
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? grouped(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
  const seconds = ms / 1000;
  if (seconds < 120) return `${String(Math.round(seconds * 100) / 100)} s`;
  return `${grouped(Math.round(seconds))} s`;
}

/** `email ×2, phone`: what was counted, most first. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([name, n]) => (n === 1 ? name : `${name} ×${grouped(n)}`))
    .join(', ');
}

/** How long ago something was, for a clock that may be behind or ahead. */
export function ageText(ms: number): string {
  if (ms < -1000) return `${spanText(-ms)} in the future`;
  return ms < 1000 ? 'just now' : `${spanText(ms)} ago`;
}

function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return counted(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day');
}
