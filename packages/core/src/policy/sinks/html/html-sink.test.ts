import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileHtmlSink, type HtmlSinkOptions } from './html-sink.js';

const check = compileHtmlSink({});

const benign = [
  '', 'plain text', '1 < 2 and 3 > 2', 'R&D & more, &amp; &lt; &#39; &foo;', '<p>a<p>b', '<b>bold</b> <i>x</i><br>', '<br/>', '<a href="https://example.org/?a=1&amp;b=2" title="x">y</a>', '<a href="?a=1&b=2#c">', '<a href="/x/y">', '<a href="../z">', '<a href="#top">', '<a href="mailto:a@b.c">m</a>', '<img src="https://e.org/a.png" alt="a" width="1">',
  '<ul><li>a<li>b</ul>', '<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td colspan="2">b</td></tr></tbody></table>', '<H1 LANG=en>A</H1>', '<blockquote cite="https://e.org">q</blockquote>', '<p>é😀 ü</p>\r\n', '<pre><code>if (a &lt; b) {}</code></pre>', "<span title='a > b'>x</span>", '<a href="//e.org/x">', '<b><p>x</b></p>', '<td>x', '<a href="./a:b">', '<a href="HTTPS://E.ORG">', '<ol start="3" reversed></ol>',
];

const attacks = [
  '<script>alert(1)</script>', '<SCRIPT SRC=//e.org>', '<scr\0ipt>', '<script/x>', '<script', '<img src=x onerror=alert(1)>', '<IMG """><SCRIPT>alert(1)</SCRIPT>">', '<img src=x ONERROR=alert(1)>', '<img/onerror=alert(1) src=x>', '<p onclick="x">', '<b onmouseover=x>', '<body onload=x>', '<html onclick=x>', '<frameset onload=x>', '<svg onload=x>', '<svg><script>1</script></svg>', '<svg/onload=x>', '<math><mtext>x', '<math href="javascript:1">', '<svg><style><img src=x onerror=1>', '<math><mi><table><mglyph><style><img src=x onerror=1>', '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=1 src>">',
  '<iframe src="https://e.org">', '<iframe srcdoc="<script>">', '<object data=x>', '<embed src=x>', '<applet>', '<base href=//e.org>', '<meta http-equiv=refresh content="0;url=x">', '<link rel=stylesheet href=x>', '<style>*{}</style>', '<p style="background:url(x)">', '<template><p>x</template>', '<noscript><p title="</noscript><img src=x onerror=1>">', '<noembed>', '<noframes>', '<xmp>', '<plaintext>', '<listing>', '<textarea>', '<title>', '<form action=x>', '<input>', '<button formaction=x>', '<select><option>', '<isindex>', '<keygen>', '<image src=x>', '<portal src=x>', '<dialog open>', '<video src=x>', '<audio src=x>', '<marquee onstart=1>', '<details ontoggle=1>', '<x-y>', '<custom>', '<foo:bar>', '<xss style=x>',
  '<!-- x -->', '<!-->', '<!--><img src=x onerror=1>-->', '<!doctype html>', '<!x>', '<?xml version="1.0"?>', '<?php 1 ?>', '<![CDATA[x]]>', '</ x>', '</>', '<%= x %>x<!', '<a href="x" href="javascript:1">', '<a href="x"title="y">', '<a href=a"b>', '<a href=a=b>', '<a "x">', '<a =x>', '<a href=>', '<p/x>', '<div/>', '</p x=1>', '</p/>', '<p', '<p title="', '<p title="x', '&#0;', '&#xD800;', '&#x110000;', '&#1;', '&#x80;', '\x01', '\0', '\ud800', '\uffff', '<p title=`x`>', '<',  'a<', '</', 'a &amp b', '&#39',
  '<a href="javascript:alert(1)">', '<a href="JaVaScRiPt:1">', '<a href=" javascript:1">', '<a href="\tjavascript:1">', '<a href="java\tscript:1">', '<a href="java\nscript:1">', '<a href="java&#9;script:1">', '<a href="java&Tab;script:1">', '<a href="java&NewLine;script:1">', '<a href="&#106;avascript:1">', '<a href="&#x6a;avascript&colon;1">', '<a href="javascript&colon;1">', '<a href="&#x1;javascript:1">', '<a href="\u00a0javascript:1">', '<a href="\u200bjavascript:1">', '<a href="ｊavascript:1">', '<a href="vbscript:1">', '<a href="data:text/html,x">', '<a href="data:,x">', '<a href="blob:https://e.org/x">', '<a href="file:///etc/passwd">', '<a href="ftp://e.org">', '<a href="view-source:x">', '<a href="about:blank">', '<a href="x:y">', '<a href="tel:1">', '<a href="intent://x">', '<img src="data:image/svg+xml,x">', '<img src="javascript:1">', '<a href="https://[">', '<a href="http://a b/">', '<a href="feed:javascript:1">', '<a href="jar:https://e.org!/">', '<q cite="javascript:1">',
  '<img srcset="x 1x">', '<a ping=x>', '<a target=_blank>', '<a download>', '<p id=x>', '<p name=x>', '<p class=x>', '<p is=x>', '<p data-x=y>', '<p xmlns=x>', '<a xlink:href="javascript:1">', '<p xml:base=x>', '<p contenteditable>', '<p tabindex=1>', '<p slot=x>', '<p background=x>', '<td background="javascript:1">', '<p title="javascript:alert(1)">', '<p @click="x">', '<p :x="y">', '<p v-on:x="y">', '<p src=x>', '<p href=x>', '<script\n>', '<b\x0conclick=1>', '<b\u000bonclick=1>', '<b/onclick=1>', '<ſcript>', '<img src="x" / onerror=1>', '<a\thref\n=\r"javascript:1">', '<p title="a"onclick="x">', '<a href="x" onfocus=1 autofocus>',
];

