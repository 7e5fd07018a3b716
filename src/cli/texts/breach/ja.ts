/** What `warifu privacy breach` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { BreachTexts } from "./en.ts";

const number = numberIn("ja");

const CLOCKS = {
  authority: "当局への報告",
  "authority-first": "当局への速報",
  "authority-full": "当局への確報",
  people: "本人への通知",
} as const;
const STATES = {
  noted: "記録",
  amended: "追加の判明",
  "authority-told": "当局に報告済み",
  "people-told": "本人に通知済み",
  "not-needed": "通知不要と判断",
  closed: "終了",
} as const;

export const JA: BreachTexts = {
  breach: {
    summary: "個人データの漏えい等を記録し、法律の期限に従って対応する",
    description: "個人データの漏えい等を記録し、法律の期限に従って終わりまで対応します。",
  },
  id: "漏えい等",
  record: "対象の記録。繰り返し指定できる",
  happened: "発生した日時。RFC 3339、UTC",
  onPurpose: "故意に行われた",
  note: {
    summary: "漏えい等を記録する",
    description: "漏えい等を記録します。期限は知った時点から数えます。",
    factsFrom: "判明していること。examples/privacy にあるような JSON ファイル。- は標準入力",
    known: "知った日時。RFC 3339、UTC(省略時は今)",
  },
  amend: {
    summary: "その後判明したことを追加する",
    description: "その後判明したことを追加します。対象の記録が増えたときは、本人に改めて知らせます。",
  },
  knownNow: "現在判明していること。JSON ファイル。- は標準入力",
  list: {
    summary: "漏えい等を期限の順に一覧する",
    description: "漏えい等を、期限が近いものから一覧します。",
    state: "対象",
    found: (breaches) => `漏えい等 ${number(breaches)} 件`,
  },
  show: { summary: "漏えい等を表示する", description: "漏えい等、その期限と手順を表示します。" },
  close: { summary: "漏えい等を終了する", description: "動いている期限がなくなった漏えい等を終了します。" },
  tell: {
    summary: "当局または本人に知らせたことを記録する",
    description: "当局または本人に知らせたことを記録します。",
    at: "日時。RFC 3339、UTC(省略時は今)",
    lateReasonFrom: "遅れた理由を収めたファイル。- は標準入力",
    authority: {
      summary: "当局に報告したことを記録する",
      description: "当局に報告したことを記録します。まず判明していることを、後に全体を報告します。",
      report: "報告の種類",
    },
    people: {
      summary: "本人に知らせたことを記録する",
      description: "本人に知らせたことを記録します。ログには人数が幅で残り、誰かは残りません。",
      subject: "そのうちの一人(`breach people` が示すもの)。繰り返し指定できる",
      all: "`breach people` が示す全員",
      others: "金庫が知らない人の数",
      complete: "これで知らせるべき人すべてに知らせた",
    },
  },
  notNeeded: {
    summary: "当局または本人に知らせなくてよい理由を記録する",
    description: "当局または本人に知らせなくてよい理由を、法律が定めるものから記録します。",
    whom: "相手",
    reason: "理由",
    wordsFrom: "理由の文章を収めたファイル。- は標準入力。金庫だけに保管される",
  },
  report: {
    summary: "提出する形の漏えい等の報告を取得する",
    description: "漏えい等について判明していること、いつ誰に知らせたか、確報に足りない項目を取得します。",
    output: "書き出すファイル。同じマシンのほかの利用者は読めない",
    written: (file) => `報告を ${file} に書き出しました`,
    lacks: (facts) => `確報には次の項目も必要です:\`${facts}\``,
  },
  people: {
    summary: "対象の記録の本人を一覧する",
    description: "漏えい等の対象となった記録の本人を、金庫の仮名で一覧し、知らせたかどうかを示します。",
    found: (people, recordsOfNobody) => `${number(people)} 人、誰のものでもない記録 ${number(recordsOfNobody)} 件`,
  },
  line: ({ id, state, since, records, jurisdiction }) =>
    `${id}  ${STATES[state]}、知った日時 ${since}、記録 ${records}  (${jurisdiction})`,
  clock: (clock, due, { stopped, overdue }) => {
    const end = stopped ? `${STATES[stopped.state]}${stopped.late ? "(遅延)" : ""}` : overdue ? "超過" : "進行中";
    return `  ${CLOCKS[clock]}、期限 ${due}:${end}`;
  },
  step: (time, state, leaf) => `  ${time}  ${STATES[state]}、リーフ ${leaf}`,
  needNot: (whom, reasons) =>
    `  ${whom === "authority" ? "当局" : "本人"}に知らせなくてよい場合:--reason \`${reasons}\``,
};
