import { alnum, hex, lower, mixed, rule, upper, uuid, word, type TokenRule } from './token-rule.js';

/** Monitoring, identity and stores of secrets. */
export const monitoringTokens: readonly TokenRule[] = [
  ...rule('newrelic_key', '[A-Z0-9]{27}', 'NRAK-'),
  ...rule('newrelic_key', '[A-Za-z0-9]{19}', 'NRJS-'),
  ...rule('newrelic_key', `${word}{32}`, 'NRII-', 'NRIQ-', 'NRAA-', 'NRRA-', 'NRSP-', 'NRBR-'),
  ...rule('grafana_token', '[A-Za-z0-9+/=_-]{32,}', 'glsa_', 'glc_'),
  ...rule('grafana_token', '[A-Za-z0-9+/]{60,}={0,2}', 'eyJrIjoi'),
  ...rule('dynatrace_token', `${upper}{24}\\.${upper}{64}`, 'dt0c01.', 'dt0s01.', 'dt0s02.', 'dt0s16.'),
  ...mixed('okta_token', `${word}{40}`, '00'),
  ...rule('sentry_token', '[A-Za-z0-9+/=_-]{40,}', 'sntrys_', 'sntryu_', 'sntrya_', 'sntryi_'),
  ...rule('honeycomb_key', `${lower}{58,}`, 'hcaik_', 'hcaic_', 'hcalk_', 'hcxik_', 'hcxlk_', 'hcamk_'),
  ...rule('checkly_key', `${hex}{32}`, 'cu_'),
  ...rule('uptimerobot_key', `\\d{4,9}-${hex}{24}`, ...Array.from('123456789', (digit) => `u${digit}`), ...Array.from('123456789', (digit) => `m${digit}`)),
  ...rule('axiom_token', uuid, 'xaat-', 'xapt-'),
  ...rule('vault_token', `${word}{24,}`, 'hvs.', 'hvb.', 'hvr.'),
  ...mixed('vault_token', `${alnum}{24}`, 's.', 'b.'),
  ...rule('onepassword_token', '[A-Za-z0-9+/_-]{60,}={0,2}', 'ops_eyJ'),
  ...rule('onepassword_key', `${upper}{6}-(?:${upper}{11}|${upper}{6}-${upper}{5})-${upper}{5}-${upper}{5}-${upper}{5}`, 'A3-'),
  ...rule('age_secret_key', '[0-9A-Z]{58}', 'AGE-SECRET-KEY-1'),
  ...rule('authress_key', '[a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[a-z0-9+/_=-]{30,}', 'sc_', 'ext_', 'scauth_', 'authress_'),
  ...rule('openshift_token', `${word}{43}`, 'sha256~'),
  ...rule('jwt', `${word}{8,}\\.${word}{8,}\\.${word}{0,}`, 'eyJ', 'ewogIC'),
];
