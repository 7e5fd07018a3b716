/** Receipts in Japanese. */
import type { ReceiptTexts } from "./texts.ts";

export const JA: ReceiptTexts = {
  title: "受領証",
  lead: "ここで何が受け付けられたか、そしてその後だれにも変えられていないことを、今でも何年後でもご自分で確かめる方法です。",
  way: "受付から証明まで",
  stages: {
    received: "受付",
    logged: "ログに記載",
    anchored: "ブロックチェーンに記録",
    proven: "証明可能",
  },
  about: {
    received: "送られたものはサービスに届き、その日時が記録されました。",
    logged: "追記しかできないログの中に固有の位置を占め、それを含めてログに署名がなされました。",
    anchored: "ログの状態がブロックに記録され、サービスの運営者にも変えられなくなりました。",
    proven: "ブロックが確定しました。これからは、このサービスがなくても、だれでも記録を検証できます。",
  },
  done: "完了",
  toCome: "これから",
  inFile: (state, when, about) => `${state}${when === undefined ? "" : `（${when}）`}。${about}`,
  what: "受け付けたもの",
  labels: {
    type: "種類",
    source: "送信元",
    received: "受付日時",
    id: "記録のID",
    leaf: "ログ内の番号",
    leafHash: "リーフのハッシュ",
    origin: "ログ",
    key: "ログの鍵の指紋（SHA-256）",
    checkpoint: "チェックポイント",
    anchor: "アンカー",
    contract: "コントラクト",
    transaction: "トランザクション",
    made: "この受領証の作成日時",
  },
  typeWithheld: "非公開",
  identity: "照らし合わせるもの",
  checkpointOf: (size) => `${size}件、ルート`,
  notUnder: "記録はまだこれに含まれていません。",
  noAnchor: "まだありません",
  anchorOf: (size, chain, block) =>
    `最初の${size}件、チェーン ${chain}、${block === undefined ? "まだブロックに入っていません" : `ブロック ${block}`}`,
  check: "確かめる",
  checkLead:
    "QRコードを読み取ると検証ページが開きます。含まれるのは記録のIDとログの名前だけです。アンカーがまだの間も内容は変わりませんので、保管してください。",
  code: "この記録の検証ページのアドレスを示すQRコード",
  limits: "これで分からないこと",
  limit: [
    "受領証そのものは証明ではなく、記録がどこにあるかを示すものです。証明となるのは、検証ページが調べる証明バンドルです。",
    "記録の内容は一切載っていません。",
  ],
};
