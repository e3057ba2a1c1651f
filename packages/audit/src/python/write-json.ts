import type { PythonMember, PythonValue } from './read-json.js';

const ESCAPED = /["\\\x00-\x1f\x7f-\uffff]/g;
const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'], ['\\', '\\\\'], ['\b', '\\b'], ['\f', '\\f'], ['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t'],
]);
/** From this power of ten on, and below the other, Python writes an exponent. */
const FIRST_LARGE_POWER = 16;
const LAST_SMALL_POWER = -4;

function escapeOf(unit: string): string {
  return SHORT.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A text as `json.dumps` writes it with `ensure_ascii`: an escape for every UTF-16 unit outside of ASCII. */
export function pythonText(text: string): string {
  return `"${text.replace(ESCAPED, escapeOf)}"`;
}

/** A double as Python's `repr` spells it: the shortest digits that read back, `1.0`, `1e-05`, `1e+16`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponent = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const power = Number(exponent);
  if (power < LAST_SMALL_POWER || power >= FIRST_LARGE_POWER) {
    return `${sign}${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  const rest = digits.slice(power + 1);
  return `${sign}${whole}.${rest === '' ? '0' : rest}`;
}

/** Python sorts keys by code point, JavaScript by UTF-16 unit: they differ where one key has a surrogate pair. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const step = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (step !== 0) return step;
  }
  return left.length - right.length;
}

/** Of keys that come twice Python keeps the last value, in the place of the first. */
function kept(members: readonly PythonMember[]): readonly PythonMember[] {
  const values = new Map(members.map(({ key, value }) => [key, value]));
  return values.size === members.length ? members : [...values].map(([key, value]) => ({ key, value }));
}

function objectText(members: readonly PythonMember[], isSorted: boolean): string {
  const once = kept(members);
  const ordered = isSorted ? [...once].sort((a, b) => byCodePoint(a.key, b.key)) : once;
  return `{${ordered.map(({ key, value }) => `${pythonText(key)}:${writePythonJson(value, isSorted)}`).join(',')}}`;
}

/** What `json.dumps(value, separators=(",", ":"))` gives, with `sort_keys` or without. */
export function writePythonJson(value: PythonValue, isSorted: boolean): string {
  switch (value.kind) {
    case 'text':
      return pythonText(value.text);
    case 'integer':
      return value.digits;
    case 'float':
      return pythonFloat(value.value);
    case 'word':
      return value.word;
    case 'list':
      return `[${value.items.map((item) => writePythonJson(item, isSorted)).join(',')}]`;
    case 'object':
      return objectText(value.members, isSorted);
  }
}
