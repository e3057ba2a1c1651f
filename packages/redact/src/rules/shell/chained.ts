const path = String.raw`(?:\/?(?:usr\/)?s?bin\/)?`;
const wrappers = String.raw`(?:(?:sudo|nohup|time|exec|command|busybox|env)\s{1,3})?`;

/** Programs whose names say nothing else. */
const telling = String.raw`(?:whoami|ps aux|tar [cx]\w{0,3}f|ifconfig|ipconfig|netstat|nslookup|uname|wget|curl|printenv|systeminfo|tasklist|certutil|powershell(?:\.exe)?|pwsh|ncat|netcat|telnet|socat|reboot|shutdown|poweroff|crontab|useradd|adduser|chmod|chown|nohup|lsof|iptables|mkfifo|mknod|traceroute|xxd|base64|phpinfo\(|cmd(?:\.exe)?\s\/c|net user|net localgroup|wmic|mkfs|scp)`;
/** Programs whose names are words or identifiers too: they need an argument, or the end. */
const plain = String.raw`(?:id|ls|dir|cat|pwd|ps|sleep|host|echo|env|which|type|ver|net|rm|del|python[0-9.]{0,4}|perl|php|ruby|node|bash|zsh|sh|nc|w|who|hostname|head|tail|tac|find|kill|date|history|df|du|mail|touch|uptime|set|route|arp|reg|more|less|cp|mv|copy|timeout|ping|dig|ss|ip|dd|passwd|sed|awk|grep|tar|eval|exec|system|passthru|shell_exec|printf|export|source|md5sum|vi|vim|nano|ssh|ftp|tftp|rsync|halt|tee|xargs|sort|mkdir|service|systemctl|sudo|ll)`;
const argument = String.raw`\s{1,4}(?:--?\w|[\w.-]{1,30}@|[/~$*"'<>%]|\.{1,2}\/|\.(?:\s|$)|\d|\w:\\|[\w-]{1,40}\.\w|\w{1,24}=)|\s{0,4}(?:$|[;|&#<>\x60)}\n'"%,])|\s?--`;
const wordArgument = String.raw`(?:rm|del|touch|which|echo|net|cat|ls|mkdir|ping|nslookup|host|bash|sh|type|kill|dig|reg|route|copy|cp|mv|python|php|sudo|sleep|printf|id)\s{1,4}[\w@.-]{1,30}(?:\s{1,2}[\w.@-]{1,20})?\s{0,2}(?:$|[;|&#\n'"])`;
const program = String.raw`${wrappers}${path}(?:${telling}(?![\w.=:-]|\s?=)|${plain}(?=${argument})|${wordArgument}|\$(?:SHELL|0|\{SHELL)|\((?:sleep|id|ls|cat)\b|(?:sleep|ping|curl|wget|exec|system|passthru|shell_exec|phpinfo)\s?\()`;

