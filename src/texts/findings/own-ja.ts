/** What is said of what an audit of a data folder found, or of what somebody kept, and of errors, in Japanese. */
import { ERRORS_JA } from "../errors/ja.ts";
import { exactNumberIn } from "../plurals.ts";
import type { OwnFindingTexts } from "./forms.ts";

const n = exactNumberIn("ja");

export const OWN_FINDINGS_JA: OwnFindingTexts = {
  error: ({ code }) => ERRORS_JA[code],
  "origin-differs": ({ origin, expected }) => `ログは「${expected}」ではなく「${origin}」のものです`,
  "record-id-wrong": () => "記録の識別子がリーフと対応しません:どちらかが変更されています",
  "entries-missing": () =>
    "ログの鍵はこれらのエントリに署名しましたが、保存領域にありません:削除されたか、古い写しに戻されています",
  "entries-uncovered": () => "これらのエントリを含むチェックポイントがありません",
  "head-beyond-store": ({ treeSize, size }) =>
    `${n(treeSize)} エントリを対象としますが、保存領域には ${n(size)} エントリしかありません:古い写しに戻されています`,
  "head-root-differs": ({ treeSize }) => `ルートが ${n(treeSize)} エントリの時点でのログのものと異なります`,
  "anchor-unknown": ({ transactionHash }) =>
    `保存領域にトランザクション ${transactionHash} がありません:行が削除されたか、他者がアンカー用の鍵を持っています`,
  "final-anchor-not-on-chain": () => "確定とされていますが、チェーンにありません",
  acknowledged: ({ leafIndex }) => `リーフ ${n(leafIndex)} は受領通知のとおりログにあります`,
  "acknowledged-beyond": ({ leafIndex, treeSize, size }) =>
    `リーフ ${n(leafIndex)} の受領時にログの鍵は ${n(treeSize)} エントリに署名しましたが、ログは ${n(size)} エントリしか示していません`,
  "acknowledged-root-differs": ({ leafIndex, treeSize }) =>
    `リーフ ${n(leafIndex)} とともに渡された ${n(treeSize)} エントリの署名済みチェックポイントのルートがログと異なります`,
  "acknowledged-leaf-differs": ({ leafIndex }) => `ログのリーフ ${n(leafIndex)} が受領通知のものと異なります`,
  "acknowledged-leaf-unread": ({ leafIndex }) => `リーフ ${n(leafIndex)} を読み取れませんでした`,
  "acknowledgement-unchecked": ({ item, because }, say) => `受領通知 ${item} は確認していません:${say(because)}`,
  "no-head-guard": () => "先頭の番人がありません:チェーンがなければ古い写しに気付けません",
  "evidence-only": () => "アンカーは保存された証拠とのみ照合しました",
  "vault-closed": () => "金庫を開いていません:開示値は確認していません",
  "openings-early": ({ count }) => `金庫には、ログに(まだ)ない ${n(count)} 件の記録の開示値があります`,
};
