/** `warning`: probably not what was meant. `note`: worth knowing, and often meant. */
export type Severity = 'warning' | 'note';

interface RuleText {
  readonly severity: Severity;
  /** What the rule finds, in one sentence. */
  readonly about: string;
}

/** Every rule of the linter. */
export const lintRules = {
  'shadowed-entry': { severity: 'warning', about: 'An entry of a list is covered by a pattern of the same list.' },
  'duplicate-entry': { severity: 'warning', about: 'Two entries of a list are one name, once case and width are folded.' },
  'look-alike-entry': { severity: 'warning', about: 'Two entries of a list look alike and are different names.' },
  'contradictory-entry': { severity: 'warning', about: 'A permission is covered by a denial, which wins.' },
  'never-matching': { severity: 'warning', about: 'A rule is for tools that may not be called.' },
  'duplicate-content-rule': { severity: 'warning', about: 'A content rule is listed twice.' },
  'broad-content-rule': { severity: 'warning', about: 'A content rule fires on every text.' },
  'disabled-block': { severity: 'warning', about: 'A block has content and is turned off.' },
  'inert-setting': { severity: 'warning', about: 'A setting has no effect beside what else the policy says.' },
  'broad-permission': { severity: 'warning', about: 'A pattern allows everything, or everything of a kind.' },
  'missing-allow-list': { severity: 'warning', about: 'Every tool that is not denied may be called.' },
  'missing-sink': { severity: 'warning', about: 'An argument is named like something that is interpreted, and no rule says what it may hold.' },
  'missing-deadline': { severity: 'note', about: 'No call has a deadline.' },
  'missing-rate-limit': { severity: 'note', about: 'No tool has a rate.' },
  'missing-output-limit': { severity: 'note', about: 'Results may have any size.' },
  'missing-redaction': { severity: 'note', about: 'No personal data and no secret is hidden.' },
  'weakened-setting': { severity: 'warning', about: 'A setting takes something from the protection.' },
  'unsupported-setting': { severity: 'warning', about: 'The shipped services cannot hold what the policy asks for.' },
  'useless-comment': { severity: 'note', about: 'A comment of the linter silences nothing.' },
  'unchecked-list': { severity: 'note', about: 'A list has too many patterns of one shape to compare them.' },
} as const satisfies Readonly<Record<string, RuleText>>;

export type LintRule = keyof typeof lintRules;

export function isLintRule(name: string): name is LintRule {
  return Object.hasOwn(lintRules, name);
}
