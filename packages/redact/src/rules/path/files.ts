import { RulePattern } from '../content-rule.js';

/** Steps that survive a filter which removes `../` once. */
export const nestedSteps: readonly RulePattern[] = [new RulePattern(/\.{4}[\\/]{2}|\.{3}[\\/]\.{1,3}[\\/]|\.\.;[\\/]|\.\.\\\/|\.\.[\\/]{2,}\.\.|^\.\.\/\.\.\/?%|[\\/]%2a$|(?:[\\/]\.\.){2,}(?:etc|windows|boot\.ini|var|proc|root|home|winnt)|\.\\\.\.\\/i)];

const before = String.raw`(?:^["'|@<]{0,2}|^[\w.-]{1,24}[=:]["']?|file:\/{0,3}(?:localhost)?)`;
const unix = String.raw`(?:(?:private[\\/])?etc[\\/]{1,3}(?:\.\/)?[\w.*-]{2,}|usr\/(?:pkg\/etc|lib\/security)\/|proc\/(?:self|\d|version|cmdline|net\/|mounts|cpuinfo|sched|config)|root\/\.|var\/(?:log\/(?:\w{0,16}\/)?(?:[\w.-]{0,16}(?:access|error|auth|secure|sys|mail|boot|cron|daemon|kern|messages|user|fail|last|wtmp|ftp|mysql|exim|sshd|http)[\w.-]{0,24}|apache|httpd|nginx|\w{1,20}$)|mail\/|spool\/|www\/\S{0,60}(?:config|\.ht|\.env|logs?)|lib\/(?:mysql|php|pgsql)|run\/|adm\/|apache\d?\/|webmail\/|cpanel\/)|usr\/local\/(?:apache\d?|etc|cpanel|psa|php\d?|nginx|mysql|zeus|httpd|pgsql)\/|opt\/(?:lampp|xampp|apache\w{0,8})\/|home\/[\w.-]{1,32}\/\.\w|users\/[\w.-]{1,32}\/\.(?:ssh|aws|bash)|boot\/grub|(?:bin|sbin)\/(?:id|sh)$|apache\d?\/(?:logs?|conf)|xampp\/|cgi-bin\/\.\.)`;
const windows = String.raw`[a-z]:[\\/]{1,2}(?:windows|winnt|boot\.ini|autoexec|config\.sys|inetpub|xampp|wamp|apache|php\d?|mysql|unattend|sysprep|sam\b|home\d?\b|pagefile|ntuser|nginx|program files[^\n]{0,80}\.(?:ini|conf|log|cnf|cfg)|users[\\/]{1,2}administrator|documents and settings|wwwroot|tomcat|system32|windows\.old|minint|i386)`;
const dotted = String.raw`(?:\.ht(?:access|passwd|group)s?|\.git\/(?:config|head|index|logs)\w{0,8}|\.svn\/\w{2,12}|\.ssh\/\w{2,20}|\.(?:bash|mysql|zsh|psql|sh)_history|(?:web|meta)-inf\/[\w.\/-]{0,60}|wp-config\.php[\w.~]{0,8}|\.aws\/(?:credentials|config)|\.docker\/config\.json|\.kube\/config|id_[rd]sa(?:\.pub)?)`;

/** Files worth reading, when they are the value or what it names first: everyday work hands over other paths. */
export const sensitiveFiles: readonly RulePattern[] = [
  new RulePattern(new RegExp(String.raw`${before}(?:[\\/]\.\.?)*[\\/]{1,3}(?:\.\/){0,8}${unix}`, 'i')),
  new RulePattern(/(?:^|[\s="'(:,[<@|\x60}])\/{1,2}(?:\.\/)?etc\/{1,2}(?:passwd|shadow|gshadow|sudoers|master\.passwd|ssh\/)/i),
  new RulePattern(/\/proc\/(?:self|\d{1,7})\/(?:environ|cmdline|mem|maps|fd)\b/i),
  new RulePattern(/(?:~|\/root|\/home\/[^/\s]{1,32}|\/Users\/[^/\s]{1,32})\/\.(?:ssh\/\w|aws\/credentials|netrc|kube\/config|bash_history|docker\/config)/),
  new RulePattern(new RegExp(String.raw`(?:^["']?|^[\w.-]{1,24}=|file:\/{0,3})${windows}`, 'i')),
  new RulePattern(/\b[a-z]:[\\/]{1,2}(?:windows[\\/]{1,2}(?:system32|win\.ini)|boot\.ini)|%(?:windir|systemroot|systemdrive|appdata|userprofile)%[\\/]/i),
  // \\server\share
  new RulePattern(/^["']?(?:file:\/{2,3})?\\\\(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,62}|[.?])\\[A-Za-z0-9$_.][A-Za-z0-9$_.:-]{0,62}/),
  new RulePattern(/(?:^|[\s="'(])(?:(?:php|expect|zip|phar|rar|ogg|glob|netdoc|compress\.(?:zlib|bzip2)|ssh2\.\w{2,8}|data|input_file|gopher|dict):\/\/[^\s]|jar:file:|data:text\/plain[;,]|zlib:)/i),
  new RulePattern(/(?:^|[\s="'(])file:\/{1,3}(?:localhost\/|\/)?(?:etc|proc|root|var|boot|sys|home|[a-z]:|windows)/i),
  new RulePattern(new RegExp(String.raw`^["']?(?:~?[\\/]|\.\/|[^\s"']{0,60}[\\/])?${dotted}$|^~?[\\/](?:\.(?:env|npmrc|netrc|ds_store|dockercfg|pgpass|gitconfig|profile|bashrc)|web\.config)$`, 'i')),
  new RulePattern(/^\\{1,2}etc\\|^etc\/(?:passwd|shadow)(?:%00|\0|$)|^\/%2e\/|<!--#include|^(?:[\\/]{0,2}\.{1,2}[\\/]{1,2}){4}/i),
  new RulePattern(/^(?:[a-z]:)?[\\/][^\n"'<>|]{0,120}[\\/](?:httpd\.conf|php[\w-]{0,8}\.ini|my\.(?:cnf|ini)|(?:access|acces|error|ssl_\w{1,8})[._]log|proftpd[\w.]{0,20}|vhosts\.conf|pure-?ftpd\.\w{2,4}|vsftpd\.conf|sshd_config|passwd|shadow)$/i),
];
