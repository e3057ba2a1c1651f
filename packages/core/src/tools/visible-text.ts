/** Control characters but tab and line ends; format characters (bidirectional, zero width, tags); private ones; blanks that count as letters. */
const invisible = /(?![\t\n\r])\p{Cc}|\p{Cf}|\p{Co}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|\p{Noncharacter_Code_Point}/u;
/** Joiners inside words and emoji, and the mark that makes a sign an emoji: ordinary writing. */
const ordinary = /(?<=[\p{L}\p{M}])[\u200C\u200D](?=[\p{L}\p{M}])|(?<=\p{Extended_Pictographic}\uFE0F?|\p{Emoji_Modifier})\u200D(?=\p{Extended_Pictographic})|(?<=[\p{Extended_Pictographic}0-9#*])\uFE0F/gu;

/** The first character of a text that a reader would not see, as `U+202E`; `undefined` where there is none. */
export function firstInvisible(text: string): string | undefined {
  const found = invisible.exec(text.replace(ordinary, ''));
  const code = found?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

const allInvisible = new RegExp(invisible.source, 'gu');

/** The text without what a reader would not see, joiners included. */
export function onlyVisible(text: string): string {
  return text.toWellFormed().replaceAll(allInvisible, '');
}

/** A text on one line, with a mark in the place of what a reader would not see. */
export function withoutInvisible(text: string): string {
  const plain = text.toWellFormed();
  return /^[\x20-\x7e]*$/.test(plain) ? plain : plain.replaceAll(/[\t\r\n]+/g, ' ').replaceAll(allInvisible, '\uFFFD');
}
