import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalHost, isPrivateHost } from './host.js';
import { compileNetwork } from './network.js';

const allowing = compileNetwork({ allowed_domains: ['good.com', '*.good.org', '203.0.113.7', 'münchen.de'] });
const denying = compileNetwork({ denied_domains: ['evil.com', '*.bad.org', 'пример.рф', '198.51.100.1'], deny_all_other: false });

/** Each with the bypass of D-67 that it is. */
const bypasses: readonly (readonly [string, string])[] = [
  ['1 scheme in capitals', 'HTTPS://evil.com'],
  ['1 scheme in mixed case', 'hTTp://evil.com/x'],
  ['2 userinfo', 'http://api.good.com@evil.com/'],
  ['2 userinfo with password', 'https://good.com:80@evil.com:443/'],
  ['2 userinfo with at signs', 'https://good.com@good.com@evil.com'],
  ['2 userinfo before a backslash', 'http://evil.com\\@good.com/'],
  ['2 userinfo behind a backslash', 'http://good.com\\@evil.com/'],
  ['2 userinfo with spaces', 'http://good.com @evil.com/'],
  ['3 bare host', 'evil.com'],
  ['3 bare host in capitals', ' EVIL.COM '],
  ['3 bare host with port', 'evil.com:8080'],
  ['3 bare host with path', 'evil.com/path?x'],
  ['3 bare host with a dot', 'evil.com.'],
  ['3 bare host in a sentence', 'connect to evil.com:443 now'],
  ['3 bare host with www', 'see www.evil.com for more'],
  ['3 scp', 'git@evil.com:x/y.git'],
  ['4 network path', '//evil.com/x'],
  ['4 network path in quotes', '<a href="//evil.com">'],
  ['4 more slashes', '///evil.com'],
  ['4 backslashes', '\\\\evil.com\\share'],
  ['4 mixed slashes', '/\\evil.com'],
  ['5 ftp', 'ftp://evil.com'],
  ['5 ws', 'ws://evil.com'],
  ['5 wss', 'wss://evil.com'],
  ['5 ssh', 'ssh://evil.com'],
  ['5 git+ssh', 'git+ssh://git@evil.com/x'],
  ['5 s3', 's3://evil.com/key'],
  ['5 gopher', 'gopher://evil.com:70/'],
  ['5 unknown', 'x-y.z://evil.com'],
  ['6 below a denied host', 'https://www.evil.com'],
  ['6 far below a denied host', 'https://a.b.c.evil.com/'],
  ['7 zero-width in the host', 'https://ev\u200bil.com'],
  ['7 zero-width in the scheme', 'ht\u200btps://evil.com'],
  ['7 soft hyphen', 'https://ev\u00adil.com/'],
  ['7 fullwidth', 'https://ｅｖｉｌ.com'],
  ['7 fullwidth slashes', 'https:／／evil.com'],
  ['7 ideographic full stop', 'https://evil。com'],
  ['7 mathematical letters', 'https://𝐞𝐯𝐢𝐥.com'],
  ['8 one slash', 'http:/evil.com'],
  ['8 no slash', 'http:evil.com'],
  ['8 backslashes', 'http:\\\\evil.com'],
  ['8 one backslash', 'see http:\\evil.com'],
  ['8 many slashes', 'http://////evil.com'],
  ['9 tab in the scheme', 'ht\ttp://evil.com'],
  ['9 line break in the scheme', 'x ht\ntps://evil.com'],
  ['9 tab in the host', 'http://ev\til.com/'],
  ['9 line break in the host', 'http://ev\nil.com/'],
  ['9 tab between the slashes', 'http:/\t/evil.com'],
  ['9 leading control', '\x01http://evil.com'],
  ['10 percent-encoded host', 'http://%65vil.com'],
  ['10 percent-encoded dot', 'http://evil%2ecom/'],
  ['11 several URLs', 'https://good.com and https://evil.com'],
  ['11 in a query', 'https://good.com/?next=https://evil.com'],
  ['11 in JSON', '{"url":"https://evil.com"}'],
  ['11 in markdown', '[x](https://evil.com)'],
  ['11 in code', "fetch('https://evil.com')"],
  ['11 behind a data URL', 'data:text/html,<img src=http://evil.com>'],
  ['11 behind javascript', "javascript:fetch('//evil.com')"],
  ['11 with dot at the end', 'Look at https://evil.com.'],
  ['11 in bold', '**https://evil.com**'],
];

