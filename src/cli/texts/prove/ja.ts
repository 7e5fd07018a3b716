/** What `warifu prove` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { ProveTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: ProveTexts = {
  prove: {
    summary: "記録の証明バンドルを取得する",
    description:
      "一件の記録の証明バンドルをファイルか標準出力に、多数の記録のものはフォルダーかファイルに書き出します。",
    ids: "記録の ID(受領通知にあるもの)",
    output: "書き出し先:ファイル。複数ならフォルダーか .ndjson ファイル(省略時は標準出力)",
    openings: "秘匿項目の開示値も含める。担当者のキーが必要",
    original: "記録の元になったデータを、受信したままここに書き出す。監査者か担当者のキーが必要",
    size: "ちょうどこの大きさの確定アンカーに対する証明(省略時は、使えるもののうち最小)",
    forContract: "バンドルの代わりに、コントラクトの verifyInclusion に渡す証明を現在の先頭に対して取得する",
    format: "tlog-proof:バンドルの代わりに、エントリがログにあることだけの証明。C2SP のログのプログラムなら読める形式",
    entry: "tlog-proof の対象である 79 バイトの書き出し先",
    timestamps: "チェックポイントのタイムスタンプとその対象を、openssl ts -verify や ots で読める形でここに書き出す",
    wait: "記録がアンカーされるまで待つ秒数",
    json: "JSON 文書を一つだけ出力する(バンドルそのもの。--output があればその場所)",
    after: `
複数の記録では、-o にフォルダーを指定すると一件ごとに ID.json を、.ndjson で終わるファイルを指定すると一行に一件を
書き出します。すでにあるものは取得し直しません。

終了コード 2:使い方の誤り、記録がない、または該当なし、3:確定アンカーに含まれていない記録があるか(--wait を参照)、
サービスが応答しません。

例:
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f -o bundle.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --wait 60 | warifu verify - --policy policy.json
  warifu prove --source santander/env-419 --since 2d -o proofs
  warifu prove --type citizen-report --since 2026-11-01 --until 2026-12-01 --wait 60 -o november.ndjson
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --openings -o for-the-citizen.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f -o bundle.json --original notification.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --for-contract -o condition.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --format tlog-proof -o record.tlog-proof --entry record.entry`,
  },
  timestampsSaved: (folder, timestamps) => `${folder}:タイムスタンプ ${number(timestamps)} 件`,
  bundle: "証明バンドル",
  entry: "エントリ",
  contractProof: "コントラクト用の証明",
  saved: ({ path, what, id, bytes, openings }) =>
    `${path}:${id} の${what}、${number(bytes)} バイト${openings === undefined ? "" : `、開示値 ${number(openings)} 件`}`,
  nothingToOpen: "開示するものはありません。記録に秘匿項目がないか、消去されています",
  allOpened: "サービスによれば、これが記録の秘匿項目のすべてです。残りのダイジェストはおとりです",
  verifyIt: (command) => `検証するには:${command}`,
  verifyThem: (command) => `検証するには:${command}`,
  lacksCosignatures: (missing) =>
    `サービスが求める証人の連署が ${number(missing)} 件足りません。その数を求めるポリシーではこのバンドルは認められません。次のアンカーの後に再実行してください`,
  original: (path, id, bytes) => `${path}:${id} の元になったデータ、${number(bytes)} バイト`,
  written: (path, written, kept) =>
    `${path}:バンドルを ${number(written)} 件書き出しました${kept === 0 ? "" : `(既存 ${number(kept)} 件)`}`,
  moreFailures: (rest) => `…ほか ${number(rest)} 件(--json で全件)`,
  notAnchored: (waiting, ids, isMore) =>
    `まだアンカーされていない記録が ${number(waiting)} 件あります:${ids}${isMore ? "、…(--json で全件)" : ""}`,
  later: "後で同じコマンドを実行するか、--wait 秒数 を付ければ、残りだけを取得します",
  lackCosignatures: (bundles) =>
    `${number(bundles)} 件のバンドルに、サービスが求める証人の連署が足りません。その数を求めるポリシーでは認められません`,
};
