/** JSON leaves these as they are, and a terminal obeys them. */
const unsafe = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;
const hasUnsafe = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/u;

/** One line of JSON, in which every character that could steer a terminal is escaped. */
export function jsonText(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}

/** The same over several lines, for people. */
export function prettyJson(value: unknown): string {
  return visibleJson(JSON.stringify(value, undefined, 2));
}

/** JSON that came from elsewhere, with the same meaning and nothing that steers a terminal. */
export function visibleJson(json: string): string {
  return hasUnsafe.test(json) ? json.replace(unsafe, escaped) : json;
}

function escaped(character: string): string {
  let out = '';
  for (let i = 0; i < character.length; i += 1) out += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return out;
}