const led = new RegExp(String.raw`^['"\s)]{0,4}(?:[;|&\n]|<\()[;|&\s"'({!<]{0,6}${program}`, 'i');
const behind = new RegExp(String.raw`(?:;|\|\||&&|\||&(?!amp;|lt;|gt;|quot;)|\n)[;|&\s"'({!]{0,6}${program}`, 'ig');
const substituted = new RegExp(String.raw`(?:\$\(|<\(|(?<!\x60)\x60(?!\x60))\s{0,3}${wrappers}${path}(?:${telling}|${plain})(?=[\s)<;|\x60&]|$)|\$\(\(\s?\w{1,6}\s?[+*-]\s?\w|\$\(\s?\$|\x60[^\x60\n]{0,40}[a-z] ?\|`);
const called = /(?:^|[;'"({@]|['"]\.)\s?(?:system|passthru|shell_exec|popen|proc_open|exec|eval|phpinfo)\s?\(\s?(?:['"$][^)]{0,80}|)\)/i;
const alone = new RegExp(String.raw`^\/(?:usr\/)?s?bin\/(?:id|ls|cat|whoami|uname|ping|sleep|wget|curl|nc|sh|bash)(?:\s|$)|^\/(?:usr\/)?bin\/\S{0,10}[?*]|^(?:cat|more|type|tac)\s?<?\s?(?:\/etc\/|c:\\)|^ping -[cnit] ?\d{1,3} (?:127\.|localhost)|^\((?:id|whoami|sleep)\b|^crontab -r|^export PATH=\/tmp|^X=.{1,60}&&\$X$|^IFS=|^a=\w;b=\w`, 'i');
const named = /\.(?:\$\(|\x60)|(?:\$\(|\x60)(?:whoami|id|hostname|uname)/i;

/** Texts that begin as a command line, a statement or markup do: what is chained there was written by one author. */
const commandLine =
  /^(?:\$ |# |> |#!|\/\/|\/\*|\* |- |\+ |@|sudo |time )?(?:cd|ls|cat|echo|git|npm|npx|yarn|pnpm|node|python[\d.]*|pip\d?|docker|kubectl|make|cmake|mkdir|rm|cp|mv|ln|export|source|curl|wget|apt(?:-get)?|yum|brew|grep|find|ps|tar|unzip|sed|awk|sort|head|tail|for|while|if|then|else|do|done|fi|case|esac|set|test|exit|return|read|printf|touch|chmod|chown|go|cargo|rustc|java|mvn|gradle|tsc|jest|bash|sh|zsh|tee|xargs|env|RUN|CMD|ENTRYPOINT|COPY|FROM|ENV|let|const|var|function|import|from|def|class|print|local|trap|eval|exec|ssh|scp|rsync|perl|ruby|php|gcc|clang|cc|dpkg|rpm|systemctl|service|kill|sleep|type|which|who|date|df|du|diff|patch|install|openssl|gpg|true|false|unset|shift|alias|vim?|nano|jq|psql|mysql|sqlite3|aws|gcloud|terraform|helm|ansible|vagrant|pytest|deno|bun|ffmpeg|convert|man|info|less|more|wc|cut|tr|uniq|nohup|history|hostname|uname|id|whoami|ping|dig|nslookup|netstat|ifconfig|ip|ss)(?:\s|$|\()|^(?:\.{0,2}\/[\w.-]{1,40}(?:\s|$)|[[{<(]|\w{1,40}\s?=\s|\w[\w.]{0,60}\()/i;
const code = /=>|\breturn\b|===|!==|\bif ?\(|\w\(\w{0,40}\)|\w\.\w+\(|[{}]\s*$|[{(]\s?\w+ ?(?:&&|\|\|)|^\s{0,40}[&|]{2} ?!?\(?\w+[ .)]|^\s{0,40}(?:#|\/\/|\*|\|\s)|\)\s*(?:&&|\|\|)|(?:&&|\|\|)\s*\w+\.\w|[<>]=?\s\w+\s(?:&&|\|\|)|!\w+ (?:&&|\|\|)|(?:&&|\|\|) !|\|\s\w+\s\||: ?\w+(?:\[\])? ?\||\w\[\w/;
/** Nothing in an expression looks like the option of a program. */
const option = /^[;|&\s"'(]{0,8}\S{1,40} (?:--?[a-z]|\/|aux\b)/i;
const row = /^\|\s[^|\n]{0,200}\s\|[^]{0,2000}\|\s*$/;

/** Whether a short text that is no sentence carries a second command behind its value. */
export function isChained(text: string, raw: string): boolean {
  if (alone.test(text)) return true;
  if (led.test(text)) return !row.test(text) && !looksLikeCode(text, raw);
  if (called.test(text) && /^(?:['";{(@]|(?:system|passthru|shell_exec)\s?\(['"])/.test(text)) return true;
  const encodedLine = text.includes('\n') && !raw.includes('\n');
  if ((commandLine.test(text) || /^[A-Z][A-Z0-9_]*=\S/.test(text)) && !encodedLine) return /(?:;|\|\|?|&&?)\s{0,3}(?:whoami|id|cat \/etc|netstat|ifconfig|nc -|reboot|net user|crontab -r)\b(?=\s|$|;|&|\|)/.test(text) && !/[()={}]/.test(text);
  if (substituted.test(text) && (!/[\w)\]]\s?=\s|^[*#>-] |: /.test(text) || named.test(text))) return true;
  return chainedBehind(text, encodedLine);
}

function chainedBehind(text: string, encodedLine: boolean): boolean {
  behind.lastIndex = 0;
  const first = behind.exec(text);
  if (first === null) return false;
  const start = text.slice(0, first.index);
  if (start.length > 120 || start.split(/\s+/, 6).length > 4 || /^[*#>-]\s/.test(text)) return false;
  const operator = text.slice(first.index, first.index + 2);
  if (/^(?:\||&)/.test(operator) && code.test(text) && !option.test(text.slice(first.index))) return false;
  return operator.startsWith('\n') && !encodedLine ? /^[\w@.:/ -]{0,40}$/.test(start) && !/[:=({]/.test(text.slice(first.index)) : !/=>|\b(?:return|const|let|var)\b|\w\(\w*\)|^\s*(?:\}|\/\/|\*)/.test(start);
}

function looksLikeCode(text: string, raw: string): boolean {
  return /^(?:&&|\|\|)/.test(text) && code.test(text) && !option.test(text) && !/\b(?:cat|ls|ping|sleep|which|del)\b/.test(text) && !raw.startsWith('%');
}
