/** A word in the name before a value, and the shapes of value that make it that issuer's secret. */
export interface KeywordRule {
  readonly category: string;
  readonly words: readonly string[];
  /** Sticky patterns as `shapePattern` writes them. */
  readonly shapes: readonly string[];
}

/** Words and shapes are separated by spaces. */
export function keyword(category: string, words: string, shapes: string): KeywordRule {
  return { category, words: words.split(' '), shapes: shapes.split(' ').map(shapePattern) };
}

const charsets: Readonly<Record<string, string>> = {
  h: '[0-9a-fA-F]', // hex
  l: '[a-z0-9]',
  u: '[A-Z0-9]',
  a: '[A-Za-z0-9]',
  w: '[A-Za-z0-9_-]',
  b: '[A-Za-z0-9+/=]', // base64
  e: '[A-Za-z0-9_=.-]',
};

/** `h32` is 32 hex digits, `w20-24` a range of lengths; inside a longer pattern they stand in `<>`. */
function shapePattern(shape: string): string {
  const whole = /^(?:[a-z]\d+(?:-\d+)?|uuid)$/.test(shape) ? `<${shape}>` : shape;
  return whole
    .replaceAll('<uuid>', '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}')
    .replaceAll(/<([a-z])(\d+)(?:-(\d+))?>/g, (_, set: string, least: string, most: string = least) => `${charsets[set] ?? ''}{${least},${most}}`);
}
