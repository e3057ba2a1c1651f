import { RulePattern, type ContentRule } from './content-rule.js';

const gap = String.raw`(?:[ \t]|\$\{?IFS\}?|\\\n){1,4}`;
const commands =
  'cat|curl|wget|rm|whoami|id|uname|ls|env|printenv|bash|sh|zsh|nc|ncat|python3?|perl|ruby|php|base64|sudo|sleep|ping|nslookup|dig|hostname|kill|touch|chmod|ps|netstat|ifconfig|eval|exec|echo|printf|tee|find|awk|xxd';
const interpreters = String.raw`(?:sudo[ \t]{1,4})?(?:/(?:usr/)?bin/(?:env[ \t]{1,4})?)?(?:bash|sh|zsh|dash|ksh|python[0-9.]{0,4}|perl|ruby|node|php|pwsh|powershell)`;

export const shellInjection: ContentRule = {
  category: 'shell_injection',
  description: 'text that a shell would run: destructive commands, chained commands, substitution, pipes into an interpreter',
  patterns: [
    // rm with a recursive flag, in any order and spelling, on something that is not a plain relative name
    new RulePattern(
      new RegExp(String.raw`\brm${gap}(?:-[-A-Za-z=]{1,24}${gap}){0,4}(?:--[ \t]{1,2})?["']?(?:/|~|\*|\$|\.\.|\.(?:[ \t/;"']|$))`, 'i'),
      (match) => /[ \t}]-[a-z]{0,8}r|--recursive|--no-preserve-root/i.test(match),
    ),
    new RulePattern(/["']rm["'][ \t]{0,4},[ \t]{0,4}["']-[a-zA-Z-]{0,20}[rR]/),
    new RulePattern(new RegExp(String.raw`(?:;|&&|\|\||[|&\n])[ \t]{0,4}rm${gap}-[-A-Za-z]{0,16}[rR]`)),
    // a second command behind a separator
    new RulePattern(new RegExp(String.raw`(?:;|&&|\|\|)[ \t]{0,4}(?:sudo|rm|curl|wget|chmod|chown|mkfs|scp|shutdown|reboot|telnet)${gap}[-A-Za-z0-9/~$."'*]`)),
    new RulePattern(new RegExp(String.raw`(?:;|&&|\|\|)[ \t]{0,4}(?:cat|ls|nc|ncat|netcat|bash|sh|zsh|ssh|python3?|perl|ruby|php|dd|kill|eval|base64|find|touch|cp|mv)${gap}(?:-|/|~|\$|\.{1,2}/|["']|https?:|[A-Za-z0-9_]{1,32}(?:\.sh|\.py|\.pl|=))`)),
    new RulePattern(/(?:;|&&|\|\|?)[ \t]{0,4}(?:whoami|id|uname|printenv|ifconfig|passwd)[ \t]{0,4}(?:$|[;&|\n#-])/),
    // into an interpreter, unless it is a table cell or a type
    new RulePattern(new RegExp(String.raw`\|[ \t]{0,4}${interpreters}(?=[ \t]{0,4}(?:$|[\n;&)"'\x60]|[ \t]-))`), (_, text, at) => !startsRow(text, at)),
    new RulePattern(/\|[ \t]{0,4}xargs[ \t]{1,4}(?:-[^\s]{1,8}[ \t]{1,4}){0,3}(?:rm|sh|bash)\b/),
    // substitution of a command
    new RulePattern(new RegExp(String.raw`\$\([ \t]{0,4}(?:/(?:usr/)?bin/)?(?:${commands})(?=[ \t)<;|])`)),
    new RulePattern(new RegExp(String.raw`(?:^|[\w=;&|$/"'.-])\x60[ \t]{0,4}(?:/(?:usr/)?bin/)?(?:${commands})(?=[ \t\x60;|])[^\x60\n]{0,200}\x60`)),
    new RulePattern(/\$\{?IFS\b/),
    // into places that change the machine
    new RulePattern(/>{1,2}[ \t]{0,4}(?:\/(?:etc|proc|boot|sys|root|usr|bin|sbin)\/|\/dev\/(?!null|stdout|stderr|tty|fd\/)|(?:~|\/home\/[^/\s]{1,32})\/\.(?:ssh|bashrc|profile|zshrc))/),
    new RulePattern(/\/dev\/(?:tcp|udp)\/[\w.-]{1,64}\/\d/),
    new RulePattern(/\b(?:nc|ncat|netcat)[ \t]{1,4}(?:-[a-z]{1,8}[ \t]{1,4}){0,4}-[a-z]{0,6}e[ \t]{1,4}\//),
    new RulePattern(/\bdd[ \t]{1,4}[^\n]{0,80}\bof=\/dev\//),
    new RulePattern(/\bmkfs(?:\.\w{1,8})?[ \t]{1,4}\/dev\//),
    new RulePattern(/:\(\)[ \t]{0,2}\{[ \t]{0,2}:[ \t]{0,2}\|[ \t]{0,2}:/),
  ],
};

const longestLine = 400;

/** `| python | 3.11 |` is a table, a leading `|` in a type is a union. */
function startsRow(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - longestLine), at + 1);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return line.trimStart().startsWith('|');
}
