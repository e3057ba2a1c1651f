/** Words that mean something else than text, in YAML 1.1 or 1.2. */
const words = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** Text as YAML: as it is where nobody could take it for something else, and in quotes elsewhere. */
export function yamlText(text: string): string {
  return /^[A-Za-z_][\w-]{0,60}$/.test(text) && !words.has(text.toLowerCase()) ? text : JSON.stringify(text);
}
