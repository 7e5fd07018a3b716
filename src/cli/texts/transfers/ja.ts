/** What the verbs about other controllers say, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { TransferTexts } from "./en.ts";

const number = numberIn("ja");

const KINDS = { "business-operator": "事業者", "public-body": "行政機関等", academia: "大学・研究機関" } as const;
const LACKS: Readonly<Record<string, string>> = {
  contract: "契約または取決め",
  information: "その国について本人に知らせた内容",
  consent: "本人の同意",
  "consent-for-country": "その国についての本人の同意",
  "not-yet-valid": "有効期間(まだ有効ではない)",
  "no-longer-valid": "有効期間(すでに終了)",
};

export const JA: TransferTexts = {
  recipient: {
    summary: "ほかの管理者の一覧を管理する",
    description: "記録を渡す、または受け取る相手となる管理者の一覧を管理します。ログには相手の名は残りません。",
  },
  add: {
    name: "名称。同じ名称の内容は置き換えられる",
    summary: "提供先を追加する、または内容を置き換える",
    description: "提供先を追加し、どの法的根拠で記録を渡せるかを示します。",
    country: "所在国。ISO 3166-1 の2文字",
    kind: "種類",
    jurisdiction: "適用される法律(jp-public-body など)",
    log: "相手がログを運用している場合の検証鍵",
    contract: "契約または取決めと、その保管場所",
    information: "相手の国について本人に知らせた内容",
  },
  list: {
    summary: "提供先を一覧する",
    description: "提供先と、それぞれどの法的根拠で記録を渡せるかを一覧します。",
    none: "提供先はありません",
  },
  remove: {
    number: "番号",
    summary: "提供先を削除する",
    description: "提供先を一覧から削除します。以後は何も渡りません。",
    done: (one) => `提供先 ${one} を一覧から削除しました`,
  },
  line: (one, name, kind, country) => `${one}  ${name}  ${KINDS[kind]}  ${country}`,
  way: (id, title, lacks) =>
    `   ${id}  ${title}:${lacks.length === 0 ? "使えます" : `不足:${lacks.map((one) => LACKS[one] ?? one).join("、")}`}`,
  provide: {
    ids: "記録の ID",
    summary: "ほかの管理者に記録を提供する",
    description: "法的根拠が満たされる場合に、ほかの管理者に渡す記録のファイルを書き出します。",
    recipient: "一覧にある名称",
    claims: "開く秘匿項目。コンマ区切り",
    purpose: "目的。通知にあるコード",
    basis: "根拠(省略時は最初に満たされるもの)",
    output: "書き出すファイル",
    written: (file, records, bases) => `${file}:記録 ${number(records)} 件、根拠 ${bases}`,
  },
  receive: {
    file: "提供元のファイル",
    summary: "ほかの管理者の記録を受け取る",
    description: "ポリシーのもとでバンドルが成立するファイルの記録を受け取ります。伴っていた法律はそのまま残ります。",
    policy: "提供元のログのポリシー",
    from: "一覧にある提供元の名称",
    how: "受け取り方",
    asFile: "ファイル",
    refused: (why) => `受け取れませんでした。詳細(英語):${why}`,
    taken: (id, leaf, origin) => `${id}  リーフ ${leaf}  適用される法律 ${origin}`,
  },
  provisions: {
    id: "記録の ID",
    summary: "記録の提供先を一覧する",
    description: "記録の提供先を一覧します。訂正、消去、提供の停止の際に知らせる相手です。",
    one: (time, to, country, what) => `${time}  提供先 ${to} (${country})  ${what}`,
    none: "誰にも提供されていません",
  },
  values: {
    paper: "根拠=参照先、または最終日を添えて 根拠=参照先@2027-03-31 のように指定してください。",
    recipient: "提供先の番号を指定してください。",
  },
};
