import { RulePattern } from '../content-rule.js';

const gap = String.raw`(?:[ \t]|\$\{?IFS\}?|\\\n){1,4}`;
const interpreters = String.raw`(?:sudo[ \t]{1,4})?(?:/(?:usr/)?bin/(?:env[ \t]{1,4})?)?(?:bash|sh|zsh|dash|ksh|python[0-9.]{0,4}|perl|ruby|node|php|pwsh|powershell)`;
const root = String.raw`["']?(?:/(?:[\s*"';&|]|$)|~(?:/?[\s*"';&|]|/?$)|\$HOME\b|\*(?:\s|$))`;

/** What nobody writes by accident, in a text of any length. */
export const anywhere: readonly RulePattern[] = [
  new RulePattern(new RegExp(String.raw`(?:^|[;&|\n\x60("'][ \t]{0,4}|sudo )rm${gap}(?:-[-A-Za-z=]{1,24}${gap}){1,4}${root}`), (match) => /[ \t}]-[a-z]{0,8}r|--recursive/i.test(match)),
  new RulePattern(/(?:>&|<>|>|<)[ \t]{0,2}\/dev\/(?:tcp|udp)\/[\w.-]{1,64}\/\d/),
  new RulePattern(/\b(?:nc|ncat|netcat)[ \t]{1,4}(?:-[a-z]{1,8}[ \t]{1,4}){0,4}-[a-z]{0,6}[ec][ \t]{1,4}(?:\/bin|bash|cmd)/),
  new RulePattern(/\bdd[ \t]{1,4}[^\n]{0,80}\bof=\/dev\/(?:sd|hd|nvme|vd|mmcblk|mem)/),
  new RulePattern(/\bmkfs(?:\.\w{1,8})?[ \t]{1,4}(?:-\w{1,4}[ \t]{1,4}){0,4}\/dev\/(?:sd|hd|nvme|vd)/),
  new RulePattern(/:\(\)[ \t]{0,2}\{[ \t]{0,2}:[ \t]{0,2}\|[ \t]{0,2}:/),
  new RulePattern(/<!--#exec[ \t]{1,4}(?:cmd|cgi)=/i),
  new RulePattern(/\(\)[ \t]{0,2}\{[ \t]{0,2}:;[ \t]{0,2}\};/),
];

const secret = String.raw`(?:/+etc/+(?:passwd|shadow|group|sudoers|hosts\b)|~/\.ssh/|/root/|c:\\+boot\.ini)`;

/** What is dangerous in a command line, however it begins. */
export const inCommand: readonly RulePattern[] = [
  new RulePattern(
    new RegExp(String.raw`\brm${gap}(?:-[-A-Za-z=]{1,24}${gap}){0,4}(?:--[ \t]{1,2})?["']?(?:/|~|\*|\$|\.\.|\.(?:[ \t/;"']|$))`, 'i'),
    (match) => /[ \t}]-[a-z]{0,8}r|--recursive|--no-preserve-root/i.test(match),
  ),
  new RulePattern(/["']rm["'][ \t]{0,4},[ \t]{0,4}["']-[a-zA-Z-]{0,20}[rR]/),
  new RulePattern(/^\[[ \t]{0,4}["'](?:\/bin\/)?(?:ba|z)?sh["'][ \t]{0,4},[ \t]{0,4}["']-[a-z]{0,3}c["']/),
  new RulePattern(new RegExp(String.raw`\|[ \t]{0,4}${interpreters}(?=[ \t]{0,4}(?:$|[\n;&)"'\x60]|[ \t]-))`), (_, text, at) => !startsRow(text, at)),
  new RulePattern(/\|[ \t]{0,4}xargs[ \t]{1,4}(?:-[^\s]{1,8}[ \t]{1,4}){0,3}(?:rm[ \t]{1,2}-[a-z]{0,3}r|sh|bash)\b/),
  new RulePattern(/\$\([ \t]{0,4}(?:\/(?:usr\/)?bin\/)?(?:(?:whoami|curl|wget|cat \/etc|nc|rev|base64)(?=[ \t)<;|]|\/)|id\))|\x60whoami\x60|[\w.=]\x60id\x60/),
  new RulePattern(/>{1,2}[ \t]{0,4}(?:\/(?:etc|proc|boot|sys|root|usr|bin|sbin)\/|\/dev\/(?!null|stdout|stderr|tty|fd\/|u?random|shm|zero)[a-z]|(?:~|\/home\/[^/\s]{1,32})\/\.(?:ssh|bashrc|profile|zshrc))/),
  new RulePattern(new RegExp(String.raw`\b(?:cat|tac|more|less|head|tail|nl|type|od|xxd|strings|base64|xargs|grep|sed|awk|cp|curl)[^\n;|&]{0,80}?[ \t<@=]${secret}`, 'i')),
  new RulePattern(/\bpowershell(?:\.exe)?\b[^\n]{0,120}(?:-e(?:nc|ncodedcommand|c)?[ \t]+[a-z0-9+/=]{4}|\biex\b|downloadstring|invoke-expression|-w(?:indowstyle)? hidden)|\bIEX[ \t]?\(|\bmshta(?:\.exe)? http|\bregsvr32 .{0,60}http|\brundll32(?:\.exe)? javascript|\bbitsadmin \/transfer|\bcertutil .{0,40}-urlcache/i),
  new RulePattern(/^(?:cmd(?:\.exe)?[ \t]+\/[ck]|\/bin\/(?:ba)?sh[ \t]+-c)[ \t]/i),
  new RulePattern(/\b(?:del|rd|rmdir)[ \t]+(?:\/[fsq][ \t]+){1,3}[a-z]:|\bformat [a-z]:|\bfor \/f\b|\bchmod[ \t]+(?:-R[ \t]+)?(?:777|a\+rwx)[ \t]+\/(?:\s|$|\w)|\bchmod[ \t]+(?:u\+s|4755)[ \t]|\bmv[ \t]+\/[ \t]|\bkill[ \t]+-9[ \t]+-1\b|\bhistory -c\b/i),
  new RulePattern(/\b(?:mkfifo|mknod)\b[^\n]{0,120}\|[^\n]{0,80}\bsh\b|\bsocat\b[^\n]{0,60}exec:|\b(?:bash|sh)[ \t]+-i\b|\b\d<&\d+;exec\b|\bnc[ \t]+(?:-\w{1,5}[ \t]+){0,3}\d{1,3}(?:\.\d{1,3}){3}[ \t]+\d|\|[ \t]{0,2}nc[ \t]|\bnc(?:at)?\b[^\n|;]{0,40}[ \t]-e[ \t]/),
  new RulePattern(/\b(?:python[0-9.]{0,4}|perl|ruby|php|node|awk|gawk)[ \t]+[^\n]{0,40}?(?:-[a-z]{0,10}[cer]|['"]?BEGIN ?\{)[ \t]{0,4}['"]?[^\n]{0,200}?(?:socket|pty\.spawn|import (?:os|pty)\b|os\.system|subprocess|fsockopen|child_process|exec[ \t(]|system[ \t(])/i),
  new RulePattern(/-o[ \t]?ProxyCommand[= ]|--checkpoint-action=exec|--upload-pack=|--output=\/etc|-exec[ \t]+(?:ba)?sh[ \t]|\bLD_PRELOAD=\/(?:tmp|dev)|-perm -(?:4000|u=s)|\bvim? [^\n]{0,20}:!|\bcurl[^\n;|]{0,80}(?:-d|--data\w{0,10}|-F)[ \t]+["']?(?:@[/~-]|\$\()/),
  new RulePattern(/["'\s]base64[ \t]+-{1,2}d\w{0,6}[^\n]{0,60}\|[ \t]*(?:ba)?sh\b|\bchmod[ \t]+\+x[ \t]+\S{1,60}[ \t]*(?:;|&&)[ \t]*(?:\.\/|\/)/),
  new RulePattern(/\$\{?IFS\b|\$'(?:\\x[0-9a-f]{2}){2}|\/[a-z?]{0,4}\?[a-z?]{0,4}\/[a-z?]{0,8}\?[a-z?*]{0,8}(?:\s|$)|\$\{(?:PATH|HOME):0:1\}/i),
];

const longestLine = 400;

/** `| python | 3.11 |` is a table, a leading `|` in a type is a union. */
function startsRow(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - longestLine), at + 1);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return line.trimStart().startsWith('|') && (line.length > 1 || text.indexOf('|', at + 1) > 0);
}
