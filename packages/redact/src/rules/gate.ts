/** Longest text that is looked at as a value somebody passes, in UTF-16 units. */
export const longestValue = 4000;

// Places where a pattern of some rule may start in a text of any length. Several plain expressions, because one with
// all alternatives, or one that asks for word boundaries, takes several times as long over ordinary text.
const quotes = /['"]\)?(?:;|(?:\s|\/\*[^*]{0,40}\*\/|\+){0,4}(?:or|\|\||union))/i;
const signs = /%[0-9a-fu%]|\.\.[\\/0%]|\$\{|<[!?]|\{\{|:\(\)|\(\)[ \t]{0,2}\{|\0/i;
const words = ['/dev/', '__class__', '(java', '@java', '0x2e'];
const removes = /rm(?:[ \t]{1,4}[-$"'\\]|\$|\\)/i;
const connects = /(?:nc|cat)[ \t]{1,4}-/;
const evaluates = /e(?:val|xec)\s?\(/i;
const union = /union\s/i;

/** Whether it is worth running the patterns for texts of any length. */
export function mayHoldAnchor(text: string): boolean {
  return quotes.test(text) || signs.test(text) || words.some((word) => text.includes(word)) || removes.test(text) || connects.test(text) || evaluates.test(text) || union.test(text);
}

// Signs and beginnings without which no rule finds anything in a short text.
const valueSigns = /[;|&$`'"<>%#\\{^=*@!\n\r[\0\x80-\uffff]/;
const valueBeginnings = /^\s{0,8}(?:\.|or\s|and\s|xor\s|web-inf|meta-inf|wp-config|id_[rd]sa|rO0AB|having\s|union\s|order\s|group\s)/i;
const valueWords = /\.\.|--|[\w)][ \t]?\(|\s[-/]|:[\\/]|\sc:|__|0x\d|union[\s+]|mainModule|identified\s|\/(?:etc|proc|root|var|usr|opt|home|users|boot|s?bin|cgi|xampp|apache|wp-|sys|web|meta|id_|\.|\/)|(?:order|group)\sby\s|\shaving\s|waitfor\s|procedure\s|limit\s\d|\s(?:or|and)\s(?:\d|true|false|null|not|\w{1,40}\s(?:like|is|in|not)\s)/i;

/** Whether a text is short enough to be a value and holds anything that an attack needs. */
export function mayHoldValue(text: string): boolean {
  return text.length <= longestValue && (valueSigns.test(text) || valueBeginnings.test(text) || valueWords.test(text));
}
