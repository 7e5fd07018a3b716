/** What `warifu source` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { SourceTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: SourceTexts = {
  source: {
    summary: "送信元とその署名鍵を登録する",
    description: "送信元とその署名鍵を登録し、鍵を失効させ、送信元の番号を正します。",
    after: `
署名鍵のある送信元は、送るものに署名しなければなりません。変更はそれぞれログの出来事となり、それ以降に入るものに
適用されます。失効より前に署名されたものは有効なままです。一覧と表示にキーは要りません。

例:
  warifu source keygen device.jwk
  warifu source add santander/env-419 --signing-key device.jwk.pub
  warifu source add app/7f3c --signing-key phone.pub --personal
  warifu source rotate santander/env-419 --signing-key new.jwk.pub
  warifu source revoke santander/env-419 --reason compromised
  warifu source repair santander/env-419 --from 1001`,
  },
  name: "送信元",
  keygen: {
    file: "秘密鍵を書くファイル。公開鍵は「ファイル名.pub」に書く",
    summary: "機器の署名鍵を作る",
    description: "署名鍵を JWK として作ります。秘密鍵は機器だけに置いてください。",
    curve: "鍵の種類",
  },
  made: (file) => `${file}.pub を登録し、${file} は機器に保管してください`,
  list: {
    summary: "すべての送信元を一覧する",
    description:
      "送信したことのある送信元、続いて登録だけされた送信元を一覧します。キーは要りません。キーを指定すると、そのキーの送信元だけを一覧します。",
    key: "API キー。その送信元だけを一覧する。同じマシンの利用者に見えるため、--key-file を推奨",
  },
  show: {
    summary: "送信元とその鍵、欠けている番号を表示する",
    description: "送信元とその鍵、欠けている番号を表示します。キーは要りません。",
  },
  add: {
    name: "送信元。個人名は使わない",
    summary: "送信元を登録する",
    description: "送信元を登録します。鍵を指定すると、以後送るものはその鍵で署名されていなければなりません。",
    signingKey: "その公開鍵。JWK、PEM、または base64 の Ed25519 32バイト",
    done: (name) => `${name} を登録しました`,
  },
  personal: "個人の機器。ログには鍵のソルト付きダイジェストだけを残す",
  rotate: {
    summary: "送信元の署名鍵を替える",
    description: "送信元の署名鍵を、これまでのものに替えて新しくします。",
    signingKey: "新しい公開鍵。JWK、PEM、または base64 の Ed25519 32バイト",
    keepOld: "これまでの鍵も、失効させるまで有効にしておく",
    done: (name) => `${name} の鍵を新しくしました`,
  },
  revoke: {
    summary: "送信元の署名鍵を失効させる",
    description: "送信元の署名鍵を失効させます。以後その鍵で署名されて届くものは受け付けません。",
    which: "一つの鍵だけ。それを加えたリーフの番号(`warifu source show` を参照)",
    reason: "理由",
    done: (name) => `${name} の鍵を失効させました`,
  },
  suspend: {
    summary: "送信元からの受け付けを当面止める",
    description: "再開するまで、送信元から何も受け付けません。",
    done: (name) => `${name} を停止しました`,
  },
  resume: {
    summary: "停止した送信元の記録を再び受け付ける",
    description: "停止した送信元の記録を再び受け付けます。",
    done: (name) => `${name} を再開しました`,
  },
  repair: {
    summary: "番号を指定の番号から続けさせる",
    description:
      "送信元が誤って大きすぎる番号を送ると、その後の記録は受け付けられません。この修復で、どの番号から続けるかを定めます。付いた番号はそのまま残ります。",
    from: "これからの最初の番号。送信元がまだ使っていないもの",
    done: (name, from) => `${name} は ${from} から続きます`,
  },
  entered: (done, leaf) => `${done}(リーフ ${leaf} に記載)`,

  line: (name, records, missing, conflicts, state) =>
    `${name}  記録 ${number(records)} 件、欠番 ${number(missing)} 件` +
    `${conflicts > 0 ? `、矛盾 ${number(conflicts)} 件` : ""}  (${state})`,
  unsigned: "署名なし",
  keysCount: (counting, all) => `鍵 ${all} 個のうち ${counting} 個が有効`,
  suspended: "停止中",
  notRegistered: "未登録",
  keyOf: (leaf, what, until) => `リーフ ${leaf} の鍵:${what}、${until}`,
  personsKey: "個人の鍵",
  counts: "有効",
  endedAt: (leaf, why) => `リーフ ${leaf} で失効(${why})`,
  conflicts: (records, leaves) => `別の記録の番号で署名された記録 ${number(records)} 件。リーフ ${leaves} を参照`,
  missing: (ranges) => `欠けている番号:${ranges}`,
  reputation: ({ score, from, to, complete, punctual, signed, trusted }) =>
    `評価 ${score}/100(番号 ${number(from)} から ${number(to)} まで):` +
    `完全さ ${complete}、時間どおり ${punctual}、署名 ${signed}` +
    (trusted === undefined ? "" : `、監査者の ${trusted} が信頼`),
  unknown: "不明",
};
