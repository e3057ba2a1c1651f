import { sqlText, type SqlText } from './sql-text.js';

const number = String.raw`-?(?:0x[0-9a-f]{1,40}|\d{1,20}(?:\.\d{1,9})?)`;
const quoted = String.raw`(?:'[^']{0,60}'|"[^"]{0,60}")`;
const compares = String.raw`(?:<=>|<>|!=|[<>]=?|=(?!=|>)|[ '"](?:not )?(?:like|rlike|regexp|between)\b|[ '"](?:is|in)\b)`;
const joins = String.raw`(?:\b(?:or|and|xor|having|when|on|not|if|iif|elt|make_set)\b|\|\||&&)`;
const stacked = String.raw`;[ (;]{0,4}(?:drop (?:table|database|schema|user|view|index|function|procedure|column)\b|delete from |insert into |update [\w."\`\[\]]{1,64} set |exec(?:ute)?(?: (?:master|msdb|xp_|sp_|[@'"(]|\w{1,40} ['"@\d])|\(|$)|shutdown(?:$|;|--| with)|truncate (?:table )?\w|declare @|(?:create|alter) (?:or replace )?(?:table|user|login|database|function|procedure|role|view|trigger|temp|temporary)\b|grant [\w ,]{1,60} (?:on|to) |waitfor (?:delay|time)|begin (?:declare|user_lock|dbms)|call \w{1,40}\(|copy[ (]|backup (?:database|log) |load data|if\((?:\d|select|\(|ascii|length|substr|user\b|@@|not exists|exists|system_user|is_srv)|merge into|use \w{1,40};|set @|handler \w|rename table|bulk insert|xp_)`;
const reads = String.raw`;[ (;]{0,4}select(?: [\w*@'"(]|[*@'"(])`;

// What a scanner or an injected query calls; form values and sentences do not.
const functions = String.raw`\bsleep\(\s?['"(]?\d|\bpg_sleep\(|\bbenchmark\(\d|\bwaitfor (?:delay|time)\b|\bdbms_(?:pipe|lock|ldap|xmlgen|utility|java|export_extension)\.|\butl_(?:inaddr|http|file|smtp)\.|\bctxsys\.|\buser_lock\.sleep|\brandomblob\(|\bzeroblob\(|\bextractvalue\(|\bupdatexml\(|\bxmltype\(|\belt\(-?\d|\bmake_set\(|\bjson_keys\(\(|\bgtid_sub\w{1,6}\(|\b(?:multi)?(?:polygon|point|linestring)\(\(select|\bexp\(~|\bprocedure analyse\b|\bload_file\(|\binto (?:out|dump)file\b|\bxp_(?:cmdshell|dirtree|reg\w{1,20}|fileexist|servicecontrol)\b|\bsp_(?:add\w{3,20}|password|makewebtask|oacreate|executesql|configure)\b|\bmaster\.\.|\bopenrowset\(|\bopendatasource\(|\bregexp_substring\(|\bcrypt_key\(|\bfloor\(rand\(|\b(?:rlike|regexp)[ (]{1,3}(?:select|sleep|\(|case)|\bgenerate_series\(-?\d{1,9},-?\d{1,12}(?:,case|\))|\bst_latfromgeohash\(|\brow\(\d|\bname_const\(|\bsysibm\.|\brdb\$|\bmsysaccessobjects\b|\bv\$version\b|\ball_users t\d|\bsysusers as \w+,sysusers|\bhex\(randomblob|\bsqlite_version\(|\bbulk insert \w`;
const catalogue = String.raw`(?:\bfrom |[,(=])information_schema\.|\bsysobjects\b|\bsyscolumns\b|\bsysdatabases\b|\ball_tab(?:les|_columns)\b|\buser_tables\b|\bsqlite_master\b|\bfrom (?:pg_catalog\.)?pg_(?:user|shadow|tables|database|class)\b|\bmysql\.(?:user|db)\b|\bfrom dual\b|@@(?:version|datadir|hostname|basedir|servername|\w{3,20})|\b(?:char|chr|nchar)\(\d{1,3}\)(?:\+|\|\|| )?(?:char|chr|nchar)\(|\bconcat(?:_ws)?\((?:0x|char\(|chr\(|\(select|user|version|database)|\bcase when[ (]{0,3}${number}${compares}|\b(?:ascii|ord|unicode)\((?:substr|mid|lower|\()|\b(?:substring|substr|mid|length|lower|upper)\(\(?(?:select|version|user|database|current|@@)|\b(?:if|iif)\((?:${number}[=<>,]|\(?select|now\(\)=|ascii\(|length\(|substr|user\(|version\()|\bdeclare @\w|\bconvert\(int,|\bcast\(\(?(?:select|chr|char|0x)|(?<![.\w])(?:user|version|database|user_name|db_name|current_user|system_user)\(\)(?:=|<|>|,| like|--|#|$)|\bexec[ (]{1,3}(?:@|'[^']{0,20}'\+|char\(|0x)|\bin boolean mode\)`;

