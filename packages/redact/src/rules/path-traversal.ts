import { RulePattern, type ContentRule } from './content-rule.js';

const sensitive = /^(?:etc|proc|root|var|usr|home|boot|sys|dev|opt|windows|winnt|system32|users|program files|inetpub)(?:[\\/]|$)|(?:^|[\\/])(?:passwd|shadow|\.ssh|\.env|\.git|\.aws|\.kube|\.npmrc|id_rsa|boot\.ini|win\.ini|web\.config|wp-config\.php)/i;
/** What programs and documents refer to upwards every day. */
const ordinary = /\.(?:[cm]?[jt]sx?|json|css|scss|less|md|mdx|html?|vue|svelte|png|jpe?g|svg|gif|webp|ico|py|rb|go|rs|java|c|cc|cpp|h|hpp|toml|ya?ml|lock|sh|txt|proto|graphql|wasm|map)(?:[?#:].*)?$/i;
const wellUp = 3;

export const pathTraversal: ContentRule = {
  category: 'path_traversal',
  description: 'a path that climbs out of its directory or names a file of the system',
  patterns: [
    new RulePattern(/(?:\.\.[\\/]{1,4}){1,64}[^\s"'<>|)\]`,;]{0,120}/, (match, text, at) => climbs(match, text, at)),
    // half-encoded steps have no honest use
    new RulePattern(/(?:\.\.|\.%(?:25){0,2}2e|%(?:25){0,2}2e(?:\.|%(?:25){0,2}2e))(?:%(?:25){0,2}(?:2f|5c)|%c0%af|%c1%9c)|(?:\.%(?:25){0,2}2e|%(?:25){0,2}2e(?:\.|%(?:25){0,2}2e))[\\/]/i),
    new RulePattern(/\.{4}[\\/]{2}/),
    new RulePattern(/%(?:25)?00(?:\.|\/|$|["'\s])/),
    new RulePattern(/(?:^|[\s="'(:,[\x60]|file:\/\/)\/etc\/(?:passwd|shadow|gshadow|sudoers|master\.passwd|ssh\/)/),
    new RulePattern(/(?:^["']?|file:\/\/)\/(?:etc|proc|root|sys|boot)\/[^\s"']{1,120}/),
    new RulePattern(/\/proc\/(?:self|\d{1,7})\/(?:environ|cmdline|mem|maps|fd)\b/),
    new RulePattern(/(?:~|\/root|\/home\/[^/\s]{1,32}|\/Users\/[^/\s]{1,32})\/\.(?:ssh\/(?:id_|authorized)|aws\/credentials|netrc|kube\/config)/),
    new RulePattern(/\b[a-z]:\\{1,2}windows\\{1,2}(?:system32|win\.ini)/i),
    // \\server\share
    new RulePattern(/(?:^|[\s="'(])\\\\[A-Za-z0-9][A-Za-z0-9_.-]{1,62}\\[A-Za-z0-9$_.][A-Za-z0-9$_.-]{0,62}/),
  ],
};

/** One step up is everyday; a climb is many steps to no ordinary file, or any to a sensitive one. */
function climbs(match: string, text: string, at: number): boolean {
  if (at > 0 && /[A-Za-z0-9_.]/.test(text.charAt(at - 1))) return false;
  const steps = match.match(/\.\.[\\/]{1,4}/g)?.length ?? 0;
  const target = match.replace(/^(?:\.\.[\\/]{1,4}){1,64}/, '');
  if (sensitive.test(target)) return true;
  if (steps < wellUp || ordinary.test(target)) return false;
  return !/(?:from|import|require\(|\]\(|src=|href=|cd|"extends":|path:)[ \t]{0,2}["']?$/.test(text.slice(Math.max(0, at - 16), at));
}
