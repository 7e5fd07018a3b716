/** What `warifu witness` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { WitnessTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: WitnessTexts = {
  witness: {
    summary: "ログのチェックポイントに連署する",
    description: "証人を動かします。伸びるだけの C2SP ログのチェックポイントに連署し、それ以外は拒みます。",
    name: "証人の名前。スキームを除いた URL。初回の開始時に必要",
    log: "対象のログの検証鍵。複数指定可",
    logs: "対象のログを列挙したファイル",
    mlDsa: "ML-DSA-44 でも署名する。初回は鍵を作る",
    data: "鍵と記憶のフォルダー",
    host: "待ち受けるアドレス",
    port: "待ち受けるポート。0 なら空いているもの",
    json: "準備ができたら JSON 文書を一つだけ出力する",
    after: `
初回の開始時に、証人の鍵と空の記憶をデータフォルダーに作ります。そのとき --name が要ります。vkey として表示されるものを、
ログの設定と検証者のポリシーに入れてください。フォルダーの古い複製を戻したり、二つ同時に動かしたりしないでください。連署した
ことを忘れた証人は、別の履歴に連署させられるおそれがあります。Ctrl-C で止まります。

ログのファイルは https://c2sp.org/tlog-list の形式です。logs/v0 の行に続き、ログごとに "vkey …"、鍵の名前と異なる場合の
"origin …"、"qpd …"、"contact …" を書きます。

例:
  warifu witness --name witness.example.org/w1 --log ledger.example.org/2026+1d21214d+AQ11…
  warifu witness --data /var/lib/witness --logs logs.txt --host 0.0.0.0 --port 8090`,
  },
  stopping: "停止しています…",
  stopped: "停止しました",
  conflicts: {
    "split-view": (origin) =>
      `警報:ログ ${origin} が同じ大きさの異なる二つの木に署名しました。両方のチェックポイントを証拠として保管します`,
    unproven: (origin) =>
      `拒否:ログ ${origin} が署名したチェックポイントは、前のものから続くと証明されませんでした。保管します`,
  },
  passedOver: (file, what) => `${file} で読み飛ばしました。詳細(英語):${what}`,
  labels: {
    witness: "証人",
    address: "アドレス",
    vkey: "vkey",
    mlDsaVkey: "ML-DSA-44",
    data: "データ",
    witnessing: "対象",
  },
  logs: (logs, names) => `ログ ${number(logs)} 件:${names}`,
  howToStop: "Ctrl-C で止まります。",
  stoppedByItself: (why) => `証人がひとりでに止まりました:${why}`,
  values: {
    name: "スキームを除いた URL を指定してください。印字可能な ASCII で、空白とプラス記号は使えません。",
    logKey: (why) => `検証鍵ではありません。詳細(英語):${why}。`,
    port: "0 から 65535 までのポート番号を指定してください。",
  },
};
