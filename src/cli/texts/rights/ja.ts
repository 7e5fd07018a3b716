/** What the verbs about notices, consent, restrictions and rectification say, in Japanese. */
import type { RightsTexts } from "./en.ts";

const STATES = { restricted: "利用制限", objected: "異議を認定", "provision-ceased": "第三者提供の停止" } as const;

export const JA: RightsTexts = {
  notice: {
    summary: "データの利用について本人に知らせる内容を有効にする、または表示する",
    description: "データの利用について本人に知らせる内容です。言語ごとにあります。",
    add: {
      file: "通知。examples/privacy にあるような JSON ファイル",
      summary: "通知を有効にする",
      description: "同じ言語の通知に代えて、通知を有効にします。永久に公開されます。",
    },
    added: (leaf) => `有効になりました:リーフ ${leaf} に記録`,
    show: { summary: "有効な通知を表示する", description: "有効な通知を表示します。" },
    lang: "es など",
    shown: (language, version, since) => `${language}、バージョン ${version}、${since} から`,
    purpose: (code, text, needsConsent) => `${code}:${text}${needsConsent ? "(同意が必要)" : ""}`,
  },
  consent: {
    summary: "同意とその撤回を記録し、受領証を取得する",
    description: "同意とその撤回を同じ手順で記録し、受領証を取得します。",
    purpose: "有効な通知にある目的のコード",
    given: { summary: "同意があったことを記録する", description: "同意があったことを記録します。" },
    withdrawn: { summary: "同意の撤回があったことを記録する", description: "同意の撤回があったことを記録します。" },
    lang: "示した通知の言語",
    country: "提供先の国(JP など)。省略時は目的全体",
    subject: "誰の同意か。省略時は新しい人",
    noted: (subject, purpose, state, leaf) =>
      `${subject}:${purpose} への同意${state === "given" ? "" : "の撤回"}を、リーフ ${leaf} に記録しました`,
    getReceipt: (id) => `受領証の取得:npx warifu privacy consent receipt ${id} -o receipt.json`,
    receipt: {
      id: "記録された出来事",
      summary: "同意の受領証を取得する",
      description: "同意の受領証を ISO/IEC TS 27560 の形で取得します。",
      output: "書き出すファイル",
    },
    receiptIn: (file) => `受領証を ${file} に書き出しました`,
  },
  restrict: {
    ids: "記録",
    summary: "記録の利用を制限する、または第三者への提供を停止する",
    description: "記録の利用を制限する、異議を認める、または第三者への提供を停止します。",
    state: "停止する内容",
    basis: "法律の規定(gdpr-18 など)",
    purpose: "対象の目的。コンマ区切り(省略時はすべて)",
    subject: "誰の記録か",
    done: (state, leaf) => `${STATES[state]}:リーフ ${leaf} に記録しました`,
    stillShown: (purposes) => `  次の目的の開示には影響しません:${purposes}`,
    lifting: (id) => `解除に必要なもの:npx warifu privacy restrictions ${id}`,
  },
  restrictions: {
    id: "記録",
    summary: "記録の利用を止めているものを一覧する",
    description: "記録の利用を止めているものと、その解除に必要なものを一覧します。",
    one: (time, state, purposes, basis) =>
      `${time}  ${STATES[state]}、目的 ${purposes === "*" ? "すべて" : purposes}  (${basis})`,
    lift: (id, options) => `  解除するには:npx warifu privacy lift ${id} ${options}`,
    none: "利用を止めているものはありません",
  },
  rectify: {
    wrong: "誤った記録",
    right: "新しい記録",
    summary: "誤った記録に代わる記録を指定する",
    description: "誤った記録に代わる記録を指定し、誤った記録を開示・提供した相手を示します。",
    basis: "法律の規定(gdpr-16 など)",
    done: (leaf) => `訂正しました:リーフ ${leaf} に記録`,
    tell: (leaf) => `  リーフ ${leaf} の相手に知らせてください`,
  },
  lift: {
    id: "制限の出来事の ID(`restrictions` が示す)。記録の ID ではない",
    summary: "制限を解除する",
    description: "制限を解除します。EU では、制限した記録の利用を再開する前に本人に知らせます。",
    told: "事前に本人に知らせた内容(`restrictions` が示すもの)",
    done: (leaf) => `解除しました:リーフ ${leaf} に記録`,
  },
  request: "これで応える請求",
};
