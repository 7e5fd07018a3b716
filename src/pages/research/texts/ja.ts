/** What the researcher's page says, in Japanese. */
import type { EN } from "./en.ts";

export const JA: typeof EN = {
  title: "研究者の方へ",
  lead: "このサービスのアンカーに要したガス、費用、各段階の所要時間です。ダウンロードし、引用し、お手元の環境で測り直すことができます。",
  nav: { overview: "概要", anchors: "アンカー", verify: "検証" },
  loading: "読み込み中…",
  unreachable: "サービスから応答がありませんでした。ページを再読み込みして、もう一度お試しください。",

  figures: "数値",
  figuresOf: (count) => `最新の確定アンカー${count}件について`,
  none: "確定したアンカーはまだありません。",
  spread:
    "値の半数は四分位数の間にあります。時刻はこのサービスの時計によるもので、一定の間隔でチェーンを確認しています。それ以外の値はすべてチェーン上にあり、誰でも確かめられます。",
  figure: "項目",
  median: "中央値",
  lower: "第1四分位数",
  upper: "第3四分位数",
  least: "最小",
  most: "最大",
  rows: {
    records: "含まれる記録の数",
    gas: "アンカー1回のガス",
    gasPerRecord: "記録1件あたりのガス",
    cost: "アンカー1回の費用（ETH）",
    sign: "ログの署名から取引の署名まで（秒）",
    include: "送信からブロックで確認されるまで（秒）",
    finalize: "そこから確定が確認されるまで（秒）",
    total: "ログの署名から確定まで（秒）",
  },

  data: "データ",
  dataLead:
    "チェーンから外れたものも含むすべてのアンカーを、新しい順に収めています。二つのファイルの内容は同じです。空欄とnullは不明という意味で、ゼロではありません。",
  csv: "CSVでダウンロード",
  json: "JSONでダウンロード",
  gathering: "アンカーを集めています…",
  saved: (count, file) => `${file}：アンカー${count}件`,
  api: "プログラムからは、1,000件ずつ取得できます。",

  cite: "引用する",
  citeLead:
    "チェックポイントは、その大きさまでのすべての記録を固定します。これを持っていれば、その後ログが変更されたかどうかが分かります。ポリシーと、結果の根拠となる記録のバンドルを保管してください。このサービスがなくても検証できます。",
  text: "文章で",
  bibtex: "BibTeXで",
  citation: (origin, entries, day) => `Warifuログ「${origin}」、${entries}エントリのチェックポイント、${day}取得。`,
  rootHash: "ルートハッシュ",
  contract: "コントラクト",
  onChain: (chain) => `チェーン${chain}`,
  key: "ログの鍵",

  repeat: "再現する",
  repeatLead:
    "すべて1台のコンピューターで、専用のチェーンを使い、このプログラムのソースから実行できます。docs/researchに四つの実験があり、問い、方法、コマンド、結果、環境による違いを記しています。そのうち三つは数字まで完全に再現します。",
  repeatList: "測定できるものの一覧：",
  repeatExact: "どこでも同じ数字になる実験：",
  repeatTimed: "時間とそのばらつきを測る実験：",
};
