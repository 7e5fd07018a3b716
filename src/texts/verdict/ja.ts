/** What is said of a verdict, in Japanese. */
import type { LogSignatures } from "../../core/log-keys.ts";
import type { SignatureState } from "../../verify/verdict.ts";
import { counterIn, numberIn } from "../plurals.ts";
import type {
  FactSentences,
  ForkTexts,
  KindNames,
  ReasonSentences,
  StepTexts,
  TimeInWords,
  VerdictTexts,
} from "./forms.ts";

const count = counterIn("ja");
const numberInWords = numberIn("ja");

/** The texts; times as they are to be read. */
export function verdictJA(timeInWords: TimeInWords): VerdictTexts {
  return { steps, found: found(timeInWords), reasons: REASONS_JA, fork: fork(timeInWords), kinds };
}

/** What the log signed its state with. */
const SIGNED_WITH: Readonly<Record<LogSignatures, string>> = {
  ed25519: "Ed25519 による署名です。ML-DSA-44 の署名はなく、ポリシーもここでは求めていません。",
  "ml-dsa-44": "量子計算機にも耐える ML-DSA-44 による署名です。",
  both: "Ed25519 と、量子計算機にも耐える ML-DSA-44 の両方による署名です。",
};

const steps: StepTexts = {
  bundle: { name: "ファイル", about: "欠けのない、正しい形式の証明バンドルですか。" },
  entry: { name: "エントリ", about: "このログが作る形のエントリですか。" },
  body: { name: "内容", about: "エントリが約束した内容そのものですか。" },
  openings: { name: "開示された項目", about: "開示された項目は、それぞれの場所に当てはまりますか。" },
  source: { name: "送信元", about: "記録は、名乗っている送信元から来たものですか。" },
  checkpoint: { name: "ログの署名", about: "ポリシーが示すログが、その状態に署名しましたか。" },
  witnesses: { name: "証人", about: "同じログを見たと、ほかの者も署名しましたか。" },
  inclusion: { name: "ログへの収録", about: "署名されたログに、この記録は入っていますか。" },
  anchor: { name: "ブロックチェーン", about: "コントラクトは、ログのこの状態を記録しましたか。" },
  beacon: { name: "これより後", about: "記録を受け入れる前に、ログはどのブロックを知っていましたか。" },
  chain: { name: "ブロックの確認", about: "あなたが信頼する者は、このブロックを知っていますか。" },
  time: { name: "タイムスタンプ", about: "時刻認証局はいつログを見ましたか。" },
  original: { name: "原本", about: "記録は、お手元のファイルから作られましたか。" },
};

const found = (timeInWords: TimeInWords): FactSentences => ({
  form: () => "バージョン1の証明バンドルです。",
  entry: ({ kind }) => `種類が「${kinds[kind]}」のエントリです。`,
  "body-withheld": () => "内容は公開が止められています。記録がログにあることは証明されますが、内容は分かりません。",
  "body-committed": ({ vct }) => `一字一句そのとおりです(種別 ${vct})。`,
  "no-opening": () => "秘匿された項目は開示されていません。",
  opened: ({ count: opened }) => count(opened, { other: "#件が開示され、すべて一致します。" }),
  "source-is-log": () => "ログ自身が作ったエントリです。",
  conflict: ({ source, seq, isShown }) =>
    `送信元 ${source} は、番号 ${numberInWords(seq)} で二つの異なる記録に署名したと、ログは述べています。` +
    (isShown ? "二つ目は示されています。" : "二つ目は示されていません。"),
  signature: ({ state, isKeyKnown }) => (isKeyKnown ? ofKnownSource : ofStranger)[state],
  checkpoint: ({ origin, treeSize, signatures }) =>
    count(treeSize, { other: `${origin} が、エントリ#件の時点で署名しました。` }) +
    (signatures ? `${SIGNED_WITH[signatures]}` : ""),
  "no-cosignature-asked": () => "ポリシーは証人を求めていません。",
  cosigned: ({ count: signed, quorum }) =>
    `${count(signed, { other: "証人#者が署名しました" })}(ポリシーの要求は${numberInWords(quorum)}者)。`,
  included: ({ leafIndex }) => `${numberInWords(leafIndex)}番目に入っています。`,
  anchored: ({ contract, chainId, blockNumber, blockTime }) =>
    `チェーン ${chainId} のコントラクト ${contract} が、ブロック ${numberInWords(blockNumber)}(${timeInWords(blockTime)})に記録しました。`,
  "no-beacon": () => "ありません。記録が何より後のものかは、示されていません。",
  beacon: ({ blockNumber, blockTime }) => `ブロック ${numberInWords(blockNumber)}(${timeInWords(blockTime)})。`,
  block: ({ blockNumber, by, beacon }) =>
    block[by](numberInWords(blockNumber)) +
    (beacon === undefined
      ? ""
      : beacon.isChecked
        ? `先行するブロック ${numberInWords(beacon.blockNumber)} も同様です。`
        : `先行するブロック ${numberInWords(beacon.blockNumber)} は、ログ自身の申告です。`),
  original: ({ adapter, at }) =>
    `そのとおりです。サービスによれば、${timeInWords(Math.floor(at / 1_000))}に ${adapter} が受信しました。`,
  "original-not-shown": () => "記録の元になったものは示されていません。「received」の開示を求めてください。",
  stamped: ({ tsa, time, until }) => `${tsa}:${timeInWords(time)}。証明書の期限 ${timeInWords(until)}。`,
  "in-bitcoin": ({ bitcoinBlock, time }) =>
    `ビットコインのブロック ${numberInWords(bitcoinBlock)}:${timeInWords(time)}。`,
  "bitcoin-open": ({ bitcoinBlock }) =>
    bitcoinBlock === null
      ? "未検証:証明はまだビットコインのブロックを待っています。"
      : `未検証:ビットコインのブロック ${numberInWords(bitcoinBlock)} のヘッダーが必要です。`,
  error: () => "",
});

