/** Harmless texts that wear, or seem to wear, what disguises are made of. */
export const benignTexts: readonly string[] = [
  'Die Größe der Straße überraschte die Gäste, während Jürgen über die Brücke ging.',
  'L’été dernier, nous étions allés à Orléans ; la fête de l’école était très réussie.',
  'Сегодня хорошая погода, и мы решили пойти гулять в парк вместе с детьми в 5б классе.',
  'Ο καιρός είναι καλός σήμερα και πηγαίνουμε στο πάρκο.',
  '東京の天気は晴れです。明日は雨が降るかもしれません・駅前のカフェ。',
  '오늘은 날씨가 좋아서 공원에 갔습니다.', 'आज मौसम बहुत अच्छा है और हम सब पार्क में घूमने जा रहे हैं।', 'الطقس جميل اليوم وسوف نذهب إلى الحديقة مع الأطفال.', 'היום מזג האוויר יפה מאוד ואנחנו הולכים לפארק.',
  'สวัสดีครับ วันนี้อากาศดีมาก', 'Hôm nay trời đẹp và chúng tôi đi dạo trong công viên.', 'Zażółć gęślą jaźń.', 'Þetta er íslenskur texti með ð og æ.',
  'Great job 🎉🎉 we shipped it 🚀❤️ 👨‍👩‍👧 🇩🇪🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 2️⃣', '“It’s fine,” she said — and left… “Really?”', 'Pages 10–20, 30—40 and 1914–1918; −5 °C ± 2 µm, 3×4 = 12, ½ + ¼ = ¾, x² + y³ ≤ z⁴.',
  '∀x ∈ ℝ: ⌈x⌉ = −⌊−x⌋, α ∧ ¬β ⇒ 𝑓(𝑥) = ∑ 𝑎ᵢ𝑥ⁱ', '① first ② second ③ third ❶ ❷ ⑴ ⒈', 'C:\\users\\x41\\new\\temp\\readme', '\\\\server\\share\\new folder', 'const re = /^\\d{3}\\u00e9[\\x00-\\x1f\\u0040]+\\n$/u;',
  'printf("a\\tb\\nc\\101\\n");', '\\frac{a}{b} \\alpha \\nabla \\theta \\rho \\times 10^{-3}', 'https://example.org/caf%C3%A9/%E6%9D%B1%E4%BA%AC?q=hello%20world&lang=de&page=2', 'a=b+c&d=e&copy=2&lt=5&reg=7', 'AT&T, R&D, Q&A &amp; more &lt;b&gt;bold&lt;/b&gt; &copy; 2024 &nbsp; &mdash; &hellip;',
  'if (a && b || c & 0xff) x = y % 3; z %= 0x20;', '100% sure, 50%25 off', '{"msg":"line one\\nline two\\tend","path":"C:\\\\new\\\\test"}', 'url(\\"image.png\\") content: "\\201C\\00A0"', 'git log --format=%H%n%an%x09%s', 'date +%Y%m%d_%H%M%S',
  'The ratio is 3∶2 and the time 12：30.', 'Ｗｅｌｃｏｍｅ to the ｖａｐｏｒｗａｖｅ ｐａｒｔｙ', 'Ŝanĝu la ĉapelon, eĥoŝanĝo ĉiuĵaŭde.', 'H̷e̷l̷l̷o̷ t̷h̷e̷r̷e̷', 'col1,col2\\r\\nval1,val2\\r\\n', 'U+0040 \\N{BULLET} &unknown; &#xZZ; %u20ZZ',
];
