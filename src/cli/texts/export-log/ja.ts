/** What `warifu export-log` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { ExportLogTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: ExportLogTexts = {
  verb: {
    summary: "ログを、いつまでも配信できるファイルとして書き出す",
    description:
      "データフォルダーのログを普通のファイルとして書き出します。チェックポイント、タイル、エントリ、本体、ポリシー、アンカーとそのタイムスタンプ、各記録の証明です。鍵は要らず、秘匿されたものは含まれません。",
    folder: "書き出し先。同じログを前に書き出したものがあれば更新する",
    dataDir: "データフォルダー(省略時は WARIFU_DATA_DIR)",
    policy: "ログのポリシー(省略時はデータフォルダーの policy.json)",
    noBundles: "記録の証明を省く。容量の大半を占める",
    json: "JSON 文書を一つだけ出力する",
    after: `
もう記録を受け付けず、コントラクトも閉じられたログは、サービスがなくなってもこれらのファイルとして残ります。本体の公開を
停止したあとは、もう一度書き出してください。どのファイルからもなくなります。

例:
  warifu export-log /srv/parks-2026 --data-dir data/parks-2026
  warifu serve-log /srv/parks-2026
  warifu audit --from /srv/parks-2026 --policy policy.json --rpc URL`,
  },
  exported: (entries, folder) => `エントリ ${number(entries)} 件を ${folder} に書き出しました`,
  proofs: (bundles, withheld) =>
    `記録の証明は ${number(bundles)} 件です。公開が停止され、どのファイルにもない本体は ${number(withheld)} 件です`,
  stamped: (anchors) => `時刻認証局またはカレンダーのタイムスタンプがあるアンカーは ${number(anchors)} 件です`,
  notFinal: (entries) =>
    `最後のエントリ ${number(entries)} 件には、確定したアンカーがまだありません。確定してからもう一度書き出してください`,
  next: (folder) => `どのファイルサーバーでも配信できます。または:npx warifu serve-log ${folder}`,
};
