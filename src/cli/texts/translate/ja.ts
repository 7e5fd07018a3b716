/** What `warifu translate` says, in Japanese. */
import type { TranslateTexts } from "./en.ts";

const names = new Intl.DisplayNames("ja", { type: "language" });
const nameOf = (language: string): string => names.of(language) ?? language;

export const JA: TranslateTexts = {
  summary: "記録の内容を翻訳する",
  description: "記録の文章を翻訳し、原文と並べて表示します。",
  id: "記録の ID",
  to: "翻訳先の言語:en、es、ja など",
  correct: "プログラムの訳の代わりに使う、項目に対する自分の訳。繰り返し指定できる",
  after: `
ログには、言語と、使ったプログラムとモデル、または人が訳したことが残ります。訳文は金庫だけにあり、記録とともに消去されます。
訳文を見ることは開示として数えられます。

例:
  warifu translate 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --to ja
  warifu translate 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --to ja --correct "text=道路に穴があります。"`,
  how: ({ by, from, to, tool, leaf }) =>
    `${by === "person" ? "人による翻訳" : `${tool} による機械翻訳`}、${nameOf(from)}から${nameOf(to)}、リーフ ${leaf}`,
  original: (text) => `原文  ${text}`,
  values: {
    language: "es のような2〜3文字の言語コードを指定してください。",
    correction: "項目名、等号、訳文の順に指定してください。",
  },
};
