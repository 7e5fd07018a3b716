/** What `warifu policy` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { PolicyTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: PolicyTexts = {
  policy: {
    summary: "ポリシーのログと証人を他のプログラムに渡し、また取り込む",
    description: "ポリシーのログ、証人、定足数を C2SP の tlog-policy として書き出し、また読み込みます。",
    after: `
このプログラムを知らない透明性ログのプログラムは tlog-policy (https://c2sp.org/tlog-policy) を読みます。そこにはチェーンも
送信元もないため、読み込んだものは、それらを持つ自分のポリシーに加えられます。

終了コード 0:書き出しました。2:tlog-policy ではないか、定足数が証人の数で表せないか、別のログのものです。

例:
  warifu policy export --policy policy.json -o ledger.policy
  warifu policy import witnesses.policy --policy policy.json -o stricter.json
  warifu policy add-tsa tsa-root.pem --required --policy policy.json -o dated.json
  warifu policy add-bitcoin 925000:0020… --policy policy.json -o dated.json`,
  },
  export: {
    summary: "ポリシーのログ、証人、定足数を C2SP の tlog-policy として書き出す",
    description: "ポリシーのログ、証人、定足数を C2SP の tlog-policy として書き出します。",
  },
  import: {
    summary: "C2SP の tlog-policy の証人と定足数をポリシーに取り込む",
    description: "C2SP の tlog-policy の証人と定足数を自分のポリシーに取り込みます。ほかはそのままです。",
    file: "tlog-policy のファイル",
    policy: "取り込む先のポリシー。このファイル自体は変わらない",
  },
  addTsa: {
    certificates: "時刻認証局、またはその発行者の証明書(PEM)",
    summary: "これらの証明書でタイムスタンプを検証させる",
    description: "時刻認証局の証明書をポリシーに加えます。チェックポイントのタイムスタンプがこれで検証されます。",
    required: "そのいずれかのタイムスタンプがないバンドルは、判定しない",
  },
  addBitcoin: {
    blocks: "ビットコインのブロックの高さ、コロン、ヘッダー(16進数)",
    summary: "これらのビットコインのブロックで OpenTimestamps の証明を検証させる",
    description:
      "信頼するビットコインのブロックをポリシーに加えます。OpenTimestamps の証明がそのヘッダーで検証されます。",
    required: "ポリシーで検証できるタイムスタンプがないバンドルは、判定しない",
  },
  added: (name, until) => `${name}(期限 ${until})`,
  addedBlock: (height, time) => `ビットコインのブロック ${number(height)}、${time}`,
  dataDir: "サービス自身のデータフォルダー(ポリシーを含む)",
  output: "書き出し先(省略時は標準出力)",
  written: (path, log, quorum, witnesses) => `${path}:${log}、証人 ${number(witnesses)} 人のうち ${number(quorum)} 人`,
  leftOut: (left) => `証人 ${number(left)} 人を除きました。定足数に含まれないため、数えられません`,
};
