/** Why something is missing or did not work; nothing while nothing is. */
import { addressOf } from "../app/router.ts";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Failure } from "./api.ts";
import { FRAME } from "./texts/frame.ts";

export function FailureNotice({ failure }: { readonly failure: Failure | undefined }) {
  const { failure: texts, signIn } = textsIn(FRAME);
  if (failure === undefined) return null;
  const { status, detail } = failure;
  if (status === 401)
    return (
      <Notice kind="warning">
        <p>{texts.signedOut}</p>
        <p>
          <a href={addressOf("/app/join")}>{signIn}</a>
        </p>
      </Notice>
    );
  return (
    <Notice kind="warning">
      <p>{wordsFor(status, texts)}</p>
      {detail !== undefined && status >= 400 && status < 500 && (
        <p class="service-says">
          {texts.says} <span lang="en">{detail}</span>
        </p>
      )}
    </Notice>
  );
}

function wordsFor(status: number, texts: (typeof FRAME)["en"]["failure"]): string {
  if (status === 0 || status >= 502) return texts.unreachable;
  if (status === 429) return texts.tooMany;
  return status === 403 ? texts.forbidden : texts.other(status);
}
