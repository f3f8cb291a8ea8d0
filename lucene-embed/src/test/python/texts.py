"""The texts whose vectors and token ids are stored as reference values.

Deterministic: every run gives the same list, in the same order. The first PROMPTED texts are also
encoded with a model's prompts, so they hold a little of everything.

Characters that a reader or an editor could not tell apart are written as escapes.
"""

from __future__ import annotations

import json

PROMPTED = 40


def _text(name: str, text: str) -> dict:
    return {"name": name, "text": text}


def _repeat(name: str, unit: str, times: int) -> dict:
    return {"name": name, "repeat": unit, "times": times}


_WORDS = (
    "river stone library of the index and a merge segment policy writes to disk while reader "
    "searcher opens new commit point with deleted documents filtered by live bits in memory "
    "sorted by date price or distance from station the query rewrites into simpler clauses when "
    "analyzer lowercases tokens removes stopwords stems plurals and keeps offsets for highlighting "
    "sunlight weather forest mountain engine bicycle harbour winter telescope photosynthesis "
    "mitochondria jurisprudence counterintuitive electroencephalography parliament economics "
    "quarterly report shareholders antibiotics resistance genome sequencing kubernetes latency"
).split()


def _prose(words: int, seed: int) -> str:
    """Sentences of a fixed pseudo-random choice of words (a linear congruential generator)."""
    state = seed
    out = []
    sentence = 0
    for _ in range(words):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        word = _WORDS[(state >> 33) % len(_WORDS)]
        if sentence == 0:
            word = word.capitalize()
        sentence += 1
        if sentence >= 7 and (state >> 20) % 5 == 0:
            word += "."
            sentence = 0
        out.append(word)
    return " ".join(out)


_FIRST = [
    ("quickstart-1", "The weather is lovely today."),
    ("quickstart-2", "It's so sunny outside!"),
    ("quickstart-3", "He drove to the stadium."),
    ("empty", ""),
    ("blank", "   "),
    ("one-letter", "a"),
    ("question", "How many people live in London?"),
    ("passage", "London had a population of 8,866,180 in 2022, more than any other city in the "
                "United Kingdom, and is one of the most visited places of the world."),
    ("emoji-family", "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 at the beach"),
    ("chinese", "露西是一个用于全文检索的开源库。"),
    ("arabic", "مكتبة البحث في النصوص الكاملة"),
    ("hindi", "नमस्ते दुनिया, यह एक परीक्षण है।"),
    ("combining-decomposed", "Cafe\u0301 Zoe\u0308 nai\u0308ve re\u0301sume\u0301"),
    ("combining-composed", "Caf\u00e9 Zo\u00eb na\u00efve r\u00e9sum\u00e9"),
    ("nul", "before\u0000after"),
    ("special-tokens", "[CLS] [SEP] [MASK] [PAD] [UNK]"),
    ("url", "https://lucene.apache.org/core/10_5_1/core/org/apache/lucene/search/Query.html?is-external=true#rewrite"),
    ("email", "Please write to first.last+tag@mail.example.co.uk or call +44 20 7946 0958."),
    ("java", "public static void main(String[] args) throws IOException { System.out.println(\"hi\"); }"),
    ("json", "{\"id\": 42, \"tags\": [\"a\", \"b\"], \"nested\": {\"ok\": true, \"x\": null, \"y\": -1.5e-3}}"),
    ("long-word", "pneumonoultramicroscopicsilicovolcanoconiosis"),
    ("upper", "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG"),
    ("istanbul", "\u0130stanbul'da ya\u015fıyor; DIYARBAKIR, d\u0131\u015far\u0131"),
    ("full-width", "Ｆｕｌｌ－ｗｉｄｔｈ\u3000１２３\u3000ＡＢＣ"),
    ("prices", "It costs $1,299.99 (€1.149,00 / £999 / ¥150,000 / ₹85,000), a 20% discount."),
    ("prompt-like-query", "query: what is a skip list"),
    ("prompt-like-passage", "passage: a skip list is a probabilistic data structure"),
    ("prompt-like-bge", "Represent this sentence for searching relevant passages: skip lists"),
    ("newlines", "first line\nsecond line\r\nthird line\rfourth\u2028fifth\u2029sixth"),
    ("leading-space", "  leading and trailing  "),
    ("science", "Mitochondrial DNA polymerase gamma mutations cause progressive external "
                "ophthalmoplegia in patients with multiple deletions."),
    ("hebrew-marks", "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ"),
]

