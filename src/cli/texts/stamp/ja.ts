/** What `warifu stamp` says, in Japanese. */
import type { StampTexts } from "./en.ts";

export const JA: StampTexts = {
  summary: "バンドルのチェックポイントに、時刻認証局またはビットコインによる時刻の証明を受ける",
  description: "証明バンドルのチェックポイントに時刻認証局のタイムスタンプを受け、バンドルに加えます。",
  bundle: "証明バンドル",
  tsa: "時刻認証局のアドレス(RFC 3161)",
  certificate: "その証明書、またはその発行者の証明書(PEM)。複数指定可",
  calendar: "時刻認証局の代わりに、OpenTimestamps のカレンダー",
  renew: "代わりに、バンドルにあるタイムスタンプを証明書の期限前に更新する、または OpenTimestamps の証明を完成させる",
  output: "書き出し先(省略時はそのバンドル自体)",
  after: `
時刻認証局に渡るのはハッシュ値だけです。回答は、何かを書き出す前に、指定された証明書で検証されます。バンドルを検証する人は、
自分のポリシーに証明書を加えます:warifu policy add-tsa。

カレンダーは、ハッシュ値がビットコインのブロックに入ることをすぐに約束し、数時間後にブロックを示します。そのとき --renew で
もう一度問い合わせてください。バンドルを検証する人はそのブロックを指定します:warifu policy add-bitcoin、または
verify --bitcoin-header。

終了コード 0:受けました。1:回答が正しくありません。2:使い方の誤り。3:回答がないか、指定された証明書につながりません。

例:
  warifu stamp bundle.json --tsa https://tsa.example/tsr --certificate tsa-root.pem
  warifu stamp bundle.json --renew --tsa https://tsa.example/tsr --certificate tsa-root.pem --certificate former-root.pem
  warifu stamp bundle.json --calendar https://calendar.example`,
  stamped: (file, tsa, time, until) => `${file}:${tsa} が ${time} にタイムスタンプを付けました(期限 ${until})`,
  entered: (file) => `${file}:証明はビットコインのブロックを待っています。数時間後に --renew で問い合わせてください`,
  inBlock: (file) => `${file}:証明はビットコインのブロックに達しました`,
};
