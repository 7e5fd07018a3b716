/** What `warifu serve-log` says, in Japanese. */
import type { ServeLogTexts } from "./en.ts";

export const JA: ServeLogTexts = {
  verb: {
    summary: "オブジェクトストレージにあるログのファイルを配信する",
    description:
      "オブジェクトストレージまたはフォルダーにあるログの写しを、読み取り専用で配信します。サービスもデータベースも鍵も要りません。",
    settings: "書き出したログのフォルダー、または写しの場所を書いたファイル(WARIFU_LOG_STORAGE が指すものと同じ)",
    host: "待ち受けるアドレス",
    port: "待ち受けるポート。0 なら空いているもの",
    rate: "一つのアドレスから1分間に受け付ける要求の数",
    proxies: "前に置かれ、ヘッダーの示す送信元を信じるプロキシの数",
    json: "待ち受けを始めたら JSON 文書を一つだけ出力する",
    after: `
アドレスは https://c2sp.org/tlog-tiles のとおりで、/log/ の下にあります。配信する側を信頼する必要はありません。利用者は
読んだものを署名付きチェックポイントと照合し、チェックポイントをアンカーと照合します。いくつ並べて動かしてもかまわず、
前に置いたキャッシュはタイルをいつまでも保持できます。だれでも読めるバケットなら credentialsFile は書きません。Ctrl-C で
終了します。

例:
  warifu serve-log /srv/parks-2026
  warifu serve-log log-storage.json
  warifu serve-log log-storage.json --host 0.0.0.0 --port 8085`,
  },
  labels: { log: "ログ", storage: "ストレージ" },
  howToStop: "Ctrl-C で終了します。",
  stopping: "終了しています…",
  stopped: "終了しました",
  port: "0 から 65535 までの整数で指定するポートです。",
  rate: "1 から 1000000000 までの整数です。",
  proxies: "0 から 16 までの整数です。",
};
