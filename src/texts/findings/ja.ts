/** What is said of what an audit found, in Japanese. */
import type { NumbersAsked } from "../../verify/finding-fact.ts";
import { exactNumberIn } from "../plurals.ts";
import type { LogFindingTexts, PlaceWords } from "./forms.ts";

const n = exactNumberIn("ja");

const ranges = ({ ranges: all, hasMoreRanges }: Pick<NumbersAsked, "ranges" | "hasMoreRanges">): string =>
  `${all.map(([from, to]) => (from === to ? n(from) : `${n(from)}〜${n(to)}`)).join("、")}${hasMoreRanges ? "、…" : ""}`;

/** Why a key ended. */
const WHY = { compromised: "漏えい", lost: "紛失", retired: "廃止", replaced: "交換" } as const;

export const FINDINGS_JA: LogFindingTexts = {
  "quorum-missing": ({ cosigned, quorum }) =>
    `連署した証人は ${n(cosigned)} 者で、ポリシーは ${n(quorum)} 者を求めています`,
  "seq-used-before": ({ seq }) => `送信元は番号 ${n(seq)} をすでに使っています`,
  "body-missing": () => "本体がなく、その公開を停止するログの出来事もありません",
  "nothing-served": ({ leafIndex }) => `リーフ ${n(leafIndex)} 以降はエントリもハッシュも取得できません`,
  "entry-against-tile": ({ tileIndex }) => `エントリとタイル 0/${tileIndex} が一致しません:どちらかが変更されています`,
  "tile-hash-wrong": ({ position }) => `ハッシュ ${n(position)} が下位のタイルから導かれるものと異なります`,
  "log-shrank": ({ treeSize, size }) =>
    `以前の監査ではログの鍵が ${n(treeSize)} エントリに署名していましたが、現在は ${n(size)} エントリしか示していません`,
  "history-differs": ({ treeSize }) =>
    `${n(treeSize)} エントリの時点のルートが、以前の監査で確認した署名済みのものと異なります:履歴が変更されました`,
  "checkpoint-root-wrong": ({ first, last }) =>
    `エントリからそのルートが導かれません:リーフ ${n(first)}〜${n(last)} のいずれかが変更されています`,
  "source-was-suspended": ({ source }) => `登録時に送信元 ${source} は停止されていました`,
  "signature-missing": ({ source, since }) =>
    `署名がありません。送信元 ${source} はリーフ ${n(since)} から署名鍵を持っています`,
  "source-key-not-counting": ({ source, thumbprint, ended }) =>
    ended === null
      ? `送信元 ${source} に登録されたことのない鍵 ${thumbprint} で署名されています`
      : `リーフ ${n(ended.endedAt)} で失効した(${WHY[ended.why]})送信元 ${source} の鍵 ${thumbprint} で署名されています`,
  "contract-code-differs": () => "コードがポリシーに示されたものと異なります",
  "anchored-beyond": ({ treeSize, size }) =>
    `コントラクトには ${n(treeSize)} エントリ、ログには ${n(size)} エントリしかありません`,
  "anchored-root-differs": () => "ルートが、その大きさの時点でのログのものと異なります",
  "beacon-block-differs": ({ blockNumber }) => `ビーコンの高さ ${n(blockNumber)} にあるチェーンのブロックが異なります`,
  sampled: ({ leaves, treeSize, seed, mostAltered }) =>
    `${n(treeSize)} のうち ${n(leaves)} のリーフの標本${seed === null ? "" : `(シード ${seed} から抽出)`}:すべて成立すれば、改変されたリーフは信頼度 95 % で全体の ${n(mostAltered)} % 以下です。欠番と、送信元が定められたとおり署名したかは確認していません`,
  "no-addenda": () => "ログは本体を提供していません:本体は確認していません",
  "bodies-withheld": ({ count }) => `ログの出来事により ${n(count)} 件の本体が公開停止です:エントリは確認しました`,
  "bodies-withheld-since": ({ count }) =>
    `${n(count)} 件の本体がありません:監査した範囲より新しいエントリが公開停止としています。もう一度監査してください`,
  "bodies-absent": ({ count }) =>
    `${n(count)} 件の本体がありません:エントリは確認しましたが、ログが公開停止としているかは確認していません`,
  "not-all-read": ({ because }, say) => `すべてを読み取ることはできませんでした:${say(because)}`,
  "findings-unlisted": ({ count }) => `ほかに ${n(count)} 件の指摘事項があります`,
  "no-chain": () => "チェーンに問い合わせていません:ログをアンカーと照合していません",
  unanchored: () => "コントラクトに、このログの確定したアンカーがまだありません:照合する対象がありませんでした",
  "anchors-open": ({ count, newestSizes }) =>
    `ポリシーの規則でまだ確定していない ${n(count)} 件のアンカーは保留しました(大きさ ${newestSizes.map(n).join("、")})`,
  "nodes-behind": ({ height, ahead, behind }) =>
    `${ahead.join("、")} にある新しいアンカーは照合していません:${behind.join("、")} にはブロック ${n(height)} より上がまだありません`,
  "beacons-uncompared": () => "ログのビーコンはチェーンと照合していません",
  "beacons-partly-compared": ({ compared, count }) =>
    `${n(count)} 件のビーコンのうち、最新の ${n(compared)} 件のみチェーンと照合しました`,
  "beacons-unanswered": ({ leafIndex, because }, say) =>
    `リーフ ${n(leafIndex)} 以降のビーコンはチェーンと照合していません:${say(because)}`,
  "beacons-of-lost-chain": ({ count }) => `${n(count)} 件のビーコンは、再起動されて失われたチェーンのものです`,
  "beacons-unknown": ({ count }) => `${n(count)} 件のビーコンの高さをチェーンが知りません`,
  "beacons-begin-again": ({ count }) => `${n(count)} 件のビーコンで高さが最初に戻っています:チェーンが再起動されました`,
  "entries-early": ({ count, toleranceSeconds }) =>
    `${n(count)} 件のエントリの時刻が、直前のビーコンのブロックより ${n(toleranceSeconds)} 秒を超えて早くなっています:ログの時計が遅れていました`,
  "numbers-left-out": ({ source, sourceId, missing, lastSeq, ...rest }) =>
    `送信元 ${source ?? sourceId} は ${n(lastSeq)} までの番号のうち ${n(missing)} 個を欠いています:${ranges(rest)}`,
  "gaps-unlisted": ({ count }) => `ほかに ${n(count)} の送信元に欠番があります`,
  "source-events-unread": ({ count }) =>
    `送信元に関する ${n(count)} 件の出来事を読み取れませんでした:その後の停止と有効な鍵は確認していません`,
  "source-signatures-hidden": ({ count }) =>
    `署名すべき送信元の ${n(count)} 件の記録が署名を示していません:署名は確認していません`,
  "source-keys-hidden": ({ count }) =>
    `${n(count)} 件の記録は、ログが秘匿する個人の鍵かもしれない鍵で署名されています:有効かどうかは確認していません`,
  "source-signatures-unchecked": ({ count }) => `P-256 鍵による ${n(count)} 件の署名は、安全なページでのみ確認できます`,
  "numbers-missing": ({ source, ...rest }) => `送信元 ${source}:ログに ${ranges(rest)} がありません`,
  "numbers-not-yet": ({ source, ...rest }) => `送信元 ${source}:ログに ${ranges(rest)} はまだありません`,
};

/** The places. */
export const PLACES_JA: PlaceWords = {
  number: n,
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
  anchors: "アンカー",
  checkpoints: "チェックポイント",
  entries: "エントリ",
  vault: "金庫",
};
