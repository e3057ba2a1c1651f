import { fill, seeded } from '../secrets/random.js';

const lines = String.raw`
Встреча состоится 14 марта 2026 года в 10:30, кабинет 204.
Пароль должен содержать не менее 12 символов, включая цифры.
Το μουσείο είναι ανοιχτό από τις 9:00 έως τις 17:00, εκτός Δευτέρας.
Ο κωδικός πρόσβασης λήγει σε 90 ημέρες.
تم افتتاح المتحف في عام ١٩٩٨ ويستقبل ٢٠٠٠ زائر يومياً.
كلمة المرور يجب أن تكون طويلة.
संग्रहालय १९९८ में खुला और प्रतिदिन २००० आगंतुक आते हैं।
พิพิธภัณฑ์เปิดในปี ๒๕๔๑ และมีผู้เข้าชม ๒๐๐๐ คนต่อวัน
博物館は１９９８年に開館し、毎日２０００人が訪れます。
パスワードは１２文字以上にしてください。
密码必须至少包含十二个字符。
회의는 2026년 3월 14일 오전 10시 30분에 열립니다.
Cuộc họp diễn ra lúc 10 giờ 30 ngày 14 tháng 3.
Toplantı 14 Mart 2026 saat 10:30'da yapılacak.
Zażółć gęślą jaźń — 1 234 567 osób.
Die Prüfung kostet 1 250,00 € — zahlbar bis 31.12.2026.
L’été 2026 : 30 °C à l’ombre, 2 500 visiteurs – un record.
“Smart quotes” — and dashes – in 2019–2024 cost £3–5.
naïve café résumé façade coöperate Zürich Malmö
e = mc², a² + b² = c², H₂O, CO₂, 10⁻³
𝔘𝔫𝔦𝔠𝔬𝔡𝔢 letters are fun, 𝟣𝟤 points for style
👩‍💻 shipped v2.4.1 🎉 with 👨‍👩‍👧 mode ❤️
🏳️‍🌈 1️⃣ 2️⃣ 3️⃣ go!
https://search.test/?q=caf%C3%A9+m%C3%BCnchen&lang=de&page=2
/wiki/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0
GET /search?q=%22exact%20phrase%22%20-word&from=2026-01-01
redirect_uri=https%3A%2F%2Fapp.corp.test%2Fcallback&response_type=code
a%20b%2Fc%3Fd%3De
100%25 sure, 50% off, 3%!
&lt;div class=&quot;card&quot;&gt;Tom &amp; Jerry&lt;/div&gt;
&copy; 2026 Brightside &mdash; all rights reserved &nbsp;&bull;&nbsp; Terms
It&#39;s &#8220;fine&#8221; &#8212; really
if (a &amp;&amp; b &lt; 10) { return a &gt;&gt; 2; }
const re = /[\u0400-\u04ff\u0370-\u03ff]+/u;
"\u00e9t\u00e9 \u2014 no\u00ebl"
const esc = '\x1b[31mred\x1b[0m';
"\u4f1a\u8bae\u5c06\u4e8e\u5341\u70b9\u5f00\u59cb"
'\x89PNG\r\n\x1a\n'
b'\x00\x01\x02\x03\xff\xfe'
data:image/png;base64,iVBORw0KGgoAAAANSUhEUg{b120}
"content": "{b160}=="
VGhlIG1lZXRpbmcgc3RhcnRzIGF0IHRlbiBvJ2Nsb2NrLg==
eyJuYW1lIjoic2hvcCIsInZlcnNpb24iOiIxLjIuMyJ9
U2VlIHlvdSBvbiBNb25kYXkhIFRoZSBjYWtlIGlzIGluIHRoZSBraXRjaGVuLg
The co\u00ADoper\u00ADa\u00ADtion of dic\u00ADtio\u00ADnar\u00ADies
نص‌فارسی با نیم‌فاصله در سال ۱۴۰۴
ISBN 978‑3‑16‑148410‑0, pages 12–34
Version 2.14.1‐beta · build {h7}
中国移动 2026 年第 1 季度收入 2,500 亿元
№ 5 из 12, стр. 34–56
C:\Users\x64\u2026\tools\new\table
\\server\x86\share\u0041bc
\frac{1}{2} \times \underline{x} \xi_{12}
/^[\x20-\x7e]{3,40}$/.test(line)
/[\u{1f300}-\u{1f6ff}]/u
sed 's/\x1b\[[0-9;]*m//g'
printf '\033[1;32m%s\033[0m\n' ok
"\u003cdiv\u003e\u0026nbsp;\u003c/div\u003e"
{"text":"Fran\u00e7ois \u2013 30\u00a0% off"}
\xe2\x9c\x93 passed 12 of 12
Subject: =?UTF-8?B?{b40}=?=
Content-Transfer-Encoding: quoted-printable =E2=80=93 caf=C3=A9
0x48656c6c6f20776f726c64
48656c6c6f2c20686f772061726520796f75
{h64}
{b64}
{b43}=
Öffnungszeiten: Mo–Fr 9–17 Uhr, Sa 10–14 Uhr
`.trim().split('\n');

/** Texts of other scripts, of escapes and of encoded data without anything to hide. */
export function harmlessScripts(seed: string): readonly string[] {
  const random = seeded(`${seed} scripts`);
  return lines.flatMap((line) => [1, 2].map(() => fill(line.replaceAll('\\u00AD', '\u00ad'), random)));
}
