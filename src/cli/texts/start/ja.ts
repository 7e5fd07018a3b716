/** What `warifu start` and its city feed say, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { StartTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: StartTexts = {
  start: {
    summary: "サービスを動かす",
    description:
      "サービスを動かします。ソースコードからなら、別のチェーンを設定しない限り自前のローカルチェーンを使います。",
    noFeed: "例の都市データの記録を送らない",
    json: "準備ができたら JSON 文書を一つだけ出力する",
    after: `
ソースコードから設定なしで始めると、メモリー上にローカルの Hardhat チェーンを起動し、コントラクトを配置し、データを data/
フォルダーに置きます。WARIFU_RPC_URL とアンカー用のアカウント(WARIFU_ANCHOR_KEY など)を設定すると、そのチェーンにアンカー
し、例は送りません。インストールしたパッケージにはローカルチェーンがなく、両方が要ります。Ctrl-C で止まり、次回は同じデータ
から続けます。ポートは WARIFU_HTTP_PORT で設定します。ファイルを WARIFU_LOGS に設定すると、一つのプロセスで複数のログを
動かします。

例:
  warifu start
  warifu start --no-feed
  WARIFU_DATA_DIR=/var/lib/warifu WARIFU_HTTP_PORT=9000 warifu start
  WARIFU_LOGS=logs.json warifu start`,
  },
  stopping: "停止しています…",
  stopped: "停止しました",
  starting: (folder) => `開始しています。データは ${folder}`,
  told: (line) => `注(英語):${line}`,
  ready: (seconds) => `${seconds} 秒で準備ができました`,
  stoppedByItself: (why) => `サービスがひとりでに止まりました:${why}`,
  seeLog: (folder) =>
    `受領通知を出したものは失われていません。${folder} の service.log を見て原因を取り除き、もう一度始めてください`,
  startingLogs: (logs) => `${number(logs)} 件のログを開始しています`,
  noneRuns: (why) => `このサービスで稼働しているログはなくなりました:${why}`,
  allLogs: (url) => `すべて:${url}/   健全性:${url}/healthz`,
  oneLog: (name) => `一つのログへの命令にはWARIFU_LOG を設定します。例:WARIFU_LOG=${name} npx warifu status`,
  labels: {
    service: "サービス",
    status: "状態",
    api: "API",
    log: "ログ",
    chain: "チェーン",
    contract: "コントラクト",
    data: "データ",
    policy: "ポリシー",
    apiKeys: "API キー",
  },
  chainOf: (url, id) => `${url}   (チェーン ${id})`,
  tryIt: "別の端末で試せます:",
  howToStop: "Ctrl-C で止まります。",
  checkIt: "ご自身で確かめられます:",
  feedEnded: (why) => `例の都市データが終わりました。詳細(英語):${why}`,

  feed: (records, file) => `例の都市データ:${file} の記録 ${number(records)} 件`,
  waiting: "最初の記録のアンカーを待っています…",
  refused: (position, why) => `例の記録 ${position} は拒否されました。詳細(英語):${why}`,
  acknowledged: (leaf, type, source, isNew) =>
    `受領通知 リーフ ${leaf}  ${type}、送信元 ${source}${isNew ? "" : "、既存"}`,
  acknowledgedAll: (records, added) => `受領通知 ${number(records)} 件、うち新規 ${number(added)} 件`,
  verified: (id, policyFile) => `記録 ${id} の証明を ${policyFile} に照らして検証した結果`,
};
