import { RulePattern } from '../content-rule.js';

/** What only an exploit writes, in a text of any length. */
export const anywhere: readonly RulePattern[] = [
  new RulePattern(/\$\{(?:jndi:|\$\{[^}\n]{0,30}\}[^\n]{0,60}(?:dns|ldap|rmi|ndi):)/i),
  new RulePattern(/\$\{(?:\$\{(?:lower|upper|env|sys|::|date)[^}\n]{0,20}\}){1,8}/i),
  new RulePattern(/__class__(?:\.|['"]\])[^\n]{0,40}__(?:mro|bases?|subclasses|init)__[^\n]{0,80}(?:__subclasses__|__globals__)/),
  new RulePattern(/\beval\s?\(\s?(?:gzinflate|gzuncompress|str_rot13|base64_decode)\s?\(|\bexec\(base64\.b64decode\(/i),
  new RulePattern(/<\?(?:php|=)?\s{0,3}@?(?:system|eval|passthru|shell_exec|assert|exec)\s?\(\s?\$_(?:GET|POST|REQUEST|COOKIE)/i),
  new RulePattern(/\{\{[^{}\n]{0,120}(?:__globals__|__subclasses__|constructor\.constructor|_self\.env\.)/),
  new RulePattern(/T\(java\.lang\.(?:Runtime|ProcessBuilder)\)|@java\.lang\.Runtime@|freemarker\.template\.utility\.Execute"\s?\?new/),
];
