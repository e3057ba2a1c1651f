import { redactValue, type Redactor } from '@enforcecore/redact';

// #region line
/** A line of JSON with every finding replaced; a clean line costs one look and comes back as it was. */
export function cleanLine(line: string, redactor: Redactor): string {
  const { text, findings } = redactor.redact(line);
  if (findings.length === 0 || isJson(text)) return text;
  // A number became a placeholder and needs quotes now: the values are cleaned one by one.
  const { value } = redactValue(JSON.parse(line), (part, name) => redactor.redact(part, name));
  return `${JSON.stringify(value)}\n`;
}
// #endregion line

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
