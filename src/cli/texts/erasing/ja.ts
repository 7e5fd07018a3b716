/** What `warifu erase` and `warifu withhold` say, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { ErasingTexts } from "./en.ts";

const number = numberIn("ja");

const GOES = "秘匿された内容、受け取ったバイト列と画像、それらから作ったもの、および冪等キー";

export const JA: ErasingTexts = {
  ids: "記録の ID",
  yes: "確認しない",
  erase: {
    summary: "記録が秘匿する内容を消去する",
    description: "記録が秘匿する内容と受け取ったものを完全に消去します。リーフとすべての証明は残ります。",
    basis: "消去の根拠となる法律の規定",
    request: "これで応える請求。記録が一件のときログに記される",
    after: `
根拠は gdpr-17-1-a や appi-35-3 のような法律の規定の ID です。記録が消去されたこと、その日時と根拠がログに残ります。金庫の
古い複製には、金庫の鍵を交換するまで残ります。

例:
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis gdpr-17-1-a
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis appi-35-3 --yes --json`,
    question: (records) => `記録 ${number(records)} 件を完全に消去しますか。`,
    goes: GOES,
    stays: "リーフ、公開の項目、秘匿された内容のダイジェスト。ほかはすべて引き続き検証できます",
    done: (id, leaf) => `${id}  消去しました:リーフ ${leaf}`,
    doneBefore: (id, leaf) => `${id}  すでに消去されていました:リーフ ${leaf}`,
  },
  withhold: {
    summary: "記録の公開内容の公開を停止する",
    description: "記録の公開内容をログの保管庫から完全に取り除き、記録を消去します。",
    reason: "理由",
    basis: "公開停止の根拠となる法律の規定",
    after: `
公開すべきでなかった項目が公開された記録のためのものです。公開されていた内容の複製をほかの人が持っているかもしれません。

例:
  warifu withhold 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --reason personal-data`,
    question: (records) => `記録 ${number(records)} 件の公開を完全に停止しますか。`,
    goes: `記録の内容すべて、${GOES}`,
    stays: "リーフ。ログにあることを引き続き証明でき、ほかはすべて検証できます",
    done: (id, leaf) => `${id}  公開を停止しました:リーフ ${leaf}`,
    doneBefore: (id, leaf) => `${id}  すでに公開が停止されていました:リーフ ${leaf}`,
  },
  goes: (what) => `消えるもの:${what}`,
  stays: (what) => `残るもの:${what}`,
  refused: (id, why) => `${id}  拒否されました。詳細(英語):${why}`,
  notGone: "別のプロセスがまだ一部を含むファイルを読んでいます。サービスは削除を続けます",
};
