/** What `warifu key` says of the log's own keys, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { LogKeysTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: LogKeysTexts = {
  rotate: {
    summary: "ログの鍵を交換する:次の鍵を作り、以後は両方で署名する",
    description:
      "停止したサービスのデータフォルダーで、ログの次の鍵を作ります。以後はチェックポイントごとに両方の鍵で署名するので、検証する側は新しいポリシーに余裕をもって切り替えられます。終えるには `warifu key retire-log` を使います。中断したら、もう一度実行してください。",
  },
  retire: {
    summary: "ログの鍵の交換を終える:前の鍵は署名をやめ、破棄される",
    description:
      "停止したサービスのデータフォルダーで、両方の鍵で署名する期間を終えます。前の鍵の秘密の部分は破棄し、公開の部分はそれまでの署名のために残します。古いポリシーのままの検証者は、以後の署名を拒みます。中断したら、もう一度実行してください。",
  },
  addMlDsa: {
    summary: "ログが ML-DSA-44 でも署名するようにする",
    description:
      "停止したサービスのデータフォルダーで、ML-DSA-44 の鍵を作ります。ログはチェックポイントごとに Ed25519 の鍵と並べてこの鍵でも署名します。サービスが書くポリシーは次のエントリから両方の署名を求め、以前のポリシーはそのまま使えます。チェックポイントは 3.3 KB 大きくなり、証明にはそれが二度まで入ります。",
  },
  dataDir: "データフォルダー(省略時は WARIFU_DATA_DIR、なければ data)",
  rotated: "次の起動から、ログは両方の鍵で署名します",
  retired: (entries) => `前の鍵はもう署名しません。エントリ ${number(entries)} 件までのチェックポイントに有効です`,
  added: "次の起動から、ログは ML-DSA-44 でも署名します",
  nothingToDo: "行うことは残っていませんでした",
  copyAndPublish: (file) =>
    `${file} をバックアップの場所に複製し、サービスを起動して、新しい policy.json を公開してください`,
  destroyCopies: "前の鍵ファイルの複製をすべて破棄してください。複製を持つ者は、それまでのログとして署名できます",
};
