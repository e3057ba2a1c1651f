import { combine, family, held, spread, type Family } from './corpus.js';

const prompts = combine(
  ['Write a {0} script that {1}.', 'Can you explain how {1} works in {0}?', 'How do I {1} with {0} safely? I do not want to break anything.', 'What is the difference between {2} and {3}?', 'explain {2}', 'Why does `{2}` fail with "{4}"?', 'Give me three examples of {2}; keep them short.', 'Please review this: {2}. Is it better than {3}?', 'You are a helpful assistant. Summarise what {2} does, then list the risks -- briefly.', 'Translate to French: "{1} and {3}"', 'how do I use {2} safely', "What's the output of {2} when x = 'a' or y = 'b'?", 'Is it true that {2} is slower than {3}? Explain step by step.', 'In {0}, should I use {2} or {3}?', 'Fix my {0} code so that it can {1} without {2}'],
  ['python', 'bash', 'SQL', 'JavaScript', 'PowerShell'],
  ['delete old log files', 'select rows and union the results', 'evaluate user input', 'drop a table and create it again', 'run a command and read its output', 'read /etc/hosts', 'order rows by two columns'],
  ['rm -rf', 'eval()', 'UNION SELECT', 'os.system', 'SELECT * FROM t', 'exec', 'subprocess.run', 'sleep(5)', 'a $(...) substitution', 'the ; separator', 'DROP TABLE', 'curl | sh', 'require()', '../ in a path', "' in SQL", 'GROUP BY', '{{ x }}', 'WAITFOR DELAY', 'the -- comment', 'child_process'],
  ['rm', 'ast.literal_eval', 'UNION ALL', 'INTERSECT', '&&', 'TRUNCATE'],
  ['permission denied', 'syntax error near \'or\'', 'command not found'],
);

const subjects = ['The committee', 'Our union', "The company's board", 'A spokesman for the ministry', 'She', "L'équipe", 'Die Gewerkschaft', 'El comité', 'The "old" guard', "Mr. O'Neil; his wife", 'Nobody at all'];
const verbs = ['selected a delegate from the list', 'dropped the table on the floor; it broke', "said it wasn't 'ready' or 'done' yet", 'decided to order by phone and group by age', "n'a pas répondu; il a dit « non » ou « peut-être »", 'hat 3 oder 4 Punkte -- je nachdem -- verloren', 'puede elegir entre «sí» o «no»; nada más', 'sold 50% of its shares (or 1 = 1 share each)', 'wrote: "update the plan, then delete from memory"', 'was asleep | awake & well', 'cost $5 and not $(6)', "won 3-2 -- again -- in '98 or '99", 'said "yes" or "no" and left'];
const tails = ['on Monday.', 'in the third quarter, the report says.', 'according to the 2019 census; see page 4.', 'and nobody objected!', "because it was the neighbours' turn.", ''];

const pages = combine(
  [
    "# {0}\n\nThe `{1}` statement reads rows.\n\n```sql\nSELECT {2}, b FROM t1\nUNION\nSELECT {2}, b FROM t2; -- both\n```\n\nUse `ALL` to keep duplicates. A comment starts with `--` or stands in `/* */`.\n",
    "{0}\n\nExample: find every customer whose name is 'Ann' or 'Bob':\n\n  SELECT * FROM customers WHERE name = 'Ann' OR name = 'Bob';\n  DELETE FROM {2} WHERE id = 1; -- careful\n  DROP TABLE {2};\n\nResult: 2 rows.",
    "UNION combines results. Syntax: SELECT {2} FROM t1 UNION [ALL] SELECT {2} FROM t2 ORDER BY 1; the columns must match.",
    "-- {0}\nCREATE TABLE {2} (id int, name text DEFAULT '');\nINSERT INTO {2} VALUES (1, 'it''s'), (2, 'or');\nUPDATE {2} SET name = 'x' WHERE id = 1 OR name = 'y';\n/* done */\nSELECT count(*) FROM {2};\n",
    "The {1} clause: `WHERE a = 'x' AND b > 1`. HAVING filters groups, e.g. `HAVING count(*) > 1`; {2} is optional.",
    "SELECT SLEEP(5); pauses for five seconds. {1} never sleeps. See also BENCHMARK() and the {2} functions in the manual.",
    "| Statement | Meaning |\n|---|---|\n| `{1}` | {0} |\n| `DROP TABLE {2};` | removes the table |\n| `-- x` | comment |",
    "INSERT INTO {2} (a, b)\nSELECT a, b FROM other\nWHERE a <> '' -- skip\n  AND (b = 1 OR b = 2);",
    "mysql> SELECT {2} FROM t WHERE a = 'b' OR c = 'd';\n+---+\n| {2} |\n+---+\n1 row in set (0.00 sec)",
    "Strings are quoted with ' and doubled inside: 'O''Brien'. Identifiers use \" as in \"{2}\". {0} explains {1}.",
  ],
  ['Combining queries', 'Deleting rows', 'A short tour', 'Reference', 'How NULL works', 'Limits and offsets'], ['SELECT', 'UNION', 'WHERE', 'INSERT', 'MERGE'], ['users', 'orders', 'name', 'price', 'film_actor'],
);

