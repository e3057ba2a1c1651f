import { type SinkFault } from '../sink.js';

/** Letters that look like a slash, a backslash or a dot and that some programs turn into one (UTS 39, NFKC). */
const lookAlikes = /[\u2024\u2025\u2044\u2215\u2216\u29f5\u29f8\u29f9\ufe52\ufe68\uff0e\uff0f\uff3c]/;
/** Percent-encoded dots, slashes, backslashes and NUL, encoded once or more, or overlong. */
const encoded = /%(?:25)*(?:2e|2f|5c|00|c0%(?:25)*(?:ae|af)|e0%(?:25)*80%(?:25)*(?:ae|af)|u[0-9a-f]{4})/i;
/** Names that Windows gives to devices, with any ending. */
const deviceName = /(?:^|\/)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:[.:][^/]*)?(?=\/|$)/i;

/** What a path may not hold wherever it leads, since programs and systems read it differently. */
export function pathSpellingFault(text: string, maxLength: number): SinkFault | undefined {
  if (text === '') return { reason: 'path is empty' };
  if (text.length > maxLength) return { reason: `path is longer than max_length ${maxLength}`, offset: maxLength };
  return (
    found(text, /[\0-\x1f\x7f-\x9f\u2028\u2029\p{Cs}]/u, 'control character or lone surrogate') ??
    found(text, /\p{Default_Ignorable_Code_Point}/u, 'invisible character') ??
    found(text, /\\/, 'backslash') ??
    found(text, /^~/, 'home directory "~"') ??
    found(text, /^[a-z]:/i, 'drive letter') ??
    found(text, /^(?:[a-z][a-z0-9+.-]*:\/|file:)/i, 'URL, not a path') ??
    found(text, encoded, 'percent-encoded separator or dot') ??
    found(text, lookAlikes, 'letter that looks like a separator or a dot') ??
    found(text, /(?:^|\/)(?!\.{1,2}(?:\/|$))[^/]*[. ](?=\/|$)/, 'segment that ends in a dot or a space') ??
    found(text, deviceName, 'name of a device') ??
    compatibilityFault(text)
  );
}

/** Some systems store names in a compatibility form (NFKC), in which other letters become a separator or dots. */
function compatibilityFault(text: string): SinkFault | undefined {
  const folded = text.normalize('NFKC');
  if (folded === text) return undefined;
  const segments = text.split('/');
  const foldedSegments = folded.split('/');
  const changes = foldedSegments.length !== segments.length || folded.includes('\\') || foldedSegments.some((segment, index) => /^\.{1,2}$/.test(segment) && segment !== segments[index]);
  return changes ? { reason: 'letters that become separators or dots' } : undefined;
}

function found(text: string, pattern: RegExp, reason: string): SinkFault | undefined {
  const offset = text.search(pattern);
  return offset < 0 ? undefined : { reason, offset };
}
