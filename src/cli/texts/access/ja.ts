/** What `warifu key` and `warifu officer` say, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { AccessTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: AccessTexts = {
  adminKey: "管理者権限の API キー。同じマシンの利用者に見えるため、--key-file を推奨",
  adminKeyFile: "管理者権限の API キーを収めたファイル",
  dataDir: "サービスではなく、動いていないサービスのデータフォルダーで行う",
  key: {
    summary: "API キーの発行・一覧・失効、アカウントの鍵の作成、金庫とログの鍵の交換",
    description: "API キーを発行・一覧・失効させ、チェーンのアカウントの鍵を作り、金庫とログの鍵を交換します。",
    after: `
API キーを扱うには管理者権限のキーが要ります:--key-file、--key、WARIFU_API_KEY、またはこのマシンのサービスの最初の
キー。--data-dir を付けると、動いていないサービスのデータフォルダーで発行・一覧・失効を行います。

例:
  warifu key add gateway-7 --role submitter --source 'santander/*' --type sensor-reading --expires 365d
  warifu key add gateway-7b --role submitter --replaces 4f0c9e2d1b3a5768
  warifu key list
  warifu key revoke 4f0c9e2d1b3a5768
  warifu key add rescue --role admin --data-dir data
  warifu key account new --keystore anchor.json --password-file anchor.password
  warifu key rotate-vault --data-dir data
  warifu key rotate-log --data-dir data`,
  },
  add: {
    name: "キーの用途。個人名は使わない",
    summary: "キーを発行する",
    description: "キーを発行して表示します。表示されるのはこの一度だけです。",
    role: "キーで許されること",
    source: "対象の送信元。'santander/*' のような前方一致、すべてなら '*'。複数指定可",
    type: "送ってよい記録の種別。複数指定可(省略時はすべて)",
    expires: "有効期限。2027-04-11 のような日、または 90d、12h(省略時は無期限)",
    rate: "1分あたりの記録とその他の要求の数(省略時は通常の上限)",
    replaces: "置き換える元のキー。そのキーで送ったものを、新しいキーで再送できる",
  },
  noteDown: (id, name, role) => `${name}(${role})のキー ${id}:控えておいてください。再表示はできません`,
  replaced: (id) =>
    `キー ${id} はまだ有効です。新しいキーに切り替えたら失効させてください(npx warifu key revoke ${id})`,
  list: {
    summary: "発行したすべてのキーを一覧する",
    description: "これまでに発行したすべてのキーを、秘密の部分を除いて一覧します。",
  },
  revoke: {
    id: "キーの ID。wk_ に続く16桁",
    summary: "キーを失効させる",
    description: "キーを失効させます。その時点から受け付けなくなります。",
  },
  revoked: (id) => `キー ${id} を失効させました`,
  notes: {
    sources: (names) => `送信元 ${names}`,
    types: (names) => `種別 ${names}`,
    rate: (requests) => `毎分 ${requests}`,
    until: (time) => `期限 ${time}`,
    neverUsed: "未使用",
    lastUsed: (time) => `最終使用 ${time}`,
    revoked: (time) => `失効 ${time}`,
    byProvider: "ID プロバイダー経由",
    passkeys: (passkeys) => `パスキー ${number(passkeys)} 個`,
    invited: (time) => `招待の期限 ${time}`,
    removed: (time) => `削除 ${time}`,
  },
  andThen: "、",
  values: {
    keyId: "キーの ID は16進数16桁です。",
    officerId: "アカウントの ID は of_ と16進数16桁です。",
    timeToCome: "2027-04-11 のような将来の日時、または 90d、12h のように指定してください。",
  },

  account: {
    summary: "チェーンのアカウントの鍵を作る",
    description: "チェーンのアカウントの鍵。アンカーする者、閉鎖できる者、管理する者のもの。",
  },
  newAccount: {
    summary: "暗号化されたキーストアに鍵を作り、アドレスを表示する",
    description:
      "暗号化されたキーストア(Web3 Secret Storage)に鍵を作り、アドレスを表示します。パスワードファイルがなければ、ランダムなパスワードで作ります。既存のキーストアは決して置き換えません。",
    keystore: "作るキーストア",
    passwordFile: "パスワードを収めたファイル",
  },
  passwordMade: (file) => `パスワードも作りました:${file}`,
  keepApart: (keystore, passwordFile) =>
    `${keystore} と ${passwordFile} は別々に保管し、それぞれ複製も取ってください。両方がないとアカウントは失われます`,

  rotate: {
    summary: "金庫の鍵を交換し、古い複製を開けなくする",
    description:
      "停止したサービスの金庫の中身をすべて新しい鍵に移し、古い鍵を破棄します。古い鍵の複製も破棄すれば、以前に取った金庫の複製は開けなくなります。中断したら、もう一度実行してください。",
    dataDir: "データフォルダー(省略時は WARIFU_DATA_DIR、なければ data)",
    newKeyFile: "鍵がファイルにない場合、新しい鍵のファイル。なければ作る",
    leaveDamaged: "どの鍵でも開けない値があっても続ける。その値は失われる",
  },
  rewrapped: "移した値",
  rotated: (values, keyFile) => `金庫を新しい鍵に移しました:値 ${number(values)} 件、鍵は ${keyFile}`,
  damaged: (values) => `どの鍵でも開けなかった値 ${number(values)} 件`,
  copyNewKey: "新しい鍵をバックアップの場所に複製し、古い鍵の複製をすべて破棄してください",
  putNewKey: "新しい鍵をサービスが読む場所に置き、その後で古い鍵とその複製をすべて破棄してください",

  officer: {
    summary: "窓口に人を招待し、アカウントを一覧・削除する",
    description: "窓口にサインインする人のアカウント。",
    after: `
アカウントは人のためのもので、パスキーで窓口にサインインします。API キーはプログラムのためのものです。リンクは一度だけ
有効です。直接手渡すか、ほかの人が読めない方法で渡してください。

例:
  warifu officer invite --name 'M. Ruiz' --role officer --source 'reports/*'
  warifu officer invite --again of_4f0c9e2d1b3a5768
  warifu officer list
  warifu officer remove of_4f0c9e2d1b3a5768`,
  },
  invite: {
    summary: "アカウントと、パスキーを登録するリンクを作る",
    description: "アカウントを作り、そのパスキーを一度だけ登録できるリンクを表示します。",
    name: "誰のものか(同僚向け)",
    role: "アカウントで許されること",
    source: "対象の送信元、または 'reports/*' のような前方一致。複数指定可(省略時はすべて)",
    expires: "アカウントの有効期限。日、または 90d、12h(省略時は無期限)",
    rate: "1分あたりの要求の数(省略時は通常の上限)",
    again: "代わりに、既存のアカウントの新しいリンク。端末の追加や紛失のとき",
    hours: "リンクの有効時間(省略時は24時間)",
  },
  invited: (id, until) => `アカウント ${id} 用。一度だけ有効、期限は ${until}。再表示はできません`,
  listOfficers: {
    summary: "作成したすべてのアカウントを一覧する",
    description: "これまでに作成したすべてのアカウントを一覧します。",
  },
  remove: {
    id: "アカウントの ID",
    summary: "アカウントを削除する",
    description: "アカウントを削除します。サインイン中の人は使えなくなります。行ったことの記録は残ります。",
  },
  removed: (id) => `アカウント ${id} を削除しました`,
};
