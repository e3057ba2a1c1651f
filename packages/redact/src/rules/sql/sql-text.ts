const verb = /^\s*(?:select[\s(*"'[@]|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(?:create|alter|drop|truncate)\s+(?:or\s+replace\s+)?\w+[\s;]|with\s+(?:recursive\s+)?\w+\s*(?:\([^)]{0,200}\)\s*)?as\s*\(|grant\s|revoke\s|explain\s|merge\s+into|begin\b|start\s+transaction|exec(?:ute)?\s|values\s*\(|set\s|use\s|show\s|describe\s|call\s|copy\s|backup\s|declare\s)/;

const plusAtWord = /\+(?=(?:union|select|or|and|xor|order|group|having|where|from|limit|all)\b)|(?<=\b(?:union|select|or|and|by|all|from|order|where))\+/g;

/** A value as an SQL scanner reads it: lower case, comments and plus signs as spaces, one space at most and none at signs. */
export interface SqlText {
  readonly text: string;
  /** The words that empty comments cut in two, put together; undefined when there are none. */
  readonly glued: string | undefined;
  /** Whether it begins the way a statement does: then it has to be odd by more than being SQL. */
  readonly isStatement: boolean;
}

export function sqlText(value: string): SqlText {
  const lower = value.toLowerCase();
  const open = /\s/.test(lower.trim()) ? lower.replace(plusAtWord, ' ') : lower.replaceAll('+', ' ');
  const text = tidy(open);
  const glued = /[a-z]\/\*\*\/[a-z]/.test(open) ? tidy(open.replaceAll('/**/', '')) : undefined;
  return { text, glued, isStatement: verb.test(text) };
}

function tidy(text: string): string {
  return text
    .replace(/\/\*!\d{0,6}|\/\*[^*]{0,200}\*\/|\*\/|%(?:a0|0[0-9a-d])|\u00a0/g, ' ')
    // A statement on its own line is a script: the mark keeps it from reading as a stacked one.
    .replace(/;\s*\n/g, ';\u0001')
    .replace(/\s+/g, ' ')
    .replace(/ ?([=<>(),!|&;+*/^~-]) ?/g, '$1')
    .replace(/@ @ ?/g, '@@')
    .replace(/\\{1,8}(['"])/g, '$1')
    .trim();
}
