/** What `warifu report` and `warifu receipt` say, in Japanese. */
import type { ReportsTexts } from "./en.ts";

export const JA: ReportsTexts = {
  report: {
    summary: "署名付きの報告書を調べる、またはログに記載する",
    description: "監査報告書の署名を調べます。または、報告書をハッシュでログに記載する記録を作ります。",
    after: `
\`warifu audit --report FILE --sign KEY\` は報告書と、末尾が .sig の署名を書きます。\`warifu source keygen\` で鍵を作れます。
報告書はログについてのもの、署名は報告書についてのもので、その価値は鍵について分かっていることによります。

例:
  warifu report verify audit.pdf --key auditor.jwk.pub
  warifu report record audit.pdf --source auditors/court-of-audit | warifu submit -`,
  },
  file: "報告書。署名は同じ場所の「ファイル名.sig」",
  verify: {
    summary: "報告書の署名を調べる",
    description: "報告書が署名されたものと同じか、どの鍵で署名されたかを調べます。",
    key: "監査者の公開鍵(JWK)。なければ鍵の名前を示すだけ",
  },
  signed: (file, thumbprint, time) =>
    `${file} は鍵 ${thumbprint} で署名されています。署名に記された日時は ${time} です`,
  whoseKey: "誰の鍵かは確認していません。--key を指定するか、鍵の名前を照合してください",
  record: {
    summary: "報告書をログに記載する記録を作る",
    description: "報告書のハッシュを含む種別 audit-report の記録を、`warifu submit` 用に出力します。",
    source: "記録の送信元。たとえば auditors/court-of-audit",
  },
  hashAlone: "ログに残るのはハッシュだけです。報告書と署名は保管してください",

  receipt: {
    summary: "記録の受領証を、検証ページへの QR コード付きで書く",
    description: "記録を送った人の手元に残すもの、つまり何をいつ受け取ったか、どこで検証できるかを書きます。",
    id: "記録の ID。受領通知にあるもの",
    format: "html または pdf(省略時はファイル名の末尾による。なければ html)",
    output: "書き込み先(省略時は stdout)",
    publicUrl: "利用者から見たサービスのアドレス。QR コードの行き先(省略時は --url)",
    json: "受領証のデータを JSON 文書一つで出力する",
    after: `
受領証は記録の ID を知る人なら誰でも見られ、記録の内容は何も示しません。同じものがサービスのページ /receipts/ID にあります。

例:
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --output receipt.pdf
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --lang es --format html > justificante.html
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --public-url https://ledger.example -o receipt.pdf`,
  },
  receiptWritten: (file, id) => `${file}:${id} の受領証`,
};