const code = combine(
  [
    "import {{0}} from '../../{1}/{0}.js';\nimport x from \"../x\";\n\nexport const {0} = (a, b) => a === '{1}' || b === 'x' ? a : b; // or both\n",
    "def {0}(self, {1}):\n    \"\"\"Run {1} -- or not.\"\"\"\n    if {1} == 'a' or {1} == \"b\":\n        return self.eval({1})\n    return re.compile(r'{1}').match(x)\n",
    '#!/bin/sh\nset -e\nDIR=$(dirname "$0")\ncd "$DIR/../.." && ls -la | grep {0} > /dev/null 2>&1 || exit 1\nfor f in *.{1}; do cat "$f"; done\nrm -rf build/{0}\n',
    'FROM node:20\nRUN apt-get update && apt-get install -y curl; rm -rf /var/lib/apt/lists/*\nCOPY ../{0} /app/{1}\nCMD ["sh", "-c", "node {0}.js"]\n',
    '{0}: {1}.o\n\t$(CC) -o $@ $< && ./{0}; echo `date`\n\trm -f *.o\nclean:\n\trm -rf $(BUILD)/{1}\n',
    '## {0}\n\nRun `npm install` and then `{0} --{1}`; or use `cat {1} | sh`.\n\n```sh\ncurl -fsSL https://example.com/{0}.sh | sh\nls -la; pwd\n```\n\nSee [the guide](../../docs/{1}.md).\n',
    'func {0}({1} string) error {\n\tcmd := exec.Command("git", {1})\n\tif err := cmd.Run(); err != nil || {1} == "" {\n\t\treturn fmt.Errorf("{0}: %w", err)\n\t}\n\treturn nil\n}\n',
    'public class {0} {\n  @Override public String {1}() { return "a" + \'b\' + (x > 1 && y < 2 ? "or" : "and"); }\n}\n',
    "const {0} = `SELECT * FROM {1} WHERE id = ${id}`; // a query\nawait db.exec({0});\nconst m = /a'b/.exec({1});",
    'static int {0}(const char *{1}) { return strcmp({1}, "\'") == 0 || *{1} == \'"\'; } /* quotes */',
    "  if (a == '{0}' && b != '{1}') { c = 1; }", 'const { {0} } = require("../../{1}");', "{0} = '{1}' if x else \"--\"", "print('{0}'); print(\"{1}\")  # both", '  "{0}": "node ../../scripts/{1}.js && npm run build",', "assert.equal({0}('a'), '{1}');", 'while read -r {0}; do echo "$({1} "$x")"; done', "echo '{0}' | sed 's/{1}/x/' | sort -u", 'git log --oneline | head -5 && git diff ../{0}', '<a href="../../{0}.html" onclick="{1}()">x</a>', "grep -n \"{0}\" ../{1}/*.c; ls", "case '{0}': return \"{1}\";", "log.info('{0} or {1}', a, b);", "x = [i for i in {0} if i != '{1}' and i]",
  ],
  ['load', 'main', 'parse', 'Reader'], ['users', 'config', 'name', 'id'],
);

/** Prose, prompts, pages about SQL and source code, as they pass through tools every day. */
export const benignTexts: Readonly<Record<'prose' | 'prompts' | 'sql' | 'code', readonly Family[]>> = {
  prose: [
    family('sentences', spread(combine(['{0} {1} {2}', '{0} {1} {2}\n\n{0} {1} again, {2} Then they left.'], subjects, verbs, tails), 900)),
    held('mails', combine(['Hi {0},\n\nthanks for your mail; {1}. Please find the notes below -- they are "final".\n\n{2}\n\nBest,\nJo'], ['Ann', "Mr. O'Neil", 'all'], ['we select the date on Friday or Monday', "it's fine, and I'll order by phone", 'la réunion est à 10h; à bientôt'], ['1) drop the table from the list; 2) update the plan', "We can't do 'a' and 'b'", '| a | b |\n| 1 | 2 |'])),
  ],
  prompts: [family('prompts', spread(prompts.filter((_, at) => at % 4 !== 3), 800)), held('prompts again', spread(prompts.filter((_, at) => at % 4 === 3), 300))],
  sql: [family('pages', pages.filter((_, at) => at % 4 !== 3)), held('pages again', pages.filter((_, at) => at % 4 === 3))],
  code: [family('code', code.filter((_, at) => at % 4 !== 3)), held('code again', code.filter((_, at) => at % 4 === 3))],
};
