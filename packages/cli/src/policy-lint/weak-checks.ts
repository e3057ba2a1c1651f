import { entries, isOn, items, member, type Keys } from './document.js';
import type { Report } from './finding.js';

const logged = 'what breaks it goes on, and is only listed in the trail';

/** Settings that take something from the protection. */
export function checkWeakened(document: unknown, report: Report): void {
  const rules = member(document, 'rules');
  const weak = (keys: Keys, is: unknown, message: string, advice: string): void => {
    if (member(document, ...keys) === is) report.add('weakened-setting', keys, message, advice);
  };
  const enforce = 'leave it out once the policy is tried';
  weak(['mode'], 'monitor', 'the policy blocks nothing: it only records what it would block', enforce);
  weak(['on_violation'], 'log', 'the policy blocks nothing that breaks a rule: it only lists it in the trail', enforce);
  weak(['rules', 'redact_output'], false, 'personal data and secrets in results are not hidden', 'leave it out, and clean the results too');
  if (isOn(member(rules, 'pii_redaction'))) {
    weak(['rules', 'pii_redaction', 'secrets'], false, 'API keys, tokens and passwords are not hidden', 'leave it out, and hide secrets too');
  }
  if (isOn(member(rules, 'network'))) weak(['rules', 'network', 'action'], 'log', logged, 'action: block');
  if (isOn(member(rules, 'sensitivity_labels'))) {
    weak(['rules', 'sensitivity_labels', 'enforce'], false, 'what is too sensitive for a tool is only logged', 'leave it out');
    weak(['rules', 'sensitivity_labels', 'fallback'], 'log', 'what is too sensitive for a tool is only logged', 'fallback: redact, or block');
  }
  items(member(rules, 'conditions')).forEach((_, i) => {
    weak(['rules', 'conditions', i, 'action'], 'log', logged, 'action: block');
  });
  checkPatterns(member(rules, 'content_rules'), ['rules', 'content_rules'], weak);
  for (const [tool, block] of entries(member(rules, 'tools'))) {
    const keys: Keys = ['rules', 'tools', tool];
    weak([...keys, 'on_violation'], 'log', logged, 'on_violation: block');
    checkPatterns(member(block, 'content_rules'), [...keys, 'content_rules'], weak);
    for (const [path] of entries(member(block, 'args'))) {
      const argument: Keys = [...keys, 'args', path];
      weak([...argument, 'action'], 'log', logged, 'action: block');
      weak([...argument, 'url', 'allow_private'], true, 'the tool may be led to private, local and reserved addresses (server-side request forgery)', 'leave it out, or list the hosts under url.hosts.allowed');
      weak([...argument, 'url', 'allow_userinfo'], true, 'a URL may hold a user and a password, which hide the host from a reader and end up in logs', 'leave it out');
    }
  }
}

type Weak = (keys: Keys, is: unknown, message: string, advice: string) => void;

function checkPatterns(content: unknown, keys: Keys, weak: Weak): void {
  if (!isOn(content)) return;
  items(member(content, 'block_patterns')).forEach((_, i) => {
    weak([...keys, 'block_patterns', i, 'action'], 'log', logged, 'action: block');
  });
}
