/** What is said where something failed: in the reader's language as far as the code goes, and then what the service says. */
import { EnglishDetail } from "../components/english-detail.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Failure } from "./api.ts";
import { FRAME } from "./texts/frame.ts";

/** Nothing while nothing failed. */
export function FailureNotice({ failure }: { readonly failure: Failure | undefined }) {
  const { failure: texts } = textsIn(FRAME);
  if (failure === undefined) return null;
  return (
    <Notice kind="error" title={texts.title}>
      <p>{failureInWords(failure)}</p>
      {failure.detail !== undefined && <EnglishDetail>{failure.detail}</EnglishDetail>}
    </Notice>
  );
}

/** Why, in one sentence. */
function failureInWords({ status, code }: Failure): string {
  const { failure, codes } = textsIn(FRAME);
  const byCode: Readonly<Record<string, string>> = codes;
  const byStatus: Readonly<Record<string, string>> = failure;
  return (code !== undefined ? byCode[code] : undefined) ?? byStatus[String(status)] ?? failure.other;
}
