import type { Detector, RedactorPlugin } from '@enforcecore/redact';

// #region detector
/** Badges whose last digit is the sum of the others: a rule that no pattern can tell. */
export const badges: Detector = {
  category: 'badge',
  placeholder: '<BADGE>',
  *detect(line) {
    for (const { 0: badge, index } of line.matchAll(/\bB\d{5}\b/g)) {
      const digits = Array.from(badge.slice(1), Number);
      const sum = digits.slice(0, 4).reduce((total, digit) => total + digit, 0);
      if (sum % 10 === digits[4]) yield { start: index, end: index + badge.length };
    }
  },
};
// #endregion detector

// #region plugin
/** Runs over what is left, line by line, and must count what it changes. */
export const signatures: RedactorPlugin = {
  name: 'signatures',
  categories: ['signature'],
  redact: (line) => (line.startsWith('-- ') ? { text: '-- <SIGNATURE>', count: 1 } : { text: line, count: 0 }),
};
// #endregion plugin
