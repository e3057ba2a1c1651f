/**
 * Look-alikes that NFKC leaves alone, folded to the ASCII letter they imitate (Unicode UTS 39, the part that
 * matters inside addresses, keywords and tokens).
 */
const pairs: readonly (readonly [string, string])[] = [
  // Cyrillic
  ['аА', 'aA'], ['В', 'B'], ['ьЬ', 'bb'], ['сС', 'cC'], ['ԁ', 'd'], ['еЕ', 'eE'], ['ҽ', 'e'], ['ԍ', 'g'], ['һН', 'hH'], ['іІ', 'iI'],
  ['јЈ', 'jJ'], ['кК', 'kK'], ['ӏӀ', 'lI'], ['М', 'M'], ['п', 'n'], ['оО', 'oO'], ['рР', 'pP'], ['ԛԚ', 'qQ'], ['г', 'r'],
  ['ѕЅ', 'sS'], ['Т', 'T'], ['т', 't'], ['ѵѴ', 'vV'], ['ԝԜ', 'wW'], ['хХ', 'xX'], ['уУ', 'yY'], ['үҮ', 'yY'], ['З', '3'],
  // Greek
  ['αΑ', 'aA'], ['Β', 'B'], ['ϲϹ', 'cC'], ['Ε', 'E'], ['ε', 'e'], ['Η', 'H'], ['ιΙ', 'iI'], ['ϳ', 'j'], ['κΚ', 'kK'], ['Μ', 'M'],
  ['Ν', 'N'], ['η', 'n'], ['οΟ', 'oO'], ['σ', 'o'], ['ρΡ', 'pP'], ['Τ', 'T'], ['τ', 't'], ['υ', 'u'], ['ν', 'v'], ['ω', 'w'],
  ['χΧ', 'xX'], ['γΥ', 'yY'], ['Ζ', 'Z'],
  // Armenian, Latin extensions, others
  ['օՕ', 'oO'], ['ո', 'n'], ['ս', 'u'], ['հ', 'h'], ['ց', 'g'], ['զ', 'q'], ['ɑ', 'a'], ['ɡ', 'g'], ['ı', 'i'], ['ɩ', 'i'], ['ȷ', 'j'],
  ['ꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ', 'BCDEFGHIJKLMNOPRSTUVWXYZ'], ['ǃ', '!'],
  // Dashes, dots, quotes, slashes and the like
  ['\u2010\u2011\u2043\u02d7', '----'], ['\u3002\u00b7\u2022\u0701\u0702', '.....'], ['\u2236\ua789\u0589\u05c3\u02d0', ':::::'],
  ['\u2018\u2019\u201a\u201b\u02bc\u2032', "''''''"], ['\u201c\u201d\u201e\u201f\u2033', '"""""'], ['\u2044\u2215', '//'], ['\u2216', '\\'],
];

export const confusables: ReadonlyMap<string, string> = new Map(
  pairs.flatMap(([from, to]) => [...from].map((letter, at): [string, string] => [letter, to.charAt(at)])),
);

/** Dashes that mean a hyphen between digits and a pause between words: folded to `-` only after a digit or another dash. */
export const softDashes: ReadonlySet<string> = new Set('\u2012\u2013\u2014\u2015\u2212\u06d4\u2796\u30fc');
