const iso = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

export const anInstant = 'a time with its zone, such as 2026-11-21T10:00:00Z';

/** Milliseconds since 1970 of a time in the form of ISO 8601 and RFC 3339, or nothing for what is no such time. */
export function instantOf(text: string): number | undefined {
  const [, date] = iso.exec(text) ?? [];
  if (date === undefined) return undefined;
  const midnight = new Date(`${date}T00:00:00Z`);
  // 30 February would be taken for 2 March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
