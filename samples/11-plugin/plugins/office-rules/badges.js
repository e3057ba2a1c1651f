// #region redactor
/** A redactor: rewrites a line after the policy's own redaction, and counts what it changed. */
export const badges = {
  categories: ['badge'],
  /** @param {string} line */
  redact(line) {
    let count = 0;
    const text = line.replace(/\bNF-\d{5}\b/g, () => {
      count += 1;
      return '<BADGE>';
    });
    return { text, count };
  },
};
// #endregion redactor