describe('the html sink', () => {
  it.each(benign)('lets %j pass', (text) => {
    expect(check(text)).toBeUndefined();
  });

  it.each(attacks)('refuses %j', (text) => {
    expect(check(text)).toBeDefined();
    expect(check(`<p>a</p> ${text}`)).toBeDefined();
    expect(check(`<table><tr><td>${text}</td></tr></table>`)).toBeDefined();
  });

  it('lets in what a policy names', () => {
    const options: HtmlSinkOptions = { tags: ['p', 'a', 'video'], attributes: { '*': ['class', 'id'], a: ['href'], video: ['src', 'poster'] }, schemes: ['https', 'tel'], allow_relative: false };
    const own = compileHtmlSink(options);

    for (const text of ['<p class="a" id="b">', '<a href="tel:1">', '<video src="https://e.org" poster="https://e.org/x">', '<a href="//e.org/x">']) expect(own(text)).toBeUndefined();
    for (const text of ['<b>', '<p href="https://e.org">', '<a href="/x">', '<a href="">', '<a href="mailto:x">', '<video src="http://e.org">', '<video poster="javascript:1">', '<a class="javascript:1">']) expect(own(text)).toBeDefined();
    expect(compileHtmlSink({ attributes: ['class'] })('<p class="x">')).toBeUndefined();
    expect(compileHtmlSink({ attributes: ['class'] })('<a href="/x">')).toBeDefined();
    expect(compileHtmlSink({ schemes: ['http'] })('<a href="//e.org">')).toBeDefined();
    for (const url of ['//e.org', '\\\\e.org', '/\\e.org', '\\/e.org', '///e.org', '////e.org']) expect(compileHtmlSink({ schemes: ['http'] })(`<a href="${url}">`)).toBeDefined();
  });

  it.each([
    [{ tags: ['script'] }, '"script" cannot be allowed'], [{ tags: ['P'] }, '"P" is not a name'], [{ tags: ['svg'] }, '"svg"'], [{ tags: ['*'] }, '"*"'], [{ attributes: ['onclick'] }, '"onclick" cannot be allowed'], [{ attributes: ['style'] }, '"style"'], [{ attributes: { a: ['xlink:href'] } }, '"xlink:href"'],
    [{ schemes: ['javascript'] }, '"javascript" can hold code'], [{ schemes: ['data'] }, '"data"'], [{ schemes: ['https:'] }, '"https:" is not a scheme'], [{ max_length: -1 }, 'max_length'],
  ] as const)('%j is an error', (options, message) => {
    expect(() => compileHtmlSink(options)).toThrow(message);
  });

  it.each(['<div>', '<b>', '<p>', '<', '&', '<p a', ' a=1', '<table>', '</b>', '<p title="', "'", '<!--', '&#', '&amp', '\ud83d\ude00'])('answers a text of 30000 times %j in time', (part) => {
    const start = performance.now();
    compileHtmlSink({ max_length: 10_000_000 })(`<p ${part.repeat(30_000)}`);
    compileHtmlSink({ max_length: 10_000_000 })(part.repeat(30_000));
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('refuses more open elements than a reader can take', () => {
    expect(check('<div>'.repeat(512))).toBeUndefined();
    expect(check('<div>'.repeat(513))).toBeDefined();
    expect(check('<div></div>'.repeat(2000))).toBeUndefined();
    expect(check('<br>'.repeat(2000))).toBeUndefined();
  });

  it('never throws, never quotes the text, and goes on refusing whatever stands before', () => {
    const word = fc.constantFrom('<', '>', 'p', '<b', ' ', '"', "'", '=', '/', '!', '--', 'href', 'javascript:', 'ZZSECRETZZ', '&', ';', '#', '\0', '</', 'on', '<!', '?', '😀');

    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(word).map((words) => words.join(''))), (text) => {
        expect(check(text)?.reason ?? '').not.toContain('ZZSECRETZZ');
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...attacks), fc.constantFrom(...benign.filter((text) => !text.includes('\r'))), (attack, before) => {
        expect(check(`${before} ${attack}`)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});
