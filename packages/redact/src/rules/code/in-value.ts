import { RulePattern } from '../content-rule.js';

const free = String.raw`(?<![\w.$])(?<!\b(?:def|function|fn|func|async|void|int)[ \t]{1,4})`;
const sum = String.raw`\s{0,3}\d{1,9}\s{0,3}[*+]\s{0,3}['"]?\d{1,9}['"]?\s{0,3}`;

const python = [
  new RulePattern(new RegExp(String.raw`${free}(?:eval|exec|execfile)[ \t]{0,2}\([ \t\n]{0,8}[^\s)]`)),
  new RulePattern(/(?<![\w.$])compile[ \t]{0,2}\([^\n)]{1,200},[ \t]{0,4}["'](?:exec|eval|single)?["'][ \t]{0,4}[,)]/),
  new RulePattern(/__import__[ \t]{0,2}\(|\bimportlib\.import_module[ \t]{0,2}\(|\bbuiltins\.(?:eval|exec|open)|__builtins?(?:ins)?__(?:\.|\[|['"])|(?:globals|locals|vars)\(\)?[^\n]{0,40}\)?\[['"]|getattr\([^\n]{0,60}__(?:import|builtins|class|globals|subclasses|bases)__|__code__\b/),
  new RulePattern(/\bos\.(?:system|popen|exec[lv]p?e?|spawn[lv]p?e?|posix_spawn|dup2)[ \t]{0,2}\(|\bcommands\.get(?:status)?output\(|\bpty\.spawn\(|\bctypes\.CDLL\(|\basyncio\.create_subprocess_/),
  new RulePattern(/\bsubprocess\.(?:call|run|Popen|check_output|check_call|getoutput|getstatusoutput)[ \t]{0,2}\(|!!python\/|^c(?:os|posix|__builtin__)\n(?:system|popen|eval)\n/),
  new RulePattern(/\b(?:c?[pP]ickle|marshal|dill|shelve)\.loads?[ \t]{0,2}\(|\byaml\.(?:unsafe_load|full_load)[ \t]{0,2}\(|\bopen\(['"](?:\/etc\/|\||\/[\w/.-]{1,80}['"][^)\n]{0,12}\)\.read)|\bos\.(?:fork|kill|_exit)\(|\bshutil\.rmtree\(['"]\/|\bimport os ?;|\bfrom (?:os|subprocess) import [^\n;]{1,40};|\bcode\.interact\(|\bsys\.modules\[['"]os|^while\s?(?:True:|\((?:1|true)\))\s?(?:pass|\{\s?\})/),
  new RulePattern(/__(?:subclasses|globals|builtins|mro|bases|base)__|\b__class__(?:\.__|['"])|\{\{[^{}\n]{0,80}__\w{2,20}__/),
];

const script = [
  new RulePattern(/\b(?:require|import|_load)[ \t]{0,2}\([ \t]{0,2}["'](?:node:)?(?:child_process|vm|repl)["']|\bprocess\.(?:binding|dlopen)[ \t]{0,2}\(|^process\.(?:exit|kill)\(|\bprocess\.mainModule\b/),
  new RulePattern(/(?<![\w.$])(?:execSync|execFileSync|spawnSync)[ \t]{0,2}\([ \t]{0,4}[^\s)]|\bchild_process\.\w{1,20}[ \t]{0,2}\(|\bx?\(?['"]child_process['"]\)\.exec|root\.process\b/),
  new RulePattern(/\bFunction[ \t]{0,2}\([ \t]{0,4}["'`]|\bconstructor\.constructor\b|\.constructor\(['"`]|\[['"]constructor['"]\]|\bvm\.runIn(?:This|New)?Context[ \t]{0,2}\(|\bmodule\.constructor\b|Reflect\.(?:construct|apply)\(\s?(?:Function|eval)|__proto__(?:\.|["']\s?:|\[)|"constructor"\s?:\s?\{\s?"prototype"|_\$\$ND_FUNC|\bthen\(eval\)|return eval\b|\['ev'|Deno\.run\(/),
  new RulePattern(/\bset(?:Timeout|Interval)[ \t]{0,2}\([ \t]{0,4}["'`]|\brequire\(['"]fs['"]\)\.(?:read|write|unlink)\w{1,16}\(/),
];

const php = [
  new RulePattern(/<\?(?:php|=)[^\n]{0,200}(?:\x60|\$_(?:GET|POST|REQUEST|COOKIE)|\b(?:system|exec|passthru|shell_exec|eval|popen|assert|phpinfo|include|file_get_contents|base64_decode)\b)|<script language=["']?php/i),
  new RulePattern(/(?<![\w.$>:])(?:shell_exec|passthru|proc_open|pcntl_exec|popen|phpinfo)[ \t]{0,2}\((?:[ \t]{0,4}[^\s)]|\)\s{0,2}(?:;|\}))|(?<![\w$>:])system[ \t]{0,2}\([ \t]{0,4}["'$][^)\n]{0,200}["'\])]\s{0,3}\)/i),
  new RulePattern(/\bassert\s?\(\s?(?:['"][^'"\n]{0,80}\(|\$_)|\bpreg_replace\s?\(\s?['"](.)[^\n]{0,80}\1[a-z]{0,5}e[a-z]{0,5}['"]|\bcreate_function\s?\(|\b(?:call_user_func(?:_array)?|array_map|array_filter)\s?\(\s?['"](?:system|exec|passthru|assert|shell_exec|eval)|\busort\([^)\n]{0,40}['"](?:assert|system)|\$_(?:GET|POST|REQUEST)\s?\[[^\]\n]{0,20}\]\s?\(|\b(?:eval|include|require)(?:_once)?\s?\(?\s?(?:\$_|['"](?:https?|ftp|php|data):)|\bunserialize\s?\(\s?\$_|\$\{@?(?:print|system|eval|phpinfo|exec)\b|\{\$\{|^[OC]:\d{1,5}:"[\w\\]{1,80}":\d|\bfile_get_contents\s?\(\s?['"](?:\/|\.\.|https?:)|\bprint_r\(scandir\(|^(?:chr\(\d{1,3}\)\.){2}/i),
];

const templates = [
  new RulePattern(new RegExp(String.raw`(?:\{\{=?|\$\{\{?|#\{|<%=|\*\{|@\(|%\{|\[\[(?:\$\{)?)${sum}(?:\}|%>|\)|\])|^\{${sum}\}`)),
  new RulePattern(/\{\{\s{0,3}(?:(?:config|settings)(?:\.items\(\)|\.SECRET\w{0,8}|\[['"])?\s{0,3}\}\}|self\._|request(?:\.application|\|attr|\[)|cycler\b|joiner\b|lipsum\b|namespace\.|get_flashed_messages\b|url_for\.|dump\(|app\.request|range\.constructor|['"[(][^}\n]{0,40}(?:\|\s?(?:attr|filter|map|sort|join)\b|\.__)|\$on\.|_self\b|constructor\b|this\.constructor)/),
  new RulePattern(/\{\{#with "s" as|\{\{this\.constructor|<#assign [^\n]{0,60}\?new|\$\{"[^"\n]{1,60}"\?new|#set\s?\(\s?\$\w{1,20}\s?=[^\n]{0,200}(?:forName|getClass|\.class\b|\$e)|\$\w{1,10}\.(?:getClass\(\)|class\.|inspect\()|\.getClass\(\)\.forName|\{php\}|\{system\(|Smarty_Internal|\$\{self\.module|\$\{class\.|<%\s?import os|@\{System\.|\$\{\{<%/),
  new RulePattern(/<%=?\s{0,3}(?:system|exec|\x60|File\.|IO\.|Dir\.|eval|Kernel|require)|#\{\s{0,2}(?:\x60|system|exec|eval|IO\.|File\.|%x)/),
];

const other = [
  new RulePattern(/[%$]\{\(?#(?:\w{1,20}\s?=|_member|context)|_memberAccess\b|\bxwork\.MethodAccessor|[%$*]\{\(?#?\w{0,10}=?@java\./i),
  new RulePattern(/\$\{[^}\n]{0,60}\b(?:Runtime|ProcessBuilder|java\.lang)\b|\bRuntime\.getRuntime\(\)|\bnew[ \t]{1,4}(?:java\.lang\.)?ProcessBuilder[ \t]{0,2}\(|\bjava\.lang\.(?:Runtime|ProcessBuilder)\b|\bforName\(['"]java\.|\bScriptEngineManager\(\)|\bT\(java\.|\bclass\.(?:module\.)?classLoader\b|^rO0AB/i),
  new RulePattern(/%x(?:\([^)\n]{1,120}\)|\{[^}\n]{1,120}\})|\bKernel\.(?:exec|system|open|spawn)\b|\bProcess\.spawn\(|\bIO\.popen\b|\bOpen3\.\w{1,12}|\b(?:instance|class|module)_eval[ (]{1,2}['"]|\bsend\(:(?:eval|system|exec)|\bconst_get\(:Kernel|\bopen\(['"]\|/),
  new RulePattern(/\bexec\.Command\(["'](?:\/bin\/)?(?:ba)?sh["']|Diagnostics\.Process\.Start|\bos\.execute\(|\bio\.popen\(|\bload(?:string)?\(['"]os\.|\bprocess::Command::new\(|"[^"\n]{1,80}"\.execute\(\)|\bEval\.me\(|\bInvoke-Expression\b|\bIEX[ (]|\bdo shell script\b|CreateObject\(["']WScript\.Shell|^[=+@-](?:\w{1,10}\([^)\n]{0,20}\)[*+-])?(?:cmd|powershell|msexcel)\||^=?DDE\(|^[=@+-]\w{0,12}\([^)\n]{0,40}\)\*?cmd\|/i),
  new RulePattern(/\bperl -e\b|\bphp -r\b|^\x60(?:id|ls|cat|whoami|uname|curl|wget)\b[^\x60\n]{0,120}\x60;?$/),
];

/** What a value that reaches an interpreter is made of; source code is full of it. */
export const inValue: readonly RulePattern[] = [...python, ...script, ...php, ...templates, ...other];
