/** What acts instead of being seen, what nobody sees, and spaces that are not the usual one. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/gu;

/** Text of a server as a person has to see it before approving: hidden characters are written out, as `\u{200b}`. */
export function visibleText(text: string): string {
  return text.replace(unseen, (character) => (character === ' ' ? ' ' : escaped(character)));
}

/** A name, where also a letter of another script is written out: it may pass for one of ASCII. */
export function visibleName(name: string): string {
  return visibleText(name).replace(/[^\x20-\x7e]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
