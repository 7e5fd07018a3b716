/** Reports in Japanese. */
import type { ReportTexts } from "./texts.ts";

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
    log: "このログのすべての記録は、登録されたときのまま、元の位置にあるか。また、これはアンカーされた履歴そのものか。",
    bundles: "これらの記録はログにあり、アンカーされてから変更されていないか。",
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
      "すべてのエントリ、本体、ハッシュタイルを読み取り、署名されたルートまで再計算しました。アンカーとビーコンは、ノードに問い合わせた場合にチェーンと照合しました。",
    continued:
      "全件監査を、前回の監査の状態から続けました。前回確認した部分は読み直さず、履歴がその続きであることを証明しました。",
    sample:
      "下記のシードから無作為に抽出したリーフを、署名されたルートまでの包含証明で確認しました。すべてのアンカーを整合性証明で照合しました。",
    folder:
      "データフォルダを読み取り、エントリ、本体、開示値、タイル、チェックポイント、アンカーを再計算して照合しました。",
    bundles: "各証明バンドルを、サービスに問い合わせることなく、ポリシーに従って段階ごとに検証しました。",
  },
  noExceptions: "ありません。",
  exceptionCount: (count) => `全 ${count} 件。1,000 件を超える分は留意点に件数のみ示します。`,
  noNotes: "ありません。",
  figures: {
    entries: "エントリ",
    tiles: "ハッシュタイル",
    checkpoints: "署名済みチェックポイント",
    bodies: "本体",
    openings: "秘匿項目の開示値",
    anchors: "アンカー",
    bundles: "証明バンドル",
    holding: "成立",
    refuted: "不成立",
    undecided: "判定不能",
  },
  labels: {
    origin: "ログ",
    key: "鍵のフィンガープリント(SHA-256)",
    head: "チェックポイント",
    chain: "チェーン",
    contract: "コントラクト",
    anchor: "最新のアンカー",
    nodes: "問い合わせたノード",
    noNodes: "なし",
    policy: "ポリシー(ファイルの SHA-256)",
    policyFingerprint: "ポリシーのフィンガープリント",
    tool: "プログラム",
    time: "作成日時",
  },
  anchorOf: (treeSize, block) =>
    block === undefined ? `${treeSize} エントリ` : `${treeSize} エントリ、ブロック ${block}`,
  headOf: (treeSize, rootHash) => `${treeSize} エントリ、ルート ${rootHash}`,
  repeatHint: "ポリシーを持つ人は誰でも次のコマンドを実行できます。",
  limits: [
    "送信元が送った内容が真実かどうか。",
    "登録されなかったもの:ログは受け付けたものを示し、拒否したものや送られなかったものは示しません。",
  ],
};
