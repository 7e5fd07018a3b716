/** What the verbs about requests of people say, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { RequestTexts } from "./en.ts";

const number = numberIn("ja");

const OPERATIONS = {
  access: "開示請求",
  rectify: "訂正",
  erase: "消去",
  restrict: "利用の制限",
  object: "異議",
  "cease-provision": "第三者提供の停止",
  export: "データの持ち出し",
  complaint: "苦情",
} as const;
const STATES = {
  received: "受付",
  "identity-checked": "本人確認済み",
  extended: "期限延長",
  done: "対応済み",
  refused: "拒否",
} as const;

export const JA: RequestTexts = {
  list: {
    summary: "本人からの請求を期限の順に一覧する",
    description: "本人からの請求を、期限が近いものから一覧します。",
    state: "対象",
    found: (requests) => `請求 ${number(requests)} 件`,
  },
  request: {
    summary: "本人の請求を受け付け、終わりまで対応する",
    description: "本人の請求を受け付け、法律の期限に従って終わりまで対応します。",
  },
  open: {
    summary: "請求を受け付ける",
    description: "請求を受け付けます。期限は届いた時点から数えます。",
    operation: (operations) => `請求の種類:${operations}`,
    record: "対象の記録。繰り返し指定できる",
    subject: "誰の請求か(`warifu privacy find` が示す名)",
    received: "届いた日時。RFC 3339(省略時は今)",
    textFrom: "本人の申出を収めたファイル。- は標準入力。金庫だけに保管される",
  },
  id: "請求",
  show: {
    summary: "請求と、各手順に必要なものを表示する",
    description: "請求、これまでの手順、次の手順に必要なものを表示します。",
  },
  steps: {
    identity: {
      summary: "本人確認をしたことを記録する",
      description: "請求の本人確認をしたことを記録します。これを求める法律があります。",
    },
    extend: {
      summary: "期限を一度だけ延長する",
      description: "本人に知らせる理由により、請求の期限を一度だけ延長します。",
    },
    done: {
      summary: "対応が終わったことを記録する",
      description: "法律が求める内容を本人に知らせた後、対応した請求を終了します。",
    },
    refuse: {
      summary: "請求を拒否する",
      description: "理由と、拒否を認める規定を添えて、請求を拒否して終了します。",
    },
  },
  told: "本人に知らせた内容(`request show` が示すもの)。コンマ区切り",
  reasonFrom: "理由を収めたファイル。- は標準入力。金庫だけに保管される",
  provision: "拒否を認める規定(gdpr-17-3 など)。コンマ区切り",
  copy: {
    id: "開示請求またはデータの持ち出しの請求",
    summary: "本人が求めたデータの写しを取得する",
    description: "本人が求めたデータの写しを、持ち運べる JSON で取得します。",
    written: (records, file) => `記録 ${number(records)} 件を ${file} に書き出しました`,
  },
  line: ({ id, operation, state, due, overdue, jurisdiction }) =>
    `${id}  ${OPERATIONS[operation]}、${STATES[state]}、期限 ${due}${overdue ? "(超過)" : ""}  (${jurisdiction})`,
  step: (time, state, leaf) => `  ${time}  ${STATES[state]}、リーフ ${leaf}`,
  takes: (step, told) => `  ${step} には --told ${told || "(なし)"} が必要です`,
};
