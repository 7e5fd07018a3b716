/** What `warifu profile` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { ProfileTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: ProfileTexts = {
  profile: {
    summary: "記録の種別のプロファイルを調べる",
    description: "記録の種別のプロファイルを調べます。",
    after: `
プロファイルは、ある種別の記録に何を含めてよいか、どの項目が誰にでも見えるか、どれだけの期間保管するかを定めます。サービスの
開始時と同じ検査をここで行います。メンバーは docs/formats.md、このプログラムのプロファイルは profiles フォルダーにあります。

終了コード 0:使えます。2:使えません(理由を表示)。

例:
  warifu profile check profiles/noise-complaint.json`,
  },
  check: {
    file: "プロファイルの JSON ファイル",
    summary: "プロファイルが使えるか、何を公開するかを示す",
    description: "プロファイルが使えるか、何を公開し、何を秘匿することになるかを示します。",
  },
  usable: (vct) => `${vct} は使えます`,
  publicForEver: (names) => `永久に公開:${names}`,
  concealed: (names) => `秘匿:      ${names}`,
  everyClaim: "すべての項目",
  nothing: "なし",
  kept: (days, concernsPeople) =>
    `${days === null ? "保管期限なし" : `保管期間 ${number(days)} 日`}、${concernsPeople ? "人に関わる" : "人に関わらない"}`,
};
