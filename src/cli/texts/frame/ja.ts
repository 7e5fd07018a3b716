/** What frames every verb, in Japanese. */
import type { FrameTexts } from "./en.ts";

export const JA: FrameTexts = {
  program: "都市データのための、改ざんが分かる台帳です。記録を登録し、証明を取得し、検証します。",
  version: "バージョンを表示する",
  help: "このヘルプを表示する",
  helpVerb: "コマンドのヘルプを表示する",
  lang: "言語:en、es、ja のいずれか(省略時は LC_ALL、LC_MESSAGES、LANG に従う)",
  after: `
終了コード:
  0  成立、または完了
  1  不成立。手順と記録を示します
  2  使い方の誤り(オプション、ファイル、設定)
  3  まだ判定できません(応答がない、または確定したアンカーがまだない)
 70  プログラムの不具合(お知らせください)

設定は環境変数で行います。このフォルダーの .env ファイルも読みます(.env.example を参照)。
チェックアウトの中や、パッケージをインストールしたフォルダーでは、npx warifu として実行します。

例:
  warifu start                                        サービスと専用のローカルチェーンを起動
  warifu submit readings.csv --type sensor-reading    一行を一件の記録として登録
  warifu prove ID -o bundle.json                      一件の記録の証明を取得
  warifu verify bundle.json --policy policy.json      サービスに尋ねずに検証`,
  tellsMore: "(詳しくは --help)",

  headings: {
    "Usage:": "使い方:",
    "Arguments:": "引数:",
    "Options:": "オプション:",
    "Commands:": "コマンド:",
    "Global Options:": "共通オプション:",
  },
  options: "[オプション]",
  command: "[コマンド]",
  choices: (all) => `選択肢:${all}`,
  byDefault: (value) => `省略時:${value}`,

  wrong: {
    unknownOption: ([option]) => `オプション '${option}' はありません`,
    unknownCommand: ([command]) => `コマンド '${command}' はありません`,
    missingArgument: ([argument]) => `引数 '${argument}' が必要です`,
    optionMissingArgument: ([option]) => `オプション '${option}' に値が必要です`,
    missingMandatoryOptionValue: ([option]) => `オプション '${option}' は必須です`,
    conflictingOption: (named) => `'${named[0]}' と '${named[1]}' は同時に使えません`,
    excessArguments: () => "引数が多すぎます",
    invalidArgument: (named) => `'${named[0]}' の値 '${named[1]}' は使えません。`,
  },
  didYouMean: (names) => `(もしかして:${names})`,
  allowed: (names) => `指定できる値は ${names} です。`,

  error: "エラー:",
  hint: "ヒント:",
  detail: "詳細(英語):",
  systemRefused: (message) => `システムに拒否されました:${message}`,
  defect: (message) => `プログラムの不具合です。お知らせください:${message}`,

  left: (seconds) => `残り ${seconds} 秒`,
  doneOf: (done, total) => `${total} のうち ${done}`,
  records: "記録",
  bundles: "バンドル",
  leaves: "リーフ",

  yesOrNo: "[y/N]",
  yes: /^(はい|y(es)?)$/i,

  url: "サービスのアドレス(省略時は WARIFU_URL、なければこのマシン)",
  json: "JSON 文書を一つだけ出力する",
  key: "API キー(省略時は WARIFU_API_KEY、なければこのマシンのもの)",
  auditorKey: "監査者の API キー(省略時は WARIFU_API_KEY、なければこのマシンのもの)",
  officerKey: "担当者の API キー。同じマシンの利用者に見えるため、--key-file を推奨",
  keyFile: "API キーを収めたファイル",
  keyFileUnseen: "API キーを収めたファイル。--key と違い、同じマシンの利用者に見えない",
  officerKeyFile: "担当者の API キーを収めたファイル",
  policy: "あなたのポリシー(または環境変数 WARIFU_POLICY_FILE)",

  values: {
    wholeNumber: (most) => `1 から ${most} までの整数を指定してください。`,
    seconds: "86400 以下の秒数を指定してください。",
    blockHash: "0x と16進数64桁で指定してください。",
    bitcoinHeader:
      "ビットコインのブロックの高さ、コロン、ヘッダー(16進数160桁、その作業証明を満たすもの)の順に指定してください。",
    sourceName: "A-Z a-z 0-9 . _ : / @ - からなる1〜128文字の名前で、先頭は英数字にしてください。",
    time: "2026-11-01、2026-11-01T10:00Z、2026-11-01T10:00+01:00、または 90m、12h、2d(前)のように指定してください。",
    endTime: "30d、12h(今から)、2027-01-31 のような日、または 2027-01-31T10:00Z のように指定してください。",
    address: "http か https のアドレスを指定してください。",
    account: "0x と16進数40桁で指定してください。",
    checksum: "チェックサムが合いません。桁が変わっていませんか。",
    rootHash: "16進数64桁で指定してください。",
    encoding: "shift_jis、euc-jp、iso-8859-1、windows-1252、utf-16le などの文字コード名を指定してください。",
    delimiter: "「;」のような1文字、または tab を指定してください。",
  },
};
