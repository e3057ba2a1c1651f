import { rectifyConfusion } from 'unicode-confusables';

/**
 * What a canonical tool name looks like, as UTS 39 skeletons: two names that share one are look-alikes.
 * The second skeleton reads letters of other scripts in upper case, since a caller may write a name in capitals:
 * Cherokee or Greek capitals pass for Latin ones while their small forms do not.
 */
export function skeletons(name: string): readonly string[] {
  const seen = prototypeOf(name);
  if (isAscii(name)) return [seen];
  const shouted = prototypeOf(Array.from(name, asCapital).join(''));
  return seen === shouted ? [seen] : [seen, shouted];
}

/** ASCII letters look like little else; a table spares the common name the search through all of Unicode. */
const asciiPrototypes: readonly string[] = Array.from({ length: 128 }, (_, code) => rectifyConfusion(String.fromCharCode(code)).toLowerCase());

function prototypeOf(text: string): string {
  if (isAscii(text)) return Array.from(text, (character) => asciiPrototypes[character.charCodeAt(0)] ?? character).join('');
  const folded = rectifyConfusion(text.normalize('NFD')).normalize('NFD').toLowerCase();
  // A dot over i or j is already there (Unicode, Soft_Dotted).
  return folded.replaceAll(/([ij])\u0307/g, '$1');
}

function asCapital(character: string): string {
  if (isAscii(character) || isAscii(rectifyConfusion(character))) return character;
  const capital = character.toUpperCase();
  return isAscii(rectifyConfusion(capital)) ? capital : character;
}

export function isAscii(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}