const ofStranger: Readonly<Record<SignatureState, string>> = {
  verified: "署名されていますが、その鍵はポリシーにありません。",
  "partly-shown": "署名されていますが、その鍵はポリシーになく、署名の対象の一部は示されていません。",
  "not-shown": "名前は記録と一致します。署名はありますが、示されていません。",
  none: "名前は記録と一致します。送信元は署名していません。",
  unknown: "名前は記録と一致します。送信元が署名したかどうかは示されていません。",
};

const ofKnownSource: Readonly<Record<SignatureState, string>> = {
  verified: "送信元は、ポリシーにある鍵で署名しています。",
  "partly-shown": "送信元は既知の鍵で署名していますが、署名の対象の一部は示されていません。",
  "not-shown": "ポリシーにある送信元ですが、署名が示されていません。「evidence」の開示を求めてください。",
  none: "ポリシーにはこの送信元の鍵がありますが、送信元は署名していません。",
  unknown: "ポリシーにある送信元ですが、署名したかどうかは示されていません。",
};

const block = {
  trust: (number: string) => `ブロック ${number} は、あなたが信頼するものです。`,
  nodes: (number: string) => `あなたのノードにブロック ${number} があり、確定しています。`,
  validators: (number: string) => `ブロック ${number} には、チェーンの検証者の定足数の署名があり、確定しています。`,
  nobody: (number: string) =>
    `ブロック ${number} までの証拠はつじつまが合います。チェーンにそのブロックがあるかは、誰にも尋ねていません。`,
} as const;

const kinds: KindNames = {
  record: "記録",
  source: "送信元についての出来事",
  profile: "記録の種別の定義",
  beacon: "ビーコン",
  erasure: "消去",
  consent: "同意",
  disclosure: "開示",
  provision: "第三者提供",
  derivation: "加工した画像",
};

export const REASONS_JA: ReasonSentences = {
  damaged:
    "ファイルが壊れているか書き換えられており、証明バンドルとして読めません。入手元からもう一度取得してください。",
  entry: "このログが作るはずのないエントリです。",
  body: "ログが記録した内容ではありません。書き換えられたか、別の記録のものです。",
  opening: "開示された項目が記録と一致しません。値が変えられたか、別の記録のものです。",
  signature: "署名が、その対象に対して有効ではありません。",
  signatureHidden: "ポリシーは送信元の署名を求めていますが、示されていません。「evidence」の開示を求めてください。",
  otherLog: "ポリシーが示すログとは別のログのものです。",
  note: "署名されたログの状態が壊れているか、書き換えられています。",
  quorum: "署名した証人が、ポリシーの求める数に足りません。",
  inclusion: "証明が署名されたログにつながりません。記録が入っていないか、証明が書き換えられています。",
  evidence: "ブロックチェーンの証拠のつじつまが合いません。書き換えられたか、別のトランザクションのものです。",
  otherChain: "あなたが信頼するものとは別のチェーン、コントラクト、またはブロックです。",
  otherAnchor: "コントラクトが記録したのは、示されたものとは別のログの状態です。",
  silent:
    "チェーンにこのブロックがあるかを誰にも尋ねていないか、答えがありません。信頼するブロックのハッシュを入力するか、ご自身のノードに尋ねてください。",
  wrongChain: "あなたのノードは、ポリシーが示すものとは別のチェーンのものです。",
  notFinal:
    "ブロックが確定していることは示されていません。まだ確定していないか、チェーンの検証者の署名が足りません。後でもう一度確認してください。",
  unstamped: "ポリシーに記載された時刻認証局またはビットコインのブロックによるタイムスタンプが見つかりませんでした。",
  otherOriginal: "記録は、このファイルとは別のデータから作られました。",
  originalHidden: "記録の元になったものは示されていません。「received」の開示を求めてください。",
  other: "確認できませんでした。",
};

const fork = (timeInWords: TimeInWords): ForkTexts => ({
  title: "ログに対する証拠",
  holds: "証明されました。このログには二つの履歴があります。鍵を持つ者は、その両方に責任を負います。",
  refuted: "このファイルは、ログについて何も証明しません。",
  undecided: "二つの履歴は矛盾していますが、一方のブロックを保証する者がいません。",
  steps: {
    evidence: "ファイル",
    smaller: "一つ目の履歴",
    larger: "二つ目の履歴",
    contradiction: "矛盾",
    chain: "ブロックの確認",
  },
  found: {
    "fork-form": () => "バージョン1の証拠です。",
    "head-signed": ({ origin, treeSize, rootHash }) =>
      count(treeSize, { other: `${origin} がエントリ#件に署名しました` }) + `(ルート ${rootHash})。`,
    "head-anchored": ({ contract, blockNumber, blockTime, treeSize, rootHash }) =>
      `コントラクト ${contract} が、ブロック ${numberInWords(blockNumber)}(${timeInWords(blockTime)})に、` +
      `エントリ${numberInWords(treeSize)}件、ルート ${rootHash} を記録しました。`,
    "roots-differ": ({ treeSize }) =>
      `同じ${numberInWords(treeSize)}件のエントリに、二つのルートがあります。どちらかは書き換えられています。`,
    "prefix-differs": ({ treeSize, largerSize }) =>
      `${numberInWords(largerSize)}件のログは、一つ目の履歴の${numberInWords(treeSize)}件で始まっていません。`,
  },
});
