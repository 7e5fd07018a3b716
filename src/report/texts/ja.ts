/** Reports in Japanese. */
import type { NumbersAsked } from "../../verify/finding-fact.ts";
import type { ReportTexts } from "./texts.ts";

const ranges = ({ ranges: all, hasMoreRanges }: Pick<NumbersAsked, "ranges" | "hasMoreRanges">): string =>
  `${all.map(([from, to]) => (from === to ? `${from}` : `${from}〜${to}`)).join("、")}${hasMoreRanges ? "、…" : ""}`;

export const JA: ReportTexts = {
  title: "監査報告書",
  headings: {
    verdict: "判定",
    question: "監査の問い",
    scope: "対象範囲",
    method: "方法",
    exceptions: "指摘事項",
    figures: "件数",
    notes: "確認していない事項と留意点",
    identities: "対象の特定",
    repeat: "再実施の方法",
    limits: "この報告書が示さないこと",
  },
  usualQuestion: {
    log: "この台帳のすべての記録は、登録されたときのまま、元の位置にあるか。また、これはアンカーされた履歴そのものか。",
    bundles: "これらの記録は台帳にあり、アンカーされてから変更されていないか。",
  },
  outcome: {
    holds: "成立:確認した内容はすべて整合しています。",
    refuted: "不成立:指摘事項を参照してください。",
    undecided: "判定できません:読み取れた内容は整合していますが、すべてを読み取り、照合することはできませんでした。",
  },
  holdsWithoutChain: "チェーンとの照合は行っていません。",
  scopeOf: (place, size) => (size === undefined ? place : `${place}:最新のチェックポイントまでの全 ${size} エントリ`),
  method: {
    whole:
      "すべてのエントリ、本文、ハッシュタイルを読み取り、署名されたルートまで再計算しました。アンカーとビーコンは、ノードに問い合わせた場合にチェーンと照合しました。",
    continued:
      "全件監査を、前回の監査の状態から続けました。前回確認した部分は読み直さず、履歴がその続きであることを証明しました。",
    sample:
      "下記のシードから無作為に抽出した葉を、署名されたルートまでの包含証明で確認しました。すべてのアンカーを整合性証明で照合しました。",
    folder:
      "データフォルダを読み取り、エントリ、本文、開示値、タイル、チェックポイント、アンカーを再計算して照合しました。",
    bundles: "各証明バンドルを、サービスに問い合わせることなく、ポリシーに従って段階ごとに検証しました。",
  },
  noExceptions: "ありません。",
  exceptionCount: (count) => `全 ${count} 件。1,000 件を超える分は留意点に件数のみ示します。`,
  noNotes: "ありません。",
  figures: {
    entries: "エントリ",
    tiles: "ハッシュタイル",
    checkpoints: "署名済みチェックポイント",
    bodies: "本文",
    openings: "秘匿項目の開示値",
    anchors: "アンカー",
    bundles: "証明バンドル",
    holding: "成立",
    refuted: "不成立",
    undecided: "判定不能",
  },
  labels: {
    origin: "台帳",
    key: "鍵の指紋(SHA-256)",
    head: "チェックポイント",
    chain: "チェーン",
    contract: "コントラクト",
    anchor: "最新のアンカー",
    nodes: "問い合わせたノード",
    noNodes: "なし",
    policy: "ポリシー(ファイルの SHA-256)",
    policyFingerprint: "ポリシーの指紋",
    tool: "プログラム",
    time: "作成日時",
  },
  anchorOf: (treeSize, block) =>
    block === undefined ? `${treeSize} エントリ` : `${treeSize} エントリ、ブロック ${block}`,
  headOf: (treeSize, rootHash) => `${treeSize} エントリ、ルート ${rootHash}`,
  repeatHint: "ポリシーを持つ人は誰でも次のコマンドを実行できます。",
  limits: [
    "送信元が送った内容が真実かどうか。",
    "登録されなかったもの:台帳は受け付けたものを示し、拒否したものや送られなかったものは示しません。",
  ],
  facts: {
    "quorum-missing": ({ cosigned, quorum }) =>
      `連署した証人は ${cosigned} 人で、ポリシーは ${quorum} 人を求めています`,
    "seq-used-before": ({ seq }) => `送信元は番号 ${seq} をすでに使っています`,
    "body-missing": () => "本文がなく、それを非公開とする台帳のイベントもありません",
    "nothing-served": ({ leafIndex }) => `葉 ${leafIndex} 以降はエントリもハッシュも取得できません`,
    "entry-against-tile": ({ tileIndex }) =>
      `エントリとタイル 0/${tileIndex} が一致しません:どちらかが変更されています`,
    "tile-hash-wrong": ({ position }) => `ハッシュ ${position} が下位のタイルから導かれるものと異なります`,
    "log-shrank": ({ treeSize, size }) =>
      `以前の監査では台帳の鍵が ${treeSize} エントリに署名していましたが、現在は ${size} エントリしか示していません`,
    "history-differs": ({ treeSize }) =>
      `${treeSize} エントリの時点のルートが、以前の監査で確認した署名済みのものと異なります:履歴が変更されました`,
    "checkpoint-root-wrong": ({ first, last }) =>
      `エントリからそのルートが導かれません:葉 ${first}〜${last} のいずれかが変更されています`,
    "source-was-suspended": ({ source }) => `登録時に送信元 ${source} は停止されていました`,
    "signature-missing": ({ source, since }) =>
      `署名がありません。送信元 ${source} は葉 ${since} から署名鍵を持っています`,
    "source-key-not-counting": ({ source, thumbprint, ended }) =>
      ended === null
        ? `送信元 ${source} に登録されたことのない鍵 ${thumbprint} で署名されています`
        : `葉 ${ended.endedAt} で失効した(${ended.why})送信元 ${source} の鍵 ${thumbprint} で署名されています`,
    "contract-code-differs": () => "コードがポリシーに示されたものと異なります",
    "anchored-beyond": ({ treeSize, size }) =>
      `コントラクトには ${treeSize} エントリ、台帳には ${size} エントリしかありません`,
    "anchored-root-differs": () => "ルートが、その大きさの時点での台帳のものと異なります",
    "beacon-block-differs": ({ blockNumber }) => `ビーコンの高さ ${blockNumber} にあるチェーンのブロックが異なります`,
    "origin-differs": ({ origin, expected }) => `台帳は「${expected}」ではなく「${origin}」のものです`,
    "record-id-wrong": () => "記録の識別子が葉と対応しません:どちらかが変更されています",
    "entries-missing": () =>
      "台帳の鍵はこれらのエントリに署名しましたが、保存領域にありません:削除されたか、古い写しに戻されています",
    "entries-uncovered": () => "これらのエントリを含むチェックポイントがありません",
    "head-beyond-store": ({ treeSize, size }) =>
      `${treeSize} エントリを対象としますが、保存領域には ${size} エントリしかありません:古い写しに戻されています`,
    "head-root-differs": ({ treeSize }) => `ルートが ${treeSize} エントリの時点での台帳のものと異なります`,
    "anchor-unknown": ({ transactionHash }) =>
      `保存領域にトランザクション ${transactionHash} がありません:行が削除されたか、他者がアンカー用の鍵を持っています`,
    "final-anchor-not-on-chain": () => "確定とされていますが、チェーンにありません",
    acknowledged: ({ leafIndex }) => `葉 ${leafIndex} は受領通知のとおり台帳にあります`,
    "acknowledged-beyond": ({ leafIndex, treeSize, size }) =>
      `葉 ${leafIndex} の受領時に台帳の鍵は ${treeSize} エントリに署名しましたが、台帳は ${size} エントリしか示していません`,
    "acknowledged-root-differs": ({ leafIndex, treeSize }) =>
      `葉 ${leafIndex} とともに渡された ${treeSize} エントリの署名済みチェックポイントのルートが台帳と異なります`,
    "acknowledged-leaf-differs": ({ leafIndex }) => `台帳の葉 ${leafIndex} が受領通知のものと異なります`,
    "acknowledged-leaf-unread": ({ leafIndex }) => `葉 ${leafIndex} を読み取れませんでした`,
    sampled: ({ leaves, treeSize, seed, mostAltered }) =>
      `${treeSize} のうち ${leaves} の葉の標本${seed === null ? "" : `(シード ${seed} から抽出)`}:すべて成立すれば、改変された葉は信頼度 95 % で全体の ${mostAltered} % 以下です。欠番と、送信元が定められたとおり署名したかは確認していません`,
    "no-addenda": () => "台帳は本文を提供していません:本文は確認していません",
    "bodies-withheld": ({ count }) => `台帳のイベントにより ${count} 件の本文が非公開です:エントリは確認しました`,
    "bodies-absent": ({ count }) =>
      `${count} 件の本文がありません:エントリは確認しましたが、台帳が非公開としているかは確認していません`,
    "not-all-read": ({ because }, say) => `すべてを読み取ることはできませんでした:${say(because)}`,
    "acknowledgement-unchecked": ({ item, because }, say) => `受領通知 ${item} は確認していません:${say(because)}`,
    "findings-unlisted": ({ count }) => `ほかに ${count} 件の指摘事項があります`,
    "no-chain": () => "チェーンに問い合わせていません:台帳をアンカーと照合していません",
    unanchored: () => "コントラクトに、この台帳の確定したアンカーがまだありません:照合する対象がありませんでした",
    "anchors-open": ({ count, newestSizes }) =>
      `ポリシーの規則でまだ確定していない ${count} 件のアンカーは保留しました(大きさ ${newestSizes.join("、")})`,
    "nodes-behind": ({ height, ahead, behind }) =>
      `${ahead.join("、")} にある新しいアンカーは照合していません:${behind.join("、")} にはブロック ${height} より上がまだありません`,
    "beacons-uncompared": () => "台帳のビーコンはチェーンと照合していません",
    "beacons-partly-compared": ({ compared, count }) =>
      `${count} 件のビーコンのうち、最新の ${compared} 件のみチェーンと照合しました`,
    "beacons-unanswered": ({ leafIndex, because }, say) =>
      `葉 ${leafIndex} 以降のビーコンはチェーンと照合していません:${say(because)}`,
    "beacons-of-lost-chain": ({ count }) => `${count} 件のビーコンは、再起動されて失われたチェーンのものです`,
    "beacons-unknown": ({ count }) => `${count} 件のビーコンの高さをチェーンが知りません`,
    "beacons-begin-again": ({ count }) => `${count} 件のビーコンで高さが最初に戻っています:チェーンが再起動されました`,
    "entries-early": ({ count, toleranceSeconds }) =>
      `${count} 件のエントリの時刻が、直前のビーコンのブロックより ${toleranceSeconds} 秒を超えて早くなっています:台帳の時計が遅れていました`,
    "numbers-left-out": ({ source, sourceId, missing, lastSeq, ...rest }) =>
      `送信元 ${source ?? sourceId} は ${lastSeq} までの番号のうち ${missing} 個を欠いています:${ranges(rest)}`,
    "gaps-unlisted": ({ count }) => `ほかに ${count} の送信元に欠番があります`,
    "source-events-unread": ({ count }) =>
      `送信元に関する ${count} 件のイベントを読み取れませんでした:その後の停止と有効な鍵は確認していません`,
    "source-signatures-hidden": ({ count }) =>
      `署名すべき送信元の ${count} 件の記録が署名を示していません:署名は確認していません`,
    "source-keys-hidden": ({ count }) =>
      `${count} 件の記録は、台帳が秘匿する個人の鍵かもしれない鍵で署名されています:有効かどうかは確認していません`,
    "source-signatures-unchecked": ({ count }) => `P-256 鍵による ${count} 件の署名は、安全なページでのみ確認できます`,
    "numbers-missing": ({ source, ...rest }) => `送信元 ${source}:台帳に ${ranges(rest)} がありません`,
    "numbers-not-yet": ({ source, ...rest }) => `送信元 ${source}:台帳に ${ranges(rest)} はまだありません`,
    "no-head-guard": () => "先頭の番人がありません:チェーンがなければ古い写しに気付けません",
    "evidence-only": () => "アンカーは保存された証拠とのみ照合しました",
    "vault-closed": () => "金庫を開いていません:開示値は確認していません",
    "openings-early": ({ count }) => `金庫には、台帳に(まだ)ない ${count} 件の記録の開示値があります`,
  },
};
