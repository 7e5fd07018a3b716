/** What `warifu migrate` says, in Japanese. */
import type { MigrateTexts } from "./en.ts";

export const JA: MigrateTexts = {
  verb: {
    summary: "データフォルダーの台帳を PostgreSQL データベースに移す",
    description:
      "データフォルダーの SQLite ファイルにある台帳と金庫を、WARIFU_DATABASE が指すデータベースに移し、両方を監査します。サービスが動いていないときに行います。",
    dataDir: "データフォルダー(既定: WARIFU_DATA_DIR)",
    policy: "監査に使うポリシー(既定: データフォルダーの policy.json)",
    json: "JSON 文書を一つだけ出力する",
    after: `
ファイルは ledger.sqlite.migrated と vault.sqlite.migrated として残り、これらでサービスが起動することはありません。途中で
中断したときは、もう一度実行すると続きから進みます。

例:
  WARIFU_DATABASE=postgres://warifu@db.example/warifu warifu migrate`,
  },
  copying: "行を写しました",
  moved: (entries) => `${entries} 件のエントリがデータベースにあり、監査で異常は見つかりませんでした`,
  next: "WARIFU_DATABASE を設定してサービスを起動してください。データベースのバックアップができるまで .migrated ファイルを残してください。",
};