_FIRST_TAIL = [
    ("paragraph", "Apache Lucene is a high-performance, full-featured search engine library written "
                  "entirely in Java. It is a technology suitable for nearly any application that "
                  "requires structured search, full-text search, faceting, nearest-neighbour search "
                  "across high-dimensionality vectors, spell correction or query suggestions."),
    ("punctuation-only", "?!... --- ;;; ((()))"),
]

_TEXTS = [
    # Nothing, or next to nothing
    ("tab", "\t"),
    ("newline", "\n"),
    ("many-newlines", "\n\n\n\r\n\t \n"),
    ("no-break-space", "\u00a0"),
    ("ideographic-space", "\u3000"),
    ("zero-width-space-only", "\u200b"),
    ("bom-only", "\ufeff"),
    ("nul-only", "\u0000"),
    ("replacement-character", "\ufffd"),
    ("one-digit", "7"),
    ("one-capital", "Q"),
    ("one-period", "."),
    ("one-quote", "\""),
    ("one-backslash", "\\"),
    ("one-apostrophe", "'"),
    ("one-underscore", "_"),
    ("one-hash", "#"),
    ("one-cjk", "山"),
    ("one-kana", "あ"),
    ("one-hangul", "한"),
    ("one-emoji", "\U0001F600"),
    ("one-umlaut", "ü"),
    ("one-combining-mark", "\u0301"),
    ("one-supplementary-letter", "\U00010400"),
    # Emoji
    ("emoji-row", "\U0001F600\U0001F602\U0001F60D\U0001F97A\U0001F621\U0001F631"),
    ("emoji-skin-tones", "\U0001F44D\U0001F3FB \U0001F44D\U0001F3FC \U0001F44D\U0001F3FD "
                         "\U0001F44D\U0001F3FE \U0001F44D\U0001F3FF"),
    ("emoji-flags", "\U0001F1E9\U0001F1EA \U0001F1EF\U0001F1F5 \U0001F1E7\U0001F1F7 vs "
                    "\U0001F1EB\U0001F1F7"),
    ("emoji-flag-scotland", "\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"),
    ("emoji-rainbow-flag", "\U0001F3F3\uFE0F\u200D\U0001F308 parade"),
    ("emoji-profession", "\U0001F469\U0001F3FD\u200D\U0001F680 and \U0001F468\u200D\u2695\uFE0F"),
    ("emoji-keycap", "press 1\uFE0F\u20E3 then #\uFE0F\u20E3"),
    ("emoji-variation-selector", "\u2764 \u2764\uFE0F \u2764\uFE0E"),
    ("emoji-in-sentence", "I love pizza \U0001F355 and sushi \U0001F363!!! \U0001F60B\U0001F60B"),
    ("emoji-glued", "great\U0001F44Djob\U0001F389party"),
    ("emoji-unicode-15", "\U0001FAE8 \U0001FACF \U0001FABF"),
    ("emoticons", ":-) ;-P :'( <3 ¯\\_(ツ)_/¯ (╯°□°)╯︵ ┻━┻"),
    # Scripts
    ("chinese-traditional", "繁體中文與簡體中文的檢索並不相同。"),
    ("chinese-mixed", "我用Lucene 10建立了100万条向量的索引。"),
    ("chinese-extension-b", "\U00020000\U00020001 \U0002A6D6 古字"),
    ("japanese", "吾輩は猫である。名前はまだ無い。"),
    ("japanese-hiragana", "ありがとうございます"),
    ("japanese-katakana", "コンピューター・プログラミング"),
    ("japanese-half-width-katakana", "ｺﾝﾋﾟｭｰﾀｰ"),
    ("japanese-voiced-marks", "か\u3099き\u3099は\u309a vs がぎぱ"),
    ("korean", "서울은 대한민국의 수도이다."),
    ("korean-jamo", "\u1112\u1161\u11ab\u1100\u1173\u11af"),
    ("korean-compatibility-jamo", "ㅋㅋㅋ ㅎㅎ ㅠㅠ"),
    ("thai", "ภาษาไทยไม่มีช่องว่างระหว่างคำ"),
    ("lao", "ສະບາຍດີ ຊາວໂລກ"),
    ("khmer", "សួស្តី\u200bពិភពលោក"),
    ("burmese", "မင်္ဂလာပါ ကမ္ဘာလောက"),
    ("tibetan", "བཀྲ་ཤིས་བདེ་ལེགས།"),
    ("vietnamese", "Tiếng Việt có sáu thanh điệu: ngang, huyền, sắc, hỏi, ngã, nặng."),
    ("vietnamese-decomposed", "Tie\u0302\u0301ng Vie\u0323\u0302t"),
    ("arabic-vowels", "بِسْمِ ٱللَّٰهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ"),
    ("arabic-digits", "السعر ١٢٣٤٫٥٦ ريال"),
    ("arabic-tatweel", "محـــمد"),
    ("persian", "می\u200cخواهم کتاب بخوانم"),
    ("urdu", "یہ ایک آزمائشی جملہ ہے۔"),
    ("hebrew", "שלום עולם, זהו משפט לבדיקה."),
    ("hebrew-english", "The word שלום means peace."),
    ("yiddish", "ייִדיש איז אַ שפּראַך"),
    ("hindi-conjuncts", "क्षत्रिय ज्ञान श्रीमती विद्यार्थी"),
    ("marathi", "मराठी भाषा महाराष्ट्रात बोलली जाते"),
    ("bengali", "আমার সোনার বাংলা, আমি তোমায় ভালোবাসি"),
    ("tamil", "தமிழ் ஒரு செம்மொழி"),
    ("telugu", "తెలుగు భాష"),
    ("malayalam", "മലയാളം ഒരു ദ്രാവിഡ ഭാഷയാണ്"),
    ("sinhala", "ශ්\u200dරී ලංකාව"),
    ("georgian", "საქართველო მდებარეობს კავკასიაში"),
    ("armenian", "Բարեւ աշխարհ"),
    ("amharic", "ሰላም ልዑል"),
    ("greek", "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας."),
    ("greek-polytonic", "Ἐν ἀρχῇ ἦν ὁ λόγος"),
    ("greek-final-sigma", "ΟΔΥΣΣΕΥΣ ὀδυσσεύς"),
    ("russian", "Съешь же ещё этих мягких французских булок, да выпей чаю."),
    ("russian-upper", "МОСКВА — СТОЛИЦА РОССИИ"),
    ("ukrainian", "Ґанок їжак єдність"),
    ("serbian", "Ћирилица и latinica: љњџ ǉǌǆ"),
    ("mongolian", "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ"),
    ("cherokee", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ"),
    ("gothic", "\U00010330\U00010331\U00010332 \U00010333"),
    ("cuneiform", "\U00012000\U00012001"),
    ("deseret", "\U00010414\U00010428\U00010445"),
    ("mixed-scripts", "Hello мир 世界 こんにちは 안녕 שלום مرحبا नमस्ते Γειά"),
    ("mixed-scripts-glued", "abcабв漢字かなカナ한글אבגابجअआ"),
    # Latin with marks, cases and ligatures
    ("german", "Die Straße führt über große Brücken nach Österreich."),
    ("german-capital-sharp-s", "GROẞE STRAẞE und GROSSE STRASSE"),
    ("french", "Où est l'œuvre de Gaëlle ? Ça coûte 12,50 € à Nîmes."),
    ("spanish", "¿Dónde está el niño? ¡Qué sorpresa! El pingüino comió."),
    ("portuguese", "São Paulo não é a capital do Brasil; avós e avôs."),
    ("polish", "Zażółć gęślą jaźń"),
    ("czech", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
    ("hungarian", "Árvíztűrő tükörfúrógép"),
    ("romanian", "Țară și știință; ţară şi ştiinţă"),
    ("turkish", "Iğdır'ın ılık çayı, İZMİR ve ısı"),
    ("turkish-dotted-capital", "\u0130\u0130\u0130 I\u0307 i\u0307"),
    ("icelandic", "Kæmi ný öxi hér, ykist þjófum nú bæði víl og ádrepa"),
    ("swedish", "Flygande bäckasiner söka hwila på mjuka tuvor"),
    ("finnish", "Pyöräilijä söi äkäisesti hyytelöä"),
    ("lithuanian-dots", "Įlinkdama fechtuotojo špaga; J\u0307 \u012f\u0307\u0301"),
    ("latvian", "Glāžšķūņa rūķīši dzērumā čiepj"),
    ("ligatures", "ﬁnd the oﬃce ﬂoor ﬆation ﬅ ĳ Ĳ ŉ"),
    ("titlecase-digraphs", "ǅ ǈ ǋ ǲ"),
    ("superscripts", "x² + y³ = z⁴, H₂O, 1ˢᵗ, ½ ⅓ ¼"),
    ("letterlike", "™ ℠ № ℃ ℉ Ω Å K ℵ ℝ"),
    ("roman-numerals", "Ⅷ ⅷ Ⅻ chapter IV"),
    ("circled", "① ② Ⓐ ⓑ ㊗ ㈱"),
    ("mathematical-alphanumerics", "\U0001D4D7\U0001D4EE\U0001D4F5\U0001D4F5\U0001D4F8 "
                                   "\U0001D7CF\U0001D7D0"),
    ("small-caps", "ᴛʜɪs ɪs sᴍᴀʟʟ"),
    ("upside-down", "ʇxǝʇ uʍop ǝpısdn"),
    ("many-marks", "Z\u0334\u0306\u035b\u0322a\u0335\u030d\u0321l\u0337\u0301\u0328g\u0336\u0308o\u0338\u030a"),
    ("mark-order", "q\u0307\u0323 q\u0323\u0307"),
    ("angstrom", "\u212b \u00c5 A\u030a"),
    ("ohm", "\u2126 \u03a9"),
    ("full-width-digits", "１２３４５６７８９０"),
    ("full-width-punctuation", "「こんにちは」、『世界』！？（テスト）"),
    ("homoglyphs", "раураl vs paypal, Αpple vs Apple"),
    # Control, format and unusual characters
    ("controls", "a\u0001b\u0002c\u0007d\u0008e\u000bf\u000cg\u001bh\u007fi"),
    ("control-picture-of-words", "one\u0001two three\u0085four"),
    ("tabs", "col1\tcol2\t\tcol3"),
    ("zero-width", "zero\u200bwidth\u200cjoin\u200ders\u2060and\ufeffbom"),
    ("bom-first", "\ufeffThe file starts with a byte order mark."),
    ("soft-hyphen", "co\u00adop\u00ader\u00ada\u00adtion"),
    ("directional", "\u202aleft\u202c \u202bright\u202c \u2066iso\u2069 \u200e\u200f"),
    ("spaces", "a\u00a0b\u2002c\u2003d\u2009e\u202ff\u205fg\u3000h"),
    ("dashes", "a-b a‐b a‑b a‒b a–b a—b a―b a−b"),
    ("quotes", "'single' \"double\" ‘curly’ “curly” «guillemets» „low“ ‹x›"),
    ("apostrophes", "don't don’t donʼt don`t don´t rock'n'roll"),
    ("ellipses", "wait... wait… what?!?! no‽"),
    ("private-use", "\ue000\uf8ff and \U000F0000"),
    ("noncharacters", "x\ufdd0y\ufffez\uffffw"),
    ("unassigned", "a\u0378b\U0001FBFAc"),
    ("tag-characters", "hidden\U000E0041\U000E0042"),
    ("variation-selector-supplement", "葛\U000E0100"),
    ("interlinear", "a\ufff9b\ufffac\ufffbd"),
    ("object-replacement", "an image \ufffc here"),
    ("line-drawing", "┌─┬─┐│ │ │└─┴─┘ ░▒▓█"),
    ("arrows-and-bullets", "→ ⇒ ↔ • ‣ ◦ ■ ▪ ★ ☆ ✓ ✗"),
    ("braille", "⠓⠑⠇⠇⠕"),
    ("chess-and-cards", "♔♕♖ ♠♥♦♣ \U0001F0A1"),
    ("music", "\U0001D11E ♩♪♫♬ ♯♭"),
    ("currency", "₿ ₽ ₩ ₫ ₪ ₦ ¢ ¤ ﷼"),
    # Literal special tokens and wordpiece syntax
    ("special-tokens-glued", "a[SEP]b[MASK]c[CLS]"),
    ("special-tokens-lower", "[cls] [sep] [mask] [pad] [unk]"),
    ("special-tokens-spaced", "[ CLS ] [S E P] [MASK ]"),
    ("special-tokens-only", "[SEP][SEP][PAD][PAD]"),
    ("mask-sentence", "Paris is the [MASK] of France."),
    ("unused-token", "[unused0] [unused99]"),
    ("continuation-pieces", "##ing play ##ing ##s #hash ## #"),
    ("roberta-tokens", "<s> </s> <pad> <mask> <|endoftext|>"),
    # Words at and beyond the tokeniser's length limit
    ("word-99", "a" * 99),
    ("word-100", "b" * 100),
    ("word-101", "c" * 101),
    ("word-200", "internationalization" * 10),
    ("word-101-after-marks", "e\u0301" * 101),
    ("word-100-emoji", "\U0001F600" * 100),
    ("word-101-cjk", "字" * 101),
    ("long-compound", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
    ("long-hex", "deadbeefcafebabe0123456789abcdef" * 4),
    ("long-base64", "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdCBzZWQgZG8gZWl1c21vZA=="),
    ("long-number", "31415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679821"),
    ("long-punctuation", "=" * 150),
    ("long-underscores", "snake_" * 30),
    ("long-path", "/usr/share/" + "very_long_directory_name/" * 8 + "file.tar.gz"),
    # Addresses, numbers, dates
    ("url-short", "www.example.com/~user/?q=a+b&lang=en"),
    ("url-percent", "https://de.wikipedia.org/wiki/Z%C3%BCrich#Geschichte"),
    ("url-image", "https://example.com/pictures/cat.jpg"),
    ("url-unicode", "http://例え.テスト/パス"),
    ("emails", "root@localhost, \"quoted user\"@example.org; a_b-c@sub.domain.example"),
    ("ip-addresses", "192.168.0.1:8080 and [2001:db8::ff00:42:8329]/64"),
    ("windows-path", "C:\\Users\\Jane Doe\\AppData\\Local\\Temp\\~$doc.docx"),
    ("dates", "2024-02-29T23:59:60Z, 29/02/2024, Feb. 29th, 2024; 23:59"),
    ("numbers", "1 000 000, 1,000,000.00, 1.000.000,00, 1e-10, 0xFF, 3/4, -42, +7, 50%"),
    ("phone-numbers", "+1 (555) 010-9999 ext. 12, 0800-REVERSE"),
    ("units", "5 km/h, 3.5GHz, 10µm, 25°C, 100mg/dL, 4K"),
    ("isbn", "ISBN 978-3-16-148410-0, DOI:10.1000/xyz123"),
    ("version", "lucene-core-10.5.1-SNAPSHOT.jar (sha256: e3b0c44298fc1c14)"),
    ("hashtags", "#ThrowbackThursday @user_name RT: so cool!! #search"),
    ("price-table", "Item   Qty  Price\nApple    3   $1.20\nPear    10   $0.80"),
    # Code and markup
    ("java-generics", "Map<String, List<? extends Comparable<T>>> m = new HashMap<>();"),
    ("java-exception", "Exception in thread \"main\" java.lang.NullPointerException: Cannot invoke "
                       "\"Object.toString()\" because \"x\" is null\n\tat com.example.Main.main(Main.java:5)"),
    ("python", "def f(x: int = 3, *args, **kw) -> list[int]:\n    return [i ** 2 for i in range(x) if i % 2]"),
    ("javascript", "const f = async ({a, b}) => await fetch(`/api/${a}`).then(r => r?.json() ?? null);"),
    ("c", "#include <stdio.h>\nint main(void) { char *s = \"%d\\n\"; printf(s, 1 << 4 | 0x0F); return 0; }"),
    ("rust", "fn main() -> Result<(), Box<dyn Error>> { let v: Vec<&'static str> = vec![]; Ok(()) }"),
    ("sql", "SELECT a.id, COUNT(*) FROM t AS a LEFT JOIN u ON a.id = u.id WHERE u.x IS NULL GROUP BY 1;"),
    ("shell", "find . -name '*.java' -print0 | xargs -0 grep -n \"TODO\" 2>/dev/null | sort -u > out.txt && echo $?"),
    ("regex", "^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+)@(?<host>\\w+\\.)+[a-z]{2,}$"),
    ("lucene-query", "+title:\"semantic search\"~2 -body:spam^0.5 date:[20200101 TO *] te?t* fuzzy~1"),
    ("html", "<p class=\"x\">Hello &amp; <b>welcome</b>&nbsp;&#8364; <br/><!-- note --></p>"),
    ("xml", "<?xml version=\"1.0\"?><a:b xmlns:a=\"urn:x\"><![CDATA[1 < 2]]></a:b>"),
    ("markdown", "# Title\n\n* item **bold** _it_ `code`\n\n> quote [link](http://x.y) ![i](z.png)\n\n```\nx\n```"),
    ("yaml", "key: value\nlist:\n  - a\n  - \"b: c\"\nanchor: &x {y: 1}"),
    ("csv", "id,name,\"quoted, field\",\"with \"\"quotes\"\"\"\n1,Ada,36,true"),
    ("latex", "\\begin{equation} E = mc^2, \\quad \\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2} \\end{equation}"),
    ("mathematics", "∀ε>0 ∃δ>0: |x−a|<δ ⇒ |f(x)−f(a)|<ε; ∑ᵢ₌₁ⁿ i = n(n+1)/2 ≈ ∞, A⊆B∪C, ∇·E=ρ/ε₀"),
    ("chemistry", "2 H₂ + O₂ → 2 H₂O; CH3-CH2-OH; [Fe(CN)6]4−; (2R,3S)-2,3-dihydroxybutanedioic acid"),
    ("camel-case", "getEmbeddingDimensionOrThrowIllegalStateException"),
    ("escape-sequences", "\\u0041 \\n \\t \\x00 %20 &lt; \\\\server\\share"),
    ("base-pairs", "ATGCGTACGTTAGCCGATAGCTAGCTAACG"),
    ("ascii-printable", "".join(chr(c) for c in range(32, 127))),
    ("latin-1-printable", "".join(chr(c) for c in range(160, 256))),
    ("general-punctuation", "".join(chr(c) for c in range(0x2010, 0x2028))),
    # Sentences and questions
    ("pangram", "The quick brown fox jumps over the lazy dog."),
    ("negation", "The weather is not lovely today."),
    ("contradiction", "It is raining heavily and everyone stays inside."),
    ("question-lucene", "how do I delete documents that match a query"),
    ("answer-lucene", "Deletes the document(s) matching any of the provided queries. All given deletes "
                      "are applied and flushed atomically at the same time."),
    ("question-health", "What are the side effects of long-term aspirin use?"),
    ("keyword-query", "lucene hnsw recall quantization"),
    ("typos", "teh wether is lovley todya adn teh sun is shinning"),
    ("shouting", "WHY IS THIS SO SLOW???!!!"),
    ("slang", "lol brb gonna grab a coffee, u want smth?"),
    ("dialogue", "\"Where are you going?\" she asked. \"Home,\" he said, \"and I won't be back.\""),
    ("list", "1) flour; 2) two eggs; 3) 250 ml of milk; 4) a pinch of salt"),
    ("law", "Notwithstanding Section 4(b)(ii), the Licensee shall indemnify the Licensor hereunder."),
    ("news", "Shares fell 3.2% on Tuesday after the central bank raised its key rate by 25 basis "
             "points, its tenth increase in 14 months."),
    ("poem", "Two roads diverged in a yellow wood,\nAnd sorry I could not travel both"),
    ("spaced-letters", "S E M A N T I C   S E A R C H"),
    ("repeated-word", "buffalo buffalo buffalo buffalo buffalo buffalo buffalo buffalo"),
    ("repeated-letter", "noooooooooooooooooooooooooo way"),
    ("all-stopwords", "to be or not to be that is the"),
    ("lorem", "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor "
              "incididunt ut labore et dolore magna aliqua."),
    ("abstract", "BACKGROUND: Whether evening exposure to blue light delays sleep onset in adolescents "
                 "is not settled. METHODS: We assigned 412 pupils (mean age 14.3 years; 51.2% girls) to "
                 "amber lenses or clear lenses for six weeks, from 20:00 until bedtime. RESULTS: Sleep "
                 "onset was 17 minutes earlier (95% CI, 9 to 25; P<0.001) with amber lenses, and salivary "
                 "melatonin at 22:00 rose from 6.1 to 9.8 pg/ml. Daytime sleepiness did not differ "
                 "(adjusted odds ratio, 0.94; 95% CI, 0.71 to 1.24). CONCLUSIONS: Filtering short "
                 "wavelengths in the evening modestly advances sleep in this age group."),
]

# Numbers of one-token words; [CLS] and [SEP] come on top. The limits are 256 and 512 tokens.
_AROUND_THE_LIMIT = (252, 253, 254, 255, 256, 257, 508, 509, 510, 511, 512, 513, 514)


def texts() -> list[dict]:
    """The entries of texts.json, in order."""
    first = [_text(name, text) for name, text in _FIRST]
    first.append(_repeat("ten-thousand-words", "word ", 10000))
    first.append(_text("prose-600", _prose(600, 11)))
    first.append(_repeat("at-limit-254", "river ", 254))
    first.append(_repeat("at-limit-255-cut-in-a-word", "tokenization ", 128))
    first.append(_text("word-1000", "supercalifragilisticexpialidocious" * 30))
    first.append(_text("cjk-paragraph", "全文検索エンジンは、文書の集合から指定された語を含む文書を探し出す。" * 4))
    first += [_text(name, text) for name, text in _FIRST_TAIL]
    if len(first) != PROMPTED:
        raise ValueError(f"{len(first)} texts come first, not {PROMPTED}")

    rest = [_text(name, text) for name, text in _TEXTS]
    rest += [_repeat(f"words-{n}", "hello ", n) for n in _AROUND_THE_LIMIT]
    rest += [
        _repeat("cut-in-a-word-255", "embedding ", 86),
        _repeat("cut-in-a-word-511", "embedding ", 171),
        _repeat("punctuation-to-the-limit", "!", 400),
        _repeat("cjk-to-the-limit", "水", 600),
        _repeat("emoji-words-to-the-limit", "\U0001F600 ", 300),
        _repeat("ignored-characters-only", "\u200b\u0001", 2000),
        _repeat("spaces-only", " ", 5000),
        _repeat("newlines-between-words", "line\n", 700),
        _repeat("one-word-of-50000-characters", "x", 50000),
        _repeat("combining-marks-many", "a\u0301 ", 300),
        _repeat("special-tokens-to-the-limit", "[SEP]", 520),
        _text("prose-60", _prose(60, 1)),
        _text("prose-120", _prose(120, 2)),
        _text("prose-180", _prose(180, 3)),
        _text("prose-200", _prose(200, 4)),
        _text("prose-260", _prose(260, 5)),
        _text("prose-400", _prose(400, 6)),
    ]
    entries = first + rest
    names = [entry["name"] for entry in entries]
    if len(set(names)) != len(names):
        raise ValueError("names are not unique")
    return entries


def expand(entry: dict) -> str:
    """The text that an entry stands for."""
    return entry["text"] if "text" in entry else entry["repeat"] * entry["times"]


def to_json(entries: list[dict]) -> str:
    """One entry a line, pure ASCII, so that no tool changes a character on the way."""
    lines = [json.dumps(entry, ensure_ascii=True) for entry in entries]
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    print(f"{len(texts())} texts")
