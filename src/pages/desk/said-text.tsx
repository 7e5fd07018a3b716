/** What somebody wrote, for whoever decides about it, with a translation if it is in another language; the log then says so. */
import { Button } from "../components/button.tsx";
import { LogNotice } from "../components/log-notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import type { ModerationWords, Translations } from "./answers.ts";
import { send } from "./api.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { MODERATION } from "./texts/moderation.ts";
import { useSending } from "./use-answer.ts";

interface SaidTextProps {
  /** Id of the record. */
  readonly id: string;
  readonly said: NonNullable<ModerationWords["content"]>["texts"][number];
}

export function SaidText({ id, said: { claim, text, language: written } }: SaidTextProps) {
  const reader = language.value;
  const isForeign = written !== undefined && written !== reader;
  return (
    <>
      <p class="said" lang={written}>
        {text}
      </p>
      {isForeign && <TranslationOf key={reader} id={id} claim={claim} to={reader} />}
    </>
  );
}

interface TranslationProps {
  readonly id: string;
  readonly claim: string;
  readonly to: typeof language.value;
}

function TranslationOf({ id, claim, to }: TranslationProps) {
  const texts = textsIn(MODERATION);
  const sending = useSending<Translations>();
  const { isBusy, done, failure } = sending.state.value;
  const found = done?.items.find((one) => one.to === to && one.texts?.[claim] !== undefined);
  if (found)
    return (
      <>
        <p class="said">{found.texts?.[claim]}</p>
        <p class="quiet">{found.label[to]}</p>
      </>
    );
  return (
    <>
      <LogNotice says={texts.translateSays} conceals={texts.translateConceals} />
      <FailureNotice failure={failure} />
      <p>
        <Button
          isDisabled={isBusy}
          onPress={() => void sending.run(() => send(`/v1/records/${id}/translations`, { to }))}
        >
          {texts.translate}
        </Button>
      </p>
    </>
  );
}
