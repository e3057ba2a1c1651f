import metadata from 'libphonenumber-js/min/metadata';

/** How the numbers under one calling code look, without the trunk 0. */
export interface NumberingPlan {
  /** Digits of the calling code. */
  readonly width: number;
  /** Bit n is set when national numbers of n digits exist. */
  readonly lengths: number;
  readonly pattern: RegExp;
  /** Italy's numbers keep their 0. */
  readonly keepsZero: boolean;
}

// The metadata is an array per country: its calling code, a prefix, the pattern of national numbers, their lengths.
type Row = readonly unknown[];

const plans = new Map<string, NumberingPlan | undefined>();
let rows: ReadonlyMap<string, readonly Row[]> | undefined;

/** The plan whose calling code these digits begin with. Compiled when a number first asks for it. */
export function planOfNumber(digits: string): NumberingPlan | undefined {
  for (let width = 1; width <= 3; width += 1) {
    const code = digits.slice(0, width);
    const known = plans.get(code);
    if (known !== undefined) return known;
    if (plans.has(code)) continue;
    const made = compile(code);
    plans.set(code, made);
    if (made !== undefined) return made;
  }
  return undefined;
}

function compile(code: string): NumberingPlan | undefined {
  const own = (rows ??= rowsByCode()).get(code);
  if (own === undefined) return undefined;
  let lengths = 0;
  const patterns: string[] = [];
  for (const row of own) {
    const [, , pattern, sizes] = row;
    if (typeof pattern !== 'string' || !Array.isArray(sizes)) continue;
    patterns.push(pattern);
    for (const size of sizes) if (typeof size === 'number') lengths |= 1 << size;
  }
  return { width: code.length, lengths, pattern: new RegExp(`^(?:${patterns.join('|')})$`), keepsZero: code === '39' };
}

function rowsByCode(): Map<string, Row[]> {
  const out = new Map<string, Row[]>();
  const { countries, nonGeographic } = metadata as unknown as Published;
  for (const row of [...Object.values(countries), ...Object.values(nonGeographic ?? {})]) {
    const code = String(row[0]);
    const list = out.get(code);
    if (list === undefined) out.set(code, [row]);
    else list.push(row);
  }
  return out;
}

/** The part of the metadata that is read; its published type leaves the rows open. */
interface Published {
  readonly countries: Readonly<Record<string, Row>>;
  readonly nonGeographic?: Readonly<Record<string, Row>>;
}