const signature = new RegExp(functions);
const internals = new RegExp(catalogue);
const literals = new RegExp(String.raw`${joins}[ ('"!~+-]{0,6}${number}['")]{0,3}${compares}[('" ~!-]{0,4}(?:${number}|\(?select)`);
const bigWhere = new RegExp(String.raw`\bwhere[ (]{0,3}(?:(?!1=1\b)${number}=${number}|'[^']{0,30}'='|"[^"]{0,30}"=")|^${number}['")]{1,4}(?: as \w{1,20})? where \d|\bwhere 1=1--`);
const equalTexts = new RegExp(String.raw`(?:${joins}|\bwhere\b)[ (!]{0,4}${quoted}(?:${compares}|(?:not )?(?:like|rlike|regexp|in|between)\b)[( ]{0,3}(?:['"]|\d)`);
const sameNames = /(?:\b(?:or|and|xor|having)\b|\|\||&&)[ (]{0,3}([a-z_]\w{0,20})(?:=| like )\1(?![\w.(])/;
const union = new RegExp(String.raw`(?:\b|\d)union[ (]{0,3}(?:(?:all|distinct)[ (]{0,3})?select[ (]{0,4}(?:all |distinct |top \d+ )?[ (]{0,3}(?:null\b|${number}|['"@*#$\`]|[\w.]{1,64}(?:\(|,|\|\||--|#|[ )]from\b|\/\*| into\b))`);
const literalUnion = new RegExp(String.raw`\bunion[ (]{0,3}(?:(?:all|distinct)[ (]{0,3})?select[ (]{0,4}(?:(?:null|${number}|${quoted}),){1,60}(?:null|${number}|${quoted}|\w{1,30}\(\)|@@\w+)['") ]{0,4}(?:$|--|#|;--|from (?:dual|users|information)|from )|\bunion[ (]{0,3}(?:(?:all|distinct)[ (]{0,3})?select[^;]{0,100}?(?:@@|\b(?:version|user|database|current_user)\(|\bnull,(?:null|banner|version)|\bchar\(\d|\b0x[0-9a-f]{4})`);
const stack = new RegExp(stacked);
const stackedRead = new RegExp(reads);
const subquery = /(?:^|\b(?:and|or|in|exists|not|like|rlike|regexp|xor|if)\b|[=<>+|&,*/-])[ (!~-]{0,5}\(?select (?:\w{1,20}\(|[\w*@'"(]{1,40}[ ,|)(])|^\(select |\(select[*( ]+(?:from|sleep)/;
/** A comment that swallows what comes after the value, and not one that says something. */
const comment = String.raw`(?:--(?:-?$|[^\w'">-]|\w{0,2}$|-?\d)|#[^a-z]{0,6}$|#\w$|\/\*[^'"]{0,10}$)`;
const cut = new RegExp(String.raw`['"]\)*;?${comment}|^-?\d+['")]*;?(?:--|\/\*)|^\d{1,2}['")]*#$|^(?:admin\w*|root|sa|user|test|guest)\)*;?(?:--|#$|\/\*)|;--[ -]{0,2}$`);
const ordered = /(?:^|['")\d])[ )'"]{0,3}\b(?:order|group) by \d{1,6}(?:,\d{1,6}){0,40}(?:--|#|\/\*|\)|;|$)|^['")(\w%-]{0,24} (?:order|group) by [\w,]{1,60}(?:--|#|having)|\bhaving[ (]{1,2}(?:\d{1,9}|['"])[=<>]|^['")(\w%-]{1,24} (?:limit \d+,\d+|having \d)|\border by \(?(?:select|case|if\(|sleep)/;
const opening = new RegExp(String.raw`^['")(% ;]{0,6}(?:or|and|xor|\|\||&&)(?:[ (!~'"]{1,4}|(?=not))(?:not )?(?:(?:true|false|null|\d{1,9}|['"]\w{0,20}['"]?|[a-z]{1,2})[)'"]{0,4}(?:--|#|;|\/\*)|(?:true|false|1|0|['"]{1,2}\w{0,20}['"]?)$|exists\(|isnull\(|ascii\(|(?:pg_)?sleep\b|benchmark\(|[a-z_.]{1,30}(?: not)? (?:like ['"]|is (?:not )?null|in\())|^['")]{0,3}\w{0,20} or (?:\d{1,9}|true)[)'"]{0,4}(?:--|#|\/\*)`);

const operand = String.raw`(?:[ (!~+-]|not ){0,5}(?:${number}['")]{0,4}(?:${compares}|--|#|\/\*|;|$| (?:or|and|limit|union|into)\b)|['"][^'"]{0,60}(?:['"]|$)|['"\`]|\(|exists\b|select\b|(?:true|false|null)\b|@|[a-z_][\w.$]{0,60}(?:${compares}|\())`;
const closing = String.raw`^['"][\\'"\`)%]{0,6};?[ ;]{0,3}`;
/** What follows a quote that closes a string the value did not open. */
const afterQuote = new RegExp(
  String.raw`${closing}(?:(?:(?:or|and|xor|not)\b|\|\||&&)(?:${operand}|$)|union[ (]{1,3}(?:all|distinct|select)|(?:order|group) by [\d(]|having\b[ ('"]{0,3}[\d'"]|limit \d|procedure\b|into (?:out|dump)|waitfor\b|where \w{1,40}[=<> ]|(?:rlike|regexp|between)\b[ ('"]{0,3}['"\d(]|(?:like|in)[ (]{1,3}\(?['"\d(]|is (?:not )?null|${comment})`,
);
/** The same when nothing but a word or a number stands before it. */
const afterShortQuote = new RegExp(String.raw`${closing}(?:(?:or|and|xor|&|\|)(?:${operand}|$)|=['"\d(]|[+*^&<>-]{1,2}['"\d(@]|<>|!=|\|\|(?:$|['"\w(])|;$|[ ;]{0,2}(?:insert into|drop (?:table|database)|delete from|exec(?:ute)? |shutdown\b|select [\w*@'"(]{1,40}[ ,])|${comment})`);
const shortStart = /^[\w@.%-]{0,24}$/;
const fuzz = /^(?:['"`\\]|%(?:27|22)){1,3}[)]{0,3}[;,]{0,2}(?:--|#|\/\*|;|%|\))?[-+ #'"]{0,3}(?:or|and)?$|^[01]?['"`]{1,2}\)*[;,]{0,2}(?:--|#|\/\*)?[- ]{0,3}(?:or|and)?$|^['"](?:=|-|&|\^|\*|\|\||\+|or|and|like|<|>)['"0-9(]|^(?:[a-np-z]|admin|root|user|test)['"]\)*$|^['"]?,?\)*,?['"]?\)+;?--|^\d?,?@@\w{3,30}$|^0x[0-9a-f]{0,40}(?:27|22)[0-9a-f]{1,40}$|^\d['"]=['"]\d|^(['"])(\w{1,8})\1=\1\2\1?$|^like ['"]%|^\*?\(?\|\(\w{1,20}=\*/;
const mismatched = /^(?:''|"")$/;

/** Whether a short text that is no sentence reads like a value made to change the query around it. */
export function isSqlAttack(value: string): boolean {
  if (value.trim() === '/**/' || /^0x(?:[0-9a-f]{2}00){4}/i.test(value)) return true;
  const sql = sqlText(value);
  if (looksLikeAttack(sql)) return true;
  return sql.glued !== undefined && looksLikeAttack({ ...sql, text: sql.glued });
}

function looksLikeAttack(sql: SqlText): boolean {
  const { text } = sql;
  if (literals.test(text) || bigWhere.test(text) || equalTexts.test(text) || signature.test(text)) return true;
  return sql.isStatement ? isOddStatement(text) : isFragment(text);
}

/** Statements that make or unmake accounts and tables in one line, and end in a comment. */
const administration = /\bidentified by \w|\bmysql\.user\b|^drop \w{1,20} \w{1,40}(?:--|#)|^grant (?:connect|resource|dba) to\b|^declare @\w{1,20} [^;]{0,60}@\w{1,20}=0x/;

/** A whole statement is everyday; one whose strings or comments end in the wrong place is not. */
function isOddStatement(text: string): boolean {
  if (administration.test(text) || literalUnion.test(text) || /^select[^;]{0,400};(?:drop|shutdown|exec|truncate|delete|insert|update|declare|waitfor|create user)\b/.test(text)) return true;
  return /['"\d)];?(?:--|#)[ '"]{0,2}\d?['"]?$|'--['" ]|\b(?:or|and) ['"]?\d['"]?(?:--|#)|\b(?:sysobjects|syscolumns|msysaccessobjects)\b|^exec(?:ute)?[ (]{1,3}['"@(]|^declare @\w{1,20}[^;]{0,200}\bexec\b|^select[ (]{0,2}case when[ (]{0,2}(\d{1,9})=\1|\bor [@"]/.test(text) && !/^(?:create|insert)\b/.test(text);
}

function isFragment(text: string): boolean {
  if (text.length <= 40 && fuzz.test(text) && !mismatched.test(text)) return true;
  if (internals.test(text) || union.test(text) || sameNames.test(text) || stack.test(text) || opening.test(text) || ordered.test(text)) return true;
  if (stackedRead.test(text) || subquery.test(text)) return true;
  if (cut.test(text) && !/^['"][^'"]*['"]/.test(text.replace(/^['"]{1,2}[)-]/, ''))) return true;
  const at = strayQuote(text);
  return afterQuote.test(text.slice(at)) || (shortStart.test(text.slice(0, at)) && afterShortQuote.test(text.slice(at)));
}

/** The first quote that is no apostrophe: nothing has opened a string before it. */
function strayQuote(text: string): number {
  const apostrophe = /[a-zà-ž]'[a-zà-ž]/;
  for (let at = text.search(/['"]/); at >= 0 && at < text.length; ) {
    if (at === 0 || !apostrophe.test(text.slice(at - 1, at + 2)) || /^'(?:or|and|union)\b/.test(text.slice(at, at + 7))) return at;
    const next = text.slice(at + 1).search(/['"]/);
    at = next < 0 ? text.length : at + 1 + next;
  }
  return text.length;
}