describe('compileNetwork', () => {
  it.each(bypasses)('D-67, %s: is refused when not allowed', (_, text) => {
    expect(allowing.check(text)[0]?.reason).toMatch(/allowed_domains|cannot be read/);
  });

  it.each(bypasses)('D-67, %s: is refused when denied', (_, text) => {
    expect(denying.check(text).map(({ reason }) => reason)).toContain('host matches denied_domains "evil.com"');
  });

  it.each([
    'http://[::1]/', 'http://[::ffff:203.0.113.8]/', '[::1]:80', '::1', 'fe80::1%eth0', 'http://127.0.0.1', '127.0.0.1', '127.0.0.1:80', '10.0.0.1/x', 'http://0x7f.1', 'http://2130706433/', 'http://0177.0.0.1', '0x7f.0.0.1:80', 'http://127.1',
    'http://a/', 'http://x', 'localhost', 'localhost:3000', 'http://localhost', 'connect localhost:80', 'https://gооd.com', 'https://xn--80ak6aa92e.com', 'good.com.evil.net', 'https://good.com.evil.net/', 'notgood.com', 'https://good.org', 'a.xn--p1ai', 'пример.рф', 'evil.zip:80', 'evil.sh/x', 'evil.tokyo', 'evil.co.uk', 'https://münchen.com', 'user:pass@evil.net:22', '//intranet/x', 'http://good.com%00.evil.net', 'https://good.com\n.evil.net/', 'http://169.254.169.254/latest', 'see 10.0.0.1:80', 'jdbc:mysql://db.evil.net/x', 'http://$HOST/',
  ])('refuses %j where it is not allowed', (text) => {
    expect(allowing.check(text)).not.toEqual([]);
  });

  it.each([
    'hello world', '', '.', '...', 'report.pdf', 'index.js', 'README.md', 'main.py', 'src/index.ts', './a/b.c', '/usr/lib/x.so/y', '1.2.3', '1.2.3.4.5', 'v1.2', 'e.g.', 'i.e. this', 'obj.method', 'console.log(x)', 'Done.Next one', 'It is done.Next', 'a@evil.net', 'write to a@evil.net, please', 'mailto:a@evil.net',
    'https://good.com', 'HTTPS://GOOD.com/', 'good.com', 'good.com:443/x', 'https://a.good.org/x', 'https://a.b.good.org', 'http://203.0.113.7/', '203.0.113.7', 'https://münchen.de', 'https://xn--mnchen-3ya.de/', 'https://good.com.', 'see https://good.com, and (https://good.com).', 'https://user@good.com/',
    '12:30', '12:30:45', 'a: b', 'key:value', 'C:\\Users\\x', 'C:/Users/x', 'file:///etc/passwd', 'data:text/plain,x', 'javascript:void(0)', 'urn:isbn:1', 'tel:+123', '// a comment', 'x = 1; // todo.', 'a//b', 'src//index.ts', 'and/or', '1/2', '3.14', '127.1', '2130706433', 'file.ts:12', 'main.py:10:5', 'std::vector', 'x?.y', 'node.js/express', 'foo.bar()', '{"a":"b.c"}', 'user.created', 'com.example.Thing', 'Hello.There', 'self.assertEqual', 'Mr.Smith', 'http://', 'https:// x', 'the http: prefix', 'package.json', 'a.tar.gz', 'see README.md/section', 'ratio 16:9', 'SELECT a.id FROM b', '日本語。テスト', 'http', '::', 'image.png?x', '*.ts',
  ])('finds no forbidden host in %j', (text) => {
    expect(allowing.check(text)).toEqual([]);
  });

  it.each(['see evil.com', 'a@evil.com', 'evil.com, and', 'x.evil.com', '(EVIL.com)', 'a.bad.org', 'ПРИМЕР.РФ', 'http://пример.рф', 'xn--e1afmkfd.xn--p1ai', 'www.evil.com.', 'http://198.51.100.1', '198.51.100.1', 'at 198.51.100.1 x', 'http://[::ffff:198.51.100.1]', 'http://0xc6336401/', 'evil.com.', '_evil.com', `${'a.'.repeat(5000)}evil.com`])('finds a denied host in %j', (text) => {
    expect(denying.check(text)).not.toEqual([]);
  });

  it.each(['notevil.com', 'evil.com.good.net', 'evil.community', 'bad.org', 'https://other.net', 'evil com', 'http://$x/'])('lets %j pass where only others are denied', (text) => {
    expect(denying.check(text)).toEqual([]);
  });

  it('names the policy and the offset, never the text', () => {
    expect(allowing.check('x https://evil.com/secret')).toEqual([{ reason: 'host is not in rules.network.allowed_domains', offset: 10 }]);
    expect(denying.check('x https://www.evil.com/')).toEqual([{ reason: 'host matches denied_domains "evil.com"', offset: 10 }]);
  });

  it('lets `*` allow all but what is denied', () => {
    const rule = compileNetwork({ allowed_domains: ['*'], denied_domains: ['evil.com'] });

    expect(rule.check('https://a.net http://10.0.0.1 //b.com')).toEqual([]);
    expect(rule.check('https://www.evil.com')).toHaveLength(1);
  });

  it('lets a denied `*` deny every host and no other word', () => {
    const rule = compileNetwork({ allowed_domains: ['*'], denied_domains: ['*'] });

    expect(rule.check('https://a.net')).toHaveLength(1);
    expect(rule.check('see README.md')).toEqual([]);
  });

  it('allows addresses by their name only', () => {
    const rule = compileNetwork({ allowed_domains: ['10.*', '*.0.0.1', '[2606:4700::1111]'] });

    expect(rule.judgeHost('10.0.0.1')).toBeDefined();
    expect(rule.judgeHost('2606:4700:0::1111')).toBeUndefined();
    expect(rule.judgeHost('[2606:4700::1111]', 443)).toBeUndefined();
  });

  it('finds a denied word without a dot', () => {
    expect(compileNetwork({ denied_domains: ['intranet'], deny_all_other: false }).check('see intranet now')).toHaveLength(1);
  });

  it('denies every host below a denied glob and addresses by glob', () => {
    const rule = compileNetwork({ denied_domains: ['10.*', 'ads-*.net'], deny_all_other: false });

    expect(['http://10.1.2.3', 'ads-1.net', 'http://0xa010203'].map((text) => rule.check(text).length)).toEqual([1, 1, 1]);
  });

  it.each(['', ' ', 'a b', 'http://a.com', 'a.com/x', 'a@b.com', 'a..b', '*.a..b', 'a.com:80', '\u0000', '*.\u0000x'])('throws for the pattern %j', (pattern) => {
    expect(() => compileNetwork({ allowed_domains: [pattern] })).toThrow(/^allowed_domains: expected a host/);
  });

  it('looks at the folded text that it is given', () => {
    const rule = compileNetwork({ denied_domains: ['evil.com'], deny_all_other: false, fold: () => ({ text: 'https://evil.com' }) });

    expect(rule.check('é')).toEqual([{ reason: 'host matches denied_domains "evil.com"' }]);
    expect(rule.check('plain')).toEqual([]);
  });

  it.each(['a.', 'http://', '//', 'http:', 'a@', 'http://a@', '\\', ':', '.', '[::', 'http:\n', '/\\', '//a', 'www.', '!', 'http://!', 'x:80 ', 'a.com:1 ', '.com/', '\u200b', 'é.', "'@", 'a.evil.com ', '[', '-', 'http://a.b ', 'ht\ntp:', '%41', 'http://%41'])('reads a long text of %j in linear time', (piece) => {
    const text = piece.repeat(Math.ceil(300_000 / piece.length));
    const started = performance.now();

    allowing.check(text);
    denying.check(text);
    denying.check(`http://${text}`);

    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('never throws', () => {
    const piece = fc.oneof(fc.constantFrom('http:', '//', '/', '\\', '@', 'evil.com', ':80', '[', ']', '::1', '%', '\t', '\n', '\u200b', '\ud800', '\0', '.', ' ', 'www.', '127.0.0.1', '#', '?'), fc.string({ unit: 'binary', maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(Array.isArray(allowing.check(text)) && Array.isArray(denying.check(text))).toBe(true);
        allowing.judgeHost(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps denied what changes case and encoding only', () => {
    const letter = (c: string): fc.Arbitrary<string> => (c === '.' ? fc.constantFrom('.', '%2e', '。', '．') : fc.constantFrom(c, c.toUpperCase(), `%${c.charCodeAt(0).toString(16)}`, `${c}\u200b`, String.fromCharCode(c.charCodeAt(0) + 0xfee0)));
    const host = fc.tuple(...Array.from('evil.com', letter)).map((letters) => letters.join(''));
    fc.assert(
      fc.property(fc.constantFrom('http://', 'HTTPS:\\\\', 'x https://', 'ws:/', 'http://good.com@', '{"a":"https://'), host, fc.constantFrom('', '/', ':80', '?x', '#y'), (before, name, after) => {
        expect(denying.check(before + name + after)).not.toEqual([]);
        expect(allowing.check(before + name + after)).not.toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('canonicalHost', () => {
  it.each([
    ['EXAMPLE.com', 'example.com'], ['example.com.', 'example.com'], ['0x7f.1', '127.0.0.1'], ['2130706433', '127.0.0.1'], ['0177.0.0.1', '127.0.0.1'], ['[::1]', '::1'], ['::1', '::1'], ['::ffff:10.0.0.1', '10.0.0.1'], ['MÜNCHEN.de', 'xn--mnchen-3ya.de'], ['ｅxample.com', 'example.com'],
  ])('spells %j %j', (text, host) => {
    expect(canonicalHost(text)).toBe(host);
  });

  it.each(['', 'a b', 'a/b', 'a@b', 'a:80', '[::1]:80', 'a..', '..', 'a#', '999.1.1.1.1', '[', ']', '\ud800', '\0', 'a'.repeat(3000), '1.2.3.256'])('takes %j for no host', (text) => {
    expect(canonicalHost(text)).toBeUndefined();
  });
});

describe('isPrivateHost', () => {
  it.each(['127.0.0.1', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '255.255.255.255', '224.0.0.1', '240.0.0.1', '192.0.2.1', '198.18.0.1', '::1', '::', 'fe80::1', 'fc00::1', 'ff02::1', '2002:7f00:1::', '64:ff9b::7f00:1', '64:ff9b:1::1', '::7f00:1', '2001::1', '2001:db8::1', 'fec0::1', '100::1', '::ffff:0:7f00:1', 'localhost', 'a.localhost', 'a.local', 'metadata.google.internal', 'intranet', 'router.lan', '127.0.0.1.nip.io'])('takes %j for private', (host) => {
    expect(isPrivateHost(host)).toBe(true);
  });

  it.each(['example.com', '8.8.8.8', '2606:4700::1111', 'mylocal.com', 'local.example.com'])('takes %j for public', (host) => {
    expect(isPrivateHost(host)).toBe(false);
  });
});
