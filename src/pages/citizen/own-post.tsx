/** A post of one's own: how far it has come, what was decided about it and why, what can be done against that, and its end. */
import { useSignal } from "@preact/signals";
import { addressOf } from "../app/router.ts";
import { OutcomeSign } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import type { Moderation, Post, Rule } from "./answers.ts";
import { send } from "./api.ts";
import { categoryName, said } from "./city.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { PostBody } from "./post-card.tsx";
import { MINE } from "./texts/mine.ts";
import { POSTS } from "./texts/posts.ts";
import { RECEIPTS } from "./texts/receipts.ts";
import { useAnswer, useSending } from "./use-answer.ts";
import { WithdrawButton } from "./withdraw-button.tsx";

export function OwnPost({ post }: { readonly post: Post }) {
  const { id, category, moderation } = post;
  return (
    <article class="post" aria-labelledby={`own-${id}`}>
      <h3 id={`own-${id}`}>
        <a href={addressOf(`/app/posts/${id}`)}>{categoryName(category)}</a>
      </h3>
      <Way post={post} />
      <PostBody post={post} isBrief />
      {moderation && <Decision id={id} moderation={moderation} />}
      <OwnDeeds id={id} />
    </article>
  );
}

/** From this phone to the proof. */
function Way({ post: { state } }: { readonly post: Post }) {
  const { steps } = textsIn(MINE);
  const { stateText } = textsIn(POSTS);
  const isProven = state === "proven";
  return (
    <>
      <ol class="way">
        {(["phone", "received", "proven"] as const).map((step) => {
          const isDone = step !== "proven" || isProven;
          return (
            <li key={step} class={isDone ? "way-done" : ""}>
              {isDone ? <OutcomeSign outcome="holds" /> : <span class="step-empty" aria-hidden="true" />}
              {steps[step]}
            </li>
          );
        })}
      </ol>
      <p class="quiet">{stateText[state]}</p>
    </>
  );
}

/** What was decided, by whom, under which rule, and why. */
function Decision({ id, moderation }: { readonly id: string; readonly moderation: Moderation }) {
  const { moderation: texts } = textsIn(MINE);
  const rules = useAnswer<{ readonly rules: readonly Rule[] }>("/v1/moderation/rules").value?.rules ?? [];
  const { visibility, rule, automatic, reason, appealable, appealed, outcome } = moderation;
  const name = said(rules.find(({ code }) => code === rule)?.labels) || rule;
  const isShown = visibility === "shown";
  const was = isShown ? texts.shown : texts[visibility];
  return (
    <Notice kind={isShown ? "info" : "warning"} title={was}>
      <p>{isShown ? texts.wasAway : automatic === true ? texts.automatic : texts.human}</p>
      {name !== undefined && <p>{texts.rule(name)}</p>}
      <Reason text={reason} />
      {outcome && (
        <>
          <p>{texts.outcome[outcome.decision]}</p>
          <Reason text={outcome.reason} />
        </>
      )}
      {appealed === true && <p>{texts.appealed}</p>}
      {appealable === true && appealed !== true && <AppealForm id={id} />}
    </Notice>
  );
}

/** The statement of reasons. */
function Reason({ text }: { readonly text: string | undefined }) {
  const { moderation } = textsIn(MINE);
  if (text === undefined) return null;
  return (
    <>
      <p>{moderation.reason}</p>
      <blockquote class="reasons said">{text}</blockquote>
    </>
  );
}

function AppealForm({ id }: { readonly id: string }) {
  const { moderation: texts } = textsIn(MINE);
  const text = useSignal("");
  const sending = useSending<unknown>();
  const { isBusy, failure } = sending.state.value;
  const submit = (): void => {
    const words = text.peek().trim();
    if (words !== "") void sending.run(() => send("POST", `/v1/posts/${id}/appeal`, { text: words }));
  };
  return (
    <Form onSend={submit}>
      <TextField
        label={texts.appeal}
        hint={texts.appealHint}
        rows={3}
        value={text.value}
        onInput={(words) => (text.value = words)}
      />
      <FailureNotice failure={failure} />
      <Button isDisabled={isBusy}>{texts.sendAppeal}</Button>
    </Form>
  );
}

function OwnDeeds({ id }: { readonly id: string }) {
  const { open } = textsIn(RECEIPTS);
  return (
    <div class="post-deeds">
      <a class="button button-plain" href={`/receipts/${id}?lang=${language.value}`}>
        {open}
      </a>
      <WithdrawButton id={id} of="post" />
    </div>
  );
}
