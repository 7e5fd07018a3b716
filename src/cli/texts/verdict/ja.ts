/** What the command says of a verdict and of what a record shows, in Japanese. */
import { verdictJA } from "../../../texts/verdict/ja.ts";
import { inSeconds } from "../../output.ts";
import type { VerdictTexts } from "./en.ts";

export const JA: VerdictTexts = {
  sentences: verdictJA((posixSeconds) => inSeconds(posixSeconds * 1_000)),

  holds: (place) => `成立:${place}は、アンカーされてから変わっていません`,
  undecided: (what) => `判定できません:${what}`,
  refuted: (step, place) => `「${step}」で不成立:${place}`,
  place: (kind, leaf, source) => `リーフ ${leaf} の${kind}(送信元 ${source})`,
  claimedPlace: (leaf, source) =>
    `バンドルはリーフ ${leaf}、送信元 ${source} のものと称していますが、信頼しないでください`,
  noPlace: "読み取れるバンドルではありません。信頼しないでください",

  labels: {
    log: "ログ",
    source: "送信元",
    id: "記録の ID",
    received: "受信",
    after: "これより後",
    before: "これより前",
    anchored: "アンカー先",
  },
  logOf: (name, leaf, hash) => `${name}、リーフ ${leaf}、ハッシュ ${hash}`,
  sourceOf: (source, seq, type) => `${source}、番号 ${seq}${type === undefined ? "" : `、種別 ${type}`}`,
  receivedAt: (time) => `${time}(サービスの申告)`,
  blockOf: (number, time, hash) => `ブロック ${number}(${time})、${hash}`,
  anchoredIn: (contract, chain) => `チェーン ${chain} のコントラクト ${contract}`,
  says: "内容",
  asServiceFound: (line) => `${line}(サービスの確認による)`,
  allOpened: "ほかに秘匿された項目はありません。本体のダイジェストはすべて開示されています",

  notShown: "これでは分からないこと",
  withheld: "記録の内容:本体は公開が止められたか、消去されています",
  unopened: (digests) => `残る${digests}件のダイジェストが何を隠しているか:未開示の項目か、中身のないおとりです`,
  leftOut: (digests) =>
    `示されていない項目があるか:残る${digests}件のダイジェストは、すべておとりかもしれず、項目と見分けられません`,
  unsigned: {
    "partly-shown": "誰が送ったか:送信元の署名の対象の一部が示されていません",
    "not-shown": "誰が送ったか:送信元の署名が示されていません",
    none: "誰が送ったか:送信元は署名していません",
    unknown: "誰が送ったか:送信元が署名したかどうかが示されていません",
  },
  strangersKey: "署名の鍵が本当に送信元のものか:ポリシーにその鍵がありません",
  noBeacon: "何より後のものか:バンドルにビーコンがありません",
  blocks: (numbers, how) => `チェーンにブロック ${numbers.join(" と ")} があるか:${how}`,
  askAnother: "--rpc で別のノードに尋ねるか、--block-hash でブロックを指定してください",
  ask: "--rpc で尋ねるか、--block-hash で指定してください",
  certificateEnded: (tsa, when) =>
    `${tsa} のタイムスタンプがまだ有効かどうか(証明書は ${when} に期限が切れ、更新されていません)`,
  truth: "送信元が送った内容が真実かどうか",

  fork: {
    refuted: (step) => `「${step}」で不成立:ログについて何も証明しません`,
    undecided: (why) => `判定できません:${why}`,
    byAnchor:
      "証明されました:ログには二つの履歴があります。ログの鍵かアンカー用の鍵を持つ者が、その両方に責任を負います",
    byKey: "証明されました:ログの鍵が二つの履歴に署名しています",
  },

  nothingConcealed: "秘匿された項目はありません",
  concealedDigests: (digests) => `秘匿項目とおとりのダイジェスト${digests}件`,
  concealedNames: (names, digests) =>
    `秘匿       ${names} のいずれか:その項目とおとりのダイジェスト${digests}件(この種別の記録はどれも同数)`,

  picture: (at, words) => `写真 ${at}:${words}`,
  noCredentials: "来歴情報(C2PA)なしで届きました",
  credentials: (state, signer) =>
    `来歴情報(C2PA)付きで届きました:${state}${signer === undefined ? "" : `。証明書の名義は ${signer}`}`,
  credentialsState: {
    intact: "変更はありません。署名者は未知です",
    invalid: "成り立ちません。写真か来歴情報が変更されたか、署名が無効です",
    unreadable: "読み取れませんでした",
    "not-read": "読み取っていません",
  },
};
