/** What is said of what an audit found, in Japanese. */
import type { NumbersAsked } from "../../verify/finding-fact.ts";
import type { FindingTexts, PlaceWords } from "./forms.ts";

const ranges = ({ ranges: all, hasMoreRanges }: Pick<NumbersAsked, "ranges" | "hasMoreRanges">): string =>
  `${all.map(([from, to]) => (from === to ? `${from}` : `${from}〜${to}`)).join("、")}${hasMoreRanges ? "、…" : ""}`;

export const FINDINGS_JA: FindingTexts = {
  "quorum-missing": ({ cosigned, quorum }) => `連署した証人は ${cosigned} 者で、ポリシーは ${quorum} 者を求めています`,
  "seq-used-before": ({ seq }) => `送信元は番号 ${seq} をすでに使っています`,
  "body-missing": () => "本体がなく、それを非公開とするログの出来事もありません",
  "nothing-served": ({ leafIndex }) => `リーフ ${leafIndex} 以降はエントリもハッシュも取得できません`,
  "entry-against-tile": ({ tileIndex }) => `エントリとタイル 0/${tileIndex} が一致しません:どちらかが変更されています`,
  "tile-hash-wrong": ({ position }) => `ハッシュ ${position} が下位のタイルから導かれるものと異なります`,
  "log-shrank": ({ treeSize, size }) =>
    `以前の監査ではログの鍵が ${treeSize} エントリに署名していましたが、現在は ${size} エントリしか示していません`,
  "history-differs": ({ treeSize }) =>
    `${treeSize} エントリの時点のルートが、以前の監査で確認した署名済みのものと異なります:履歴が変更されました`,
  "checkpoint-root-wrong": ({ first, last }) =>
    `エントリからそのルートが導かれません:リーフ ${first}〜${last} のいずれかが変更されています`,
  "source-was-suspended": ({ source }) => `登録時に送信元 ${source} は停止されていました`,
  "signature-missing": ({ source, since }) =>
    `署名がありません。送信元 ${source} はリーフ ${since} から署名鍵を持っています`,
  "source-key-not-counting": ({ source, thumbprint, ended }) =>
    ended === null
      ? `送信元 ${source} に登録されたことのない鍵 ${thumbprint} で署名されています`
      : `リーフ ${ended.endedAt} で失効した(${ended.why})送信元 ${source} の鍵 ${thumbprint} で署名されています`,
  "contract-code-differs": () => "コードがポリシーに示されたものと異なります",
  "anchored-beyond": ({ treeSize, size }) =>
    `コントラクトには ${treeSize} エントリ、ログには ${size} エントリしかありません`,
  "anchored-root-differs": () => "ルートが、その大きさの時点でのログのものと異なります",
  "beacon-block-differs": ({ blockNumber }) => `ビーコンの高さ ${blockNumber} にあるチェーンのブロックが異なります`,
  "origin-differs": ({ origin, expected }) => `ログは「${expected}」ではなく「${origin}」のものです`,
  "record-id-wrong": () => "記録の識別子がリーフと対応しません:どちらかが変更されています",
  "entries-missing": () =>
    "ログの鍵はこれらのエントリに署名しましたが、保存領域にありません:削除されたか、古い写しに戻されています",
  "entries-uncovered": () => "これらのエントリを含むチェックポイントがありません",
  "head-beyond-store": ({ treeSize, size }) =>
    `${treeSize} エントリを対象としますが、保存領域には ${size} エントリしかありません:古い写しに戻されています`,
  "head-root-differs": ({ treeSize }) => `ルートが ${treeSize} エントリの時点でのログのものと異なります`,
  "anchor-unknown": ({ transactionHash }) =>
    `保存領域にトランザクション ${transactionHash} がありません:行が削除されたか、他者がアンカー用の鍵を持っています`,
  "final-anchor-not-on-chain": () => "確定とされていますが、チェーンにありません",
  acknowledged: ({ leafIndex }) => `リーフ ${leafIndex} は受領通知のとおりログにあります`,
  "acknowledged-beyond": ({ leafIndex, treeSize, size }) =>
    `リーフ ${leafIndex} の受領時にログの鍵は ${treeSize} エントリに署名しましたが、ログは ${size} エントリしか示していません`,
  "acknowledged-root-differs": ({ leafIndex, treeSize }) =>
    `リーフ ${leafIndex} とともに渡された ${treeSize} エントリの署名済みチェックポイントのルートがログと異なります`,
  "acknowledged-leaf-differs": ({ leafIndex }) => `ログのリーフ ${leafIndex} が受領通知のものと異なります`,
  "acknowledged-leaf-unread": ({ leafIndex }) => `リーフ ${leafIndex} を読み取れませんでした`,
  sampled: ({ leaves, treeSize, seed, mostAltered }) =>
    `${treeSize} のうち ${leaves} のリーフの標本${seed === null ? "" : `(シード ${seed} から抽出)`}:すべて成立すれば、改変されたリーフは信頼度 95 % で全体の ${mostAltered} % 以下です。欠番と、送信元が定められたとおり署名したかは確認していません`,
  "no-addenda": () => "ログは本体を提供していません:本体は確認していません",
  "bodies-withheld": ({ count }) => `ログの出来事により ${count} 件の本体が非公開です:エントリは確認しました`,
  "bodies-absent": ({ count }) =>
    `${count} 件の本体がありません:エントリは確認しましたが、ログが非公開としているかは確認していません`,
  "not-all-read": ({ because }, say) => `すべてを読み取ることはできませんでした:${say(because)}`,
  "acknowledgement-unchecked": ({ item, because }, say) => `受領通知 ${item} は確認していません:${say(because)}`,
  "findings-unlisted": ({ count }) => `ほかに ${count} 件の指摘事項があります`,
  "no-chain": () => "チェーンに問い合わせていません:ログをアンカーと照合していません",
  unanchored: () => "コントラクトに、このログの確定したアンカーがまだありません:照合する対象がありませんでした",
  "anchors-open": ({ count, newestSizes }) =>
    `ポリシーの規則でまだ確定していない ${count} 件のアンカーは保留しました(大きさ ${newestSizes.join("、")})`,
  "nodes-behind": ({ height, ahead, behind }) =>
    `${ahead.join("、")} にある新しいアンカーは照合していません:${behind.join("、")} にはブロック ${height} より上がまだありません`,
  "beacons-uncompared": () => "ログのビーコンはチェーンと照合していません",
  "beacons-partly-compared": ({ compared, count }) =>
    `${count} 件のビーコンのうち、最新の ${compared} 件のみチェーンと照合しました`,
  "beacons-unanswered": ({ leafIndex, because }, say) =>
    `リーフ ${leafIndex} 以降のビーコンはチェーンと照合していません:${say(because)}`,
  "beacons-of-lost-chain": ({ count }) => `${count} 件のビーコンは、再起動されて失われたチェーンのものです`,
  "beacons-unknown": ({ count }) => `${count} 件のビーコンの高さをチェーンが知りません`,
  "beacons-begin-again": ({ count }) => `${count} 件のビーコンで高さが最初に戻っています:チェーンが再起動されました`,
  "entries-early": ({ count, toleranceSeconds }) =>
    `${count} 件のエントリの時刻が、直前のビーコンのブロックより ${toleranceSeconds} 秒を超えて早くなっています:ログの時計が遅れていました`,
  "numbers-left-out": ({ source, sourceId, missing, lastSeq, ...rest }) =>
    `送信元 ${source ?? sourceId} は ${lastSeq} までの番号のうち ${missing} 個を欠いています:${ranges(rest)}`,
  "gaps-unlisted": ({ count }) => `ほかに ${count} の送信元に欠番があります`,
  "source-events-unread": ({ count }) =>
    `送信元に関する ${count} 件の出来事を読み取れませんでした:その後の停止と有効な鍵は確認していません`,
  "source-signatures-hidden": ({ count }) =>
    `署名すべき送信元の ${count} 件の記録が署名を示していません:署名は確認していません`,
  "source-keys-hidden": ({ count }) =>
    `${count} 件の記録は、ログが秘匿する個人の鍵かもしれない鍵で署名されています:有効かどうかは確認していません`,
  "source-signatures-unchecked": ({ count }) => `P-256 鍵による ${count} 件の署名は、安全なページでのみ確認できます`,
  "numbers-missing": ({ source, ...rest }) => `送信元 ${source}:ログに ${ranges(rest)} がありません`,
  "numbers-not-yet": ({ source, ...rest }) => `送信元 ${source}:ログに ${ranges(rest)} はまだありません`,
  "no-head-guard": () => "先頭の番人がありません:チェーンがなければ古い写しに気付けません",
  "evidence-only": () => "アンカーは保存された証拠とのみ照合しました",
  "vault-closed": () => "金庫を開いていません:開示値は確認していません",
  "openings-early": ({ count }) => `金庫には、ログに(まだ)ない ${count} 件の記録の開示値があります`,
};

/** The places. */
export const PLACES_JA: PlaceWords = {
  leaf: "リーフ",
  leaves: (first, last) => `リーフ ${first}〜${last}`,
  checkpoint: "チェックポイント",
  checkpointAbove: (size) => `${size} を超えるチェックポイント`,
  anchor: "アンカー",
  anchorOf: (size) => `大きさ ${size} のアンカー`,
  contract: "コントラクト",
  log: "ログ",
  tile: "ハッシュタイル",
  entryBundle: "エントリ束",
  acknowledgement: "受領通知",
  vaultRow: "金庫の行",
  headGuard: "先頭の番人",
};
