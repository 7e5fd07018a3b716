/** What all pages share, in Japanese. */
import type { SharedTexts } from "./shared.ts";

export const JA: SharedTexts = {
  skipToContent: "本文へ移動",
  language: "言語",
  outcome: { holds: "成立", refuted: "不成立", undecided: "判定できません", unchecked: "未確認" },
  close: "閉じる",
  copy: "コピー",
  copied: "コピーしました",
  notBefore: "これより後",
  notAfter: "これより前",
  time: "日時",
  value: "値",
  figures: "数値を表で見る",
  inUtc: (time) => `${time}(UTC)`,
  about: "Warifu：都市データのための、改ざんが分かる台帳",
};
