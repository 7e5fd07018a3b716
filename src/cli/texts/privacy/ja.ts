/** What `warifu privacy` and its verbs for a person's records say, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { PrivacyTexts } from "./en.ts";

const number = numberIn("ja");

const EVENTS = { requests: "請求", "provision-records": "第三者提供の記録", breaches: "漏えい等" } as const;
const done = (isDry: boolean): string => (isDry ? "消去の対象です" : "消去しました");

export const JA: PrivacyTexts = {
  privacy: {
    summary: "記録の対象となる人のために対応する",
    description: "記録の対象となる人のために担当者が行う操作です。",
    after: `
例:
  warifu privacy find --claim reporterEmail
  warifu privacy find --claim reporterEmail --value-from - < address.txt
  warifu privacy notice add notice-es.json
  warifu privacy consent give research --lang es --country JP
  warifu privacy request open access --subject sub_…
  warifu privacy requests --state soon
  warifu privacy breach note --facts-from facts.json
  warifu privacy retention --dry-run`,
  },
  find: {
    summary: "ある人の記録をすべて探す",
    description: "メールアドレスなど、本人を特定する値(表記の違いは問わない)から、その人の記録をすべて探します。",
    claim: "値を収めた項目(reporterEmail など)",
    valueFrom: "値を収めたファイル。- は標準入力(省略時は尋ねる)",
    record: (id, leaf, source, subjects) => `${id}  リーフ ${leaf}  ${source}  ${subjects}`,
    found: (records, people) => `${number(people)} 人の記録 ${number(records)} 件`,
  },
  retention: {
    summary: "保存期間が過ぎた記録を消去する",
    description:
      "プロファイルの retentionDays より古い、人に関する記録を消去します。サービスも一時間ごとに行います。利用が制限された記録は" +
      "残ります。請求で人について述べられた内容と、記録の提供先は、法律の期間に従って消去されます。",
    dryRun: "件数だけを数える",
    records: (type, days, records, isDry) =>
      `${type}  保存期間 ${number(days)} 日:記録 ${number(records)} 件、${done(isDry)}`,
    events: (what, events, isDry) => `${EVENTS[what]}  ログの出来事 ${number(events)} 件が秘匿する内容:${done(isDry)}`,
    restricted: (records) => `記録 ${number(records)} 件は、利用が制限されているため残ります`,
    more: "まだ残りがあります。再実行するか、サービスに任せてください",
  },
  deidentify: {
    type: "記録の種別",
    summary: "個人を見分けられない表を作る",
    description:
      "指定した日に受け取った、ある種別の記録を、プロファイルが持ち出しを認める項目を粗くして数えます。人数の少ないセルは" +
      "除きます。一つの種別と日について表は一つだけです。",
    from: "記録を受け取った最初の日(UTC、2026-11-01 など)",
    to: "最後の日",
    k: "各セルの人数。5 以上(省略時は 10)",
    l: "公開の項目が同じ場合の、秘匿された各項目の値の数(省略時は 2)",
    claims: "一部の項目。コンマ区切り(省略時はプロファイルが認めるすべて)",
    csv: "規則を含まない CSV を書き出す",
    wholeNumber: "整数を指定してください。",
    written: (file, records, cells, leftOut) =>
      `${file}:記録 ${number(records)} 件、セル ${number(cells)} 個、除外は最大 ${number(leftOut)} 件`,
    dropped: (claims) => `除いた項目:${claims}`,
  },
  register: {
    summary: "取扱いの台帳を確認し、表示する",
    check: "台帳がそろっていて、プロファイルと一致するかを確認する",
    export: "台帳を CSV で、--json を付ければ JSON で表示する",
    folder: "台帳。JSON ファイルのフォルダー",
    profiles: "有効なプロファイルのフォルダー",
    agrees: (activities) => `取扱い ${number(activities)} 件、プロファイルと一致しています`,
  },
  output: "書き出すファイル",
  privateOutput: "書き出すファイル。同じマシンのほかの利用者は読めない",
};
