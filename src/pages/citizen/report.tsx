/** Whoever sees something that should not be there says so: a missed face with one tap, everything else by its rule. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { ChoiceField, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { Post, Rule } from "./answers.ts";
import { send } from "./api.ts";
import { said } from "./city.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { POSTS } from "./texts/posts.ts";
import { useAnswer, useSending } from "./use-answer.ts";

const MISSED_FACE = "missed-face";

/** What can be done about a post of somebody else. */
export function ReportParts({ post, onHeld }: { readonly post: Post; readonly onHeld: () => void }) {
  const texts = textsIn(POSTS);
  const blocking = useSending<unknown>({ isQuiet: true });
  const { pseudonym, tag } = post.author;
  // Where another city does not say who wrote something, the tag is that of the post.
  const isKnown = pseudonym !== "";
  return (
    <div class="report-parts">
      {post.pictures.length > 0 && <MissedFaceButton id={post.id} onHeld={onHeld} />}
      <ReportButton id={post.id} />
      <Button
        isDisabled={blocking.state.value.isBusy}
        onPress={() => void blocking.run(() => send("PUT", `/v1/citizens/me/blocked/${encodeURIComponent(tag)}`))}
      >
        {isKnown ? texts.block(pseudonym) : texts.blockPost}
      </Button>
      {"done" in blocking.state.value && <Notice kind="info">{isKnown ? texts.blocked : texts.blockedPost}</Notice>}
      <FailureNotice failure={blocking.state.value.failure} />
    </div>
  );
}

function MissedFaceButton({ id, onHeld }: { readonly id: string; readonly onHeld: () => void }) {
  const { missedFace, missedFaceDone, reported } = textsIn(POSTS);
  const sending = useSending<{ readonly held: boolean }>({ isQuiet: true });
  const { isBusy, failure, done } = sending.state.value;
  const press = async (): Promise<void> => {
    await sending.run(() => send("POST", `/v1/posts/${id}/reports`, { rule: MISSED_FACE }));
    if (sending.state.peek().done?.held === true) onHeld();
  };
  // Not every report holds a post back: somebody may have looked already, or there were many of them.
  if (done) return <Notice kind="info">{done.held ? missedFaceDone : reported}</Notice>;
  return (
    <>
      <Button isDisabled={isBusy} onPress={() => void press()}>
        {missedFace}
      </Button>
      <FailureNotice failure={failure} />
    </>
  );
}

/** A button that opens the form. */
export function ReportButton({ id }: { readonly id: string }) {
  const { report, reportTitle } = textsIn(POSTS);
  const isOpen = useSignal(false);
  return (
    <>
      <Button onPress={() => (isOpen.value = true)}>{report}</Button>
      <Dialog title={reportTitle} isOpen={isOpen.value} onClose={() => (isOpen.value = false)}>
        {isOpen.value && <ReportForm id={id} />}
      </Dialog>
    </>
  );
}

function ReportForm({ id }: { readonly id: string }) {
  const texts = textsIn(POSTS);
  const rules = useAnswer<{ readonly rules: readonly Rule[] }>("/v1/moderation/rules").value?.rules ?? [];
  const [rule, why] = [useSignal(""), useSignal("")];
  const sending = useSending<unknown>({ isQuiet: true });
  const { isBusy, failure } = sending.state.value;
  if ("done" in sending.state.value) return <Notice kind="info">{texts.reported}</Notice>;
  const chosen = rule.value || (rules[0]?.code ?? "");
  const submit = (): void => {
    const text = why.peek().trim();
    const told = { rule: chosen, ...(text !== "" && { text }) };
    void sending.run(() => send("POST", `/v1/posts/${id}/reports`, told));
  };
  return (
    <Form onSend={submit}>
      <ChoiceField
        label={texts.reportRule}
        value={chosen}
        choices={rules.map(({ code, labels }) => ({ value: code, name: said(labels) }))}
        onChoose={(code) => (rule.value = code)}
      />
      <TextField label={texts.reportWhy} rows={3} value={why.value} onInput={(words) => (why.value = words)} />
      <FailureNotice failure={failure} />
      <Button kind="main" isDisabled={isBusy || chosen === ""}>
        {texts.sendReport}
      </Button>
    </Form>
  );
}
