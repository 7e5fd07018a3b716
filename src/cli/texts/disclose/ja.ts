/** What `warifu disclose` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { DiscloseTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: DiscloseTexts = {
  disclose: {
    summary: "記録が秘匿する項目を誰かに開示する",
    description: "記録の指定した項目を、目的と期限を定めて開示します。",
    ids: "記録の ID",
    claims: "秘匿された項目をコンマ区切りで。originals は画像のバイト列も含む",
    to: "開示の相手",
    purpose: "目的(文章)",
    purposeCode: "誰にでも見える目的の区分",
    until: "期限(正時)。今から 12h、30d、8w、または 2027-01-31 のような日",
    after: `
ログに残るのは、記録の項目が開示されたこと、その数、期限、目的の区分、そして渡されるたびの事実です。相手、項目名、目的の
文章は金庫だけにあります。トークンの表示は一度だけです。相手に渡してください。

例:
  warifu disclose 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --claims text,pictures --to "道路課" \\
    --purpose "穴の補修" --purpose-code repair --until 30d
  warifu disclose 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --claims text --to "監査者" --purpose "案件 4711" \\
    --until 2027-01-31 --sd-jwt -o report.sd-jwt
  warifu disclose fetch --token-file token -o report.json
  warifu disclose list
  warifu disclose withdraw 7`,
  },
  output: "開示値を含むバンドルの書き込み先。記録が複数なら1行に1件",
  sdJwt: "バンドルの代わりに SD-JWT(RFC 9901)を書く",
  fetch: {
    summary: "自分に開示されたものを取得する",
    description: "開示された内容を、トークンを使って取得します。",
    tokenFile: "トークンを収めたファイル",
  },
  list: {
    summary: "開示を一覧する",
    description: "開示を記録ごとに、渡された回数とともに一覧します。",
  },
  none: "開示したものはまだありません",
  withdraw: {
    number: "開示の番号",
    summary: "開示を取り消す",
    description: "開示を取り消します。以後、そのトークンは受け付けません。",
  },
  wasOver: (disclosure) => `開示 ${disclosure} はすでに終了していました`,
  withdrawn: (disclosure, records) => `開示 ${disclosure} を取り消しました:記録 ${number(records)} 件`,
  granted: (disclosure, claims, records, end) =>
    `開示 ${disclosure}:記録 ${number(records)} 件の ${claims}、期限 ${end}`,
  token: (token) => `トークン   ${token}`,
  keepToken: "トークンの表示は今だけです。相手だけに渡してください",
  written: (file, count, isSdJwt) => `${file}:${isSdJwt ? "SD-JWT" : "証明バンドル"} ${number(count)} 件`,
  recordLine: (id, leaf, what) => `${id}  リーフ ${leaf}  ${what}`,
  erased: "その後消去されたため、何も開けません",
  grantLine: ({ disclosure, record, claims, recipient, purpose, end, accesses }) =>
    `${disclosure}  ${record}  ${claims}  相手 ${recipient}(${purpose})  ${end}、閲覧 ${number(accesses)} 回`,
  until: (time) => `期限 ${time}`,
  states: { expired: "期限切れ", withdrawn: "取り消し済み", "in-force": "有効", erased: "消去済み" },
  values: {
    disclosure: "開示の番号を指定してください。",
    names: "名前をコンマ区切りで指定してください。",
  },
};
