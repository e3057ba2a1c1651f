const maxTextChars = 60;
const maxItems = 20;

/** A constant that the tool's author wrote into a rule, for a message; `undefined` for what has no short text. */
export function constantText(constant: unknown): string | undefined {
  switch (typeof constant) {
    case 'string':
      return constant.length <= maxTextChars ? JSON.stringify(constant) : undefined;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(constant);
    case 'object':
      if (constant instanceof Date && !Number.isNaN(constant.getTime())) return constant.toISOString();
      return constant === null ? 'null' : undefined;
    default:
      return undefined;
  }
}

/** `a, b, c`; `undefined` where it would be long, or holds what has no text. */
export function constantList(constants: unknown): string | undefined {
  if (!Array.isArray(constants) || constants.length === 0 || constants.length > maxItems) return undefined;
  const texts = constants.map(constantText);
  return texts.includes(undefined) ? undefined : texts.join(', ');
}
