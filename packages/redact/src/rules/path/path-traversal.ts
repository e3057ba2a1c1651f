import { matchesOf, RulePattern, type RunnableRule } from '../content-rule.js';
import { BACKSLASH, DOTS, PATH, SLASH, type Subject } from '../subject.js';
import { nestedSteps, sensitiveFiles } from './files.js';
import { encodedSteps } from './steps.js';

const step = String.raw`\.\.[\\/]{1,4}`;
const climbing = new RegExp(String.raw`(?:[\\/]?${step}){1,64}[^\s"'<>|)\]\x60,;]{0,120}`);
/** Targets that leave no doubt, in a text of any length. */
const plain = /^[\\/]{0,2}(?:etc[\\/]{1,2}(?:passwd|shadow|hosts|group|sudoers|issue)|windows[\\/]{1,2}(?:win\.ini|system32)|boot\.ini|winnt|proc[\\/](?:self|\d)|root[\\/]\.ssh)/i;
const sensitive =
  /^[\\/]{0,2}(?:etc|proc|root|var|usr|home|boot|sys|dev|opt|windows|winnt|system32|users|program files|inetpub|xampp|apache2?|web-inf|conf|logs?|mysql|php\d?)(?:[\\/]|$)|(?:^|[\\/])(?:passwd|shadow|\.ssh|\.env|\.git|\.aws|\.kube|\.npmrc|\.ht\w{1,8}|id_rsa|boot\.ini|win\.ini|web\.config|wp-config\.php|cmd\.exe|autoexec\.bat|[^\\/]{0,40}(?:%00|\0))/i;
/** What programs and documents refer to upwards every day. */
const ordinary = /\.(?:[cm]?[jt]sx?|json|css|s[ac]ss|less|mdx?|rst|html?|vue|svelte|png|jpe?g|svg|gif|webp|ico|py|rb|go|rs|java|c|cc|cpp|h|hpp|toml|ya?ml|lock|sh|txt|proto|graphql|wasm|map|csv|xml|sql|pdf)(?:[?#:].*)?$/i;
const reference = /(?:from|import|require\(|\]\(|src=|href=|cd|ls|"extends":|path:|path=|join\(|resolve\(|cp|mv|ln|cat|node|ref:|include)[ \t]{0,2}(?:-\w{1,4}[ \t]{1,2}){0,2}["']?$/;
const wellUp = 3;
const farUp = 5;

const climbs = new RulePattern(climbing, (match, text, at) => climbsOut(match, text, at, sensitive));
const climbsAnywhere = new RulePattern(climbing, (match, text, at) => climbsOut(match, text, at, plain, Infinity));
const everything = [climbs, ...nestedSteps, ...sensitiveFiles];

export const pathTraversal: RunnableRule = {
  category: 'path_traversal',
  description: 'a path that climbs out of its directory, in any encoding, or names a file of the system',
  anywhere: [...encodedSteps, climbsAnywhere],
  inValue: (subject) => (subject.isValue && concerns(subject) ? matchesOf(subject.hasSigns(DOTS) ? everything : sensitiveFiles, subject.text) : []),
};

function concerns(subject: Subject): boolean {
  return subject.hasSigns(DOTS) || (subject.hasSigns(BACKSLASH | SLASH) && subject.hasWords(PATH)) || /^["']?(?:\\|\.)/.test(subject.text);
}

/** One step up is everyday; a climb is many steps to no ordinary file, or any to a sensitive one. */
function climbsOut(match: string, text: string, at: number, goal: RegExp, enough = wellUp): boolean {
  if (at > 0 && /[A-Za-z0-9_.]/.test(text.charAt(at - 1)) && match.startsWith('.')) return false;
  const steps = match.match(/\.\.[\\/]{1,4}/g)?.length ?? 0;
  const target = match.replace(/^(?:[\\/]?\.\.[\\/]{1,4}){1,64}/, '');
  const named = plain.test(target) || goal.test(target);
  if (steps > 1 && plain.test(target)) return true;
  if (at === 0 && steps >= farUp && match.length === text.trim().length) return true;
  if (ordinary.test(target) || (!named && steps < (match.includes('\\') ? enough - 1 : enough))) return false;
  return !reference.test(text.slice(Math.max(0, at - 20), at));
}
