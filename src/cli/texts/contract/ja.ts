/** What `warifu contract` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { ContractTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: ContractTexts = {
  contract: {
    summary: "ログのコントラクトを管理する",
    description: "ログのコントラクトを表示し、アンカーや閉鎖の権限を定め、閉鎖し、新しく配置します。",
    after: `
変更には、--keystore と --password-file、--signer-url と --address、または WARIFU_ADMIN_KEY で署名します。どの変更もブロックに
入るまで待ちます。すでに行われている変更は何も送りません。

終了コード 0:そのとおり。2:コントラクトが許しません。3:まだ応答がありません。

例:
  warifu contract status
  warifu contract revoke-anchorer 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --keystore admin.json --password-file admin.password
  warifu contract close --signer-url http://127.0.0.1:9000 --address 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC`,
  },
  account: "アカウント",
  status: {
    summary: "コントラクトの状態を示す",
    description: "コントラクトが持つログの状態、閉鎖の有無、誰がどの権限を持つかを示します。",
  },
  grantAnchorer: {
    summary: "アカウントにアンカーを許す",
    description: "アカウントにアンカーを許します。",
    done: (of) => `${of} はアンカーできます`,
  },
  revokeAnchorer: {
    summary: "アカウントからアンカーの権限を取り上げる",
    description: "アカウントからアンカーの権限を取り上げます。",
    done: (of) => `${of} はアンカーできません`,
  },
  grantCloser: {
    summary: "アカウントにログの閉鎖を許す",
    description: "アカウントにログの閉鎖を許します。",
    done: (of) => `${of} はログを閉鎖できます`,
  },
  revokeCloser: {
    summary: "アカウントからログ閉鎖の権限を取り上げる",
    description: "アカウントからログ閉鎖の権限を取り上げます。",
    done: (of) => `${of} はログを閉鎖できません`,
  },
  offerAdmin: {
    summary: "アカウントに管理者の座を譲ると申し出る",
    description: "アカウントに管理者の座を譲ると申し出ます。",
    done: (of) => `コントラクトの待ち時間の後、${of} は \`warifu contract accept-admin\` で管理者になれます`,
  },
  acceptAdmin: {
    summary: "申し出を受けて管理者になる",
    description: "申し出を受けて管理者になります。",
    done: (admin) => `${admin} が管理者です`,
  },
  close: {
    summary: "ログを永久に閉鎖する",
    description: "ログを永久に閉鎖します。",
    done: (treeSize) => `ログはエントリ ${number(treeSize)} 件で永久に閉鎖されました`,
  },
  deploy: {
    summary: "コントラクトを配置する(閉鎖されたものの後継も可)",
    description:
      "WARIFU_ORIGIN のログのコントラクトを配置します。--successor-of を付けると、閉鎖されたコントラクトのログを最後の正しい状態から引き継ぎます。その状態は、--size と --root で指定しなければ、データフォルダーにある最新の確定アンカーです。",
    admin: "アンカーと閉鎖の権限を定める者",
    anchorer: "アンカーできる者",
    closer: "ログを閉鎖できる者",
    adminDelay: "管理者交代の二つの手順の間隔",
    maxGrowth: "一つのアンカーで加えられるエントリの上限",
    successorOf: "前の、閉鎖されたコントラクト",
    size: "開始時の状態のエントリ数",
    root: "開始時の状態のルート、64桁",
  },
  deployed: (contract, chain) => `コントラクト ${contract} をチェーン ${chain} に配置しました`,
  warning: (message) => `注意。詳細(英語):${message}`,
  setContract: "WARIFU_CONTRACT に設定してください。検証者のポリシーには、このアドレスとコードのハッシュが必要です",
  options: {
    contract: "コントラクト(省略時は WARIFU_CONTRACT、なければデータフォルダーのもの)",
    rpc: "チェーンの JSON-RPC ノード(省略時は WARIFU_RPC_URL のすべて。一致が必要。なければローカルチェーン)",
    keystore: "この暗号化されたキーストアの鍵で署名する",
    passwordFile: "パスワードを収めたファイル",
    signerUrl: "別の場所の署名者を使う(eth_signTransaction)",
    address: "署名するアカウント",
    maxCost: "トランザクションの費用の上限(省略時は 0.5)",
    wait: "ブロックを待つ秒数",
    ether: "0.5 のような額を指定してください。",
  },
  nothingSent: "すでにそのとおりです。何も送っていません",
  included: (transaction, block) => `トランザクション ${transaction}、ブロック ${block}`,
  labels: {
    contract: "コントラクト",
    codeHash: "コード",
    logId: "ログ ID",
    head: "状態",
    startsAt: "開始",
    closed: "閉鎖",
    admin: "管理者",
    anchorers: "アンカー権限",
    closers: "閉鎖権限",
  },
  contractOf: (contract, chain, block) => `${contract}(チェーン ${chain}、ブロック ${block})`,
  headOf: (treeSize, root) => `エントリ ${number(treeSize)} 件、ルート ${root}`,
  since: (head, time) => `${head}、${time} から`,
  yesForGood: "済み(永久)",
  no: "なし",
  nobody: "なし",
  offered: (account, time) => `${account} に申し出済み、${time} 以降`,
};
