/** What `warifu audit` says, in Japanese. */
import { FINDINGS_JA, PLACES_JA } from "../../../texts/findings/ja.ts";
import { OWN_FINDINGS_JA } from "../../../texts/findings/own-ja.ts";
import { numberIn } from "../../../texts/plurals.ts";
import type { AuditTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: AuditTexts = {
  audit: {
    summary: "ログ全体を監査する",
    description: "ログをエントリからアンカーまで再計算し、どこに何の誤りがあるかを示します。",
    from: "データフォルダー、またはログのアドレス(省略時はこのマシンのデータフォルダー)。--source があれば最初の番号も指定する",
    source: "この送信元の番号が --from 番号 から --to 番号 まで、すべてログにあるか",
    to: "その範囲の最後の番号",
    dataDir: "自分のサービスのデータフォルダー。ポリシーもそこから取る(または WARIFU_DATA_DIR)",
    acks: "手元に残した受領通知(NDJSON または JSON の一覧)。ログがそのとおりかを確かめる",
    sample: "この件数のリーフだけを無作為に選び、それぞれ包含証明で確かめる",
    seed: "--sample のリーフをこの文字列から選ぶ。誰でも同じ抽出を再現できる(省略時は無作為)",
    state:
      "HTTP で読んだログについて見たものをこのファイルに残す。次の監査は新しい部分だけを読み、中断した監査は続きから行う",
    rpc: "照合するチェーンのノード(省略時はポリシーのノードで、すべて一致する必要がある)",
    json: "報告を JSON 文書一つで出力する",
    after: `
データフォルダーは、サービスが動いていても止まっていても、その場で読みます。ログは、誰にでもできるように、ポリシーだけを
使って HTTP で読みます。

終了コード 0:すべて成立、1:誤りがあります(一つずつ示します)、3:すべては読み取れなかったか、--source の番号がログに
ありません。

--state を付けると、中断した監査は続きから行い、次の監査は新しい部分だけを読みます。以前よりエントリが少ないログや別の
履歴のログは不成立とし、二つの履歴の証拠を fork-大きさ-大きさ.json に書き出します。
抽出した標本が成立すれば、改変されたリーフの割合の上限が信頼度 95 % で分かります。シードは報告に含まれます。

尋ねるのは、ポリシーの rpc、--rpc、WARIFU_RPC_URL で指定されたノードだけです。ノードがなく、ポリシーが信頼するブロックを
求めていれば、監査は判定できません。

例:
  warifu audit --data-dir data --rpc http://127.0.0.1:8545
  warifu audit --from /backup/warifu-data --policy policy.json --report audit.json
  warifu audit --from https://ledger.example.org/log --policy policy.json --rpc https://rpc.example.org
  warifu audit --from https://ledger.example.org/log --policy policy.json --sample 1000 --seed "12月24日の抽選"
  warifu audit --from https://ledger.example.org/log --policy policy.json --state ledger.audit
  warifu audit --from https://ledger.example.org/log --policy policy.json --acks acknowledged.ndjson
  warifu audit --from https://ledger.example.org/log --policy policy.json --source santander/env-419 --from 1 --to 1440`,
  },
  findings: { ...FINDINGS_JA, ...OWN_FINDINGS_JA },
  places: PLACES_JA,
  moreFindings: (rest) => `…ほか ${number(rest)} 件の指摘事項(--report ファイル、または --json で全件)`,
  checked: ({ entries, bodies, openings, tiles, checkpoints, anchors }) =>
    `確認済み:エントリ ${number(entries)}、本体 ${number(bodies)}、開示値 ${number(openings)}、` +
    `ハッシュタイル ${number(tiles)}、チェックポイント ${number(checkpoints)}、アンカー ${number(anchors)}`,
  note: (note) => `注:${note}`,
  acknowledgement: (item, what) => `受領通知 ${item}:${what}`,
  standsBy: (standing, all) => `受領通知 ${number(all)} 件のうち ${number(standing)} 件は、ログのとおりです`,
  completeness: ({ source, from, to, there, all, checkedSize, anchoredSize }) =>
    `送信元 ${source}、番号 ${from}〜${to}:${number(all)} 個のうち ${number(there)} 個がログに一つずつあります` +
    `(エントリ ${number(checkedSize)} 件、${anchoredSize === null ? "アンカーとは照合していません" : `うちアンカー済み ${number(anchoredSize)} 件`})`,
  range: (first, last, leaf) => `${first}〜${last}(リーフ ${leaf} から)`,
  moreRanges: (rest) => `…ほか ${number(rest)} 件(--json で全件)`,
  missing:
    "欠けている番号(注を参照)は、送信元が飛ばしたか、受け付けられていません。送信元に尋ねるか、--acks を指定してください",
  refuted: (faults) => `不成立:誤りが ${number(faults)} 件あります`,
  undecided:
    "まだ判定できません:読み取れた内容は成立していますが、すべては読み取り・照合できませんでした。注を参照してください",
  holdsWithoutChain: "成立:確認した内容は整合しています。チェーンとの照合は行っていません",
  holds: "成立:確認した内容はすべて整合しています",
  twoHistories: (smaller, larger, path) =>
    `${number(smaller)} 件と ${number(larger)} 件の二つの履歴があります:\`warifu verify ${path}\` で誰にでも証明できます`,
  foldersPolicy: "ポリシーは監査対象のフォルダーにあるものです。ご自身のものは --policy で指定してください",
};
