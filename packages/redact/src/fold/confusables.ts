/**
 * Where our reading differs from Unicode UTS 39: its skeletons make `0` an `O`, `1` an `l` and `m` an `rn`, and leave
 * out letters that pass for ASCII to a reader though not to a font.
 */
const pairs: readonly (readonly [string, string])[] = [
  // Cyrillic, Greek, Armenian: alike in most fonts, or in italics
  ['ь', 'b'], ['нН', 'hH'], ['кК', 'kK'], ['Ӏӏ', 'Il'], ['м', 'm'], ['п', 'n'], ['т', 't'], ['Ѡ', 'W'], ['ԛԚ', 'qQ'], ['ԝԜ', 'wW'], ['З', '3'], ['б', '6'],
  ['ε', 'e'], ['η', 'n'], ['ω', 'w'], ['κ', 'k'], ['τ', 't'], ['χ', 'x'], ['υ', 'u'], ['ՕօՍ', 'OoU'], ['ս', 'u'], ['զ', 'q'],
  // Small capitals and other phonetic letters
  ['ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnopqrstuvwyz'], ['ǃ', '!'],
  // Letters with a bar through them, which do not decompose
  ['øØłŁđĐħĦŧŦƀɃɨƗɉɈɍɌɏɎȺȾɇɆƵƶ', 'oOlLdDhHtTbBiIjJrRyYATeEZz'], ['ðÐ', 'dD'],
  // Signs
  ['\u2010\u2011\u2043\u02d7\u2e1a\u2e40\ufe63\uff0d', '--------'], ['\u3002\uff61\u00b7\u2022\u2219\u22c5\u0701\u0702\u2024\u30fb\uff65', '...........'], ['\u2236\ua789\u0589\u05c3\u02d0\ufe55', '::::::'],
  ['\u2018\u2019\u201a\u201b\u02bc\u2032', "''''''"], ['\u201c\u201d\u201e\u201f\u2033', '"""""'], ['\u2044\u2215', '//'], ['\u2216\u29f5', '\\\\'], ['\u3001', ','],
  ['\u2800\u0085', '  '], ['〇', '0'], ['⓿', '0'],
];

export const confusables: ReadonlyMap<string, string> = new Map(
  pairs.flatMap(([from, to]) => [...from].map((letter, at): [string, string] => [letter, to.charAt(at)])),
);

/** Runs of circled, squared and otherwise framed letters and digits without a compatibility decomposition. */
const framed: readonly (readonly [first: number, count: number, to: string])[] = [
  [0x2776, 9, '1'], [0x2780, 9, '1'], [0x278a, 9, '1'], [0x24f5, 9, '1'], [0x1f150, 26, 'A'], [0x1f170, 26, 'A'], [0x1f1e6, 26, 'A'], [0x1f130, 26, 'A'], [0x1f110, 26, 'A'], [0x249c, 26, 'a'],
];

/** The letter or digit inside a frame. */
export function unframed(point: number): string | undefined {
  for (const [first, count, to] of framed) if (point >= first && point < first + count) return String.fromCharCode(to.charCodeAt(0) + point - first);
  return undefined;
}

/** Signs whose compatibility form would glue letters or dots to the value beside them: they only separate. */
export const separators: ReadonlySet<string> = new Set('\u2026\u2025\u2122\u2120\u221e\u2016\u2225');

/** Dashes that mean a hyphen inside a value and a pause between words. */
export const rangeDashes: ReadonlySet<string> = new Set('\u2012\u2013\u2212\u06d4\u2796\u207b\u208b\ufe58');
/** Dashes that are a hyphen only between digits. */
export const pauseDashes: ReadonlySet<string> = new Set('\u2014\u2015\u30fc\uff70\u2e3a\u301c');
