/** A record that was reported or held: how it stands, what it says and what was said about it, and what is decided. */
import { Button } from "../components/button.tsx";
import { Facts } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { LogNotice } from "../components/log-notice.tsx";
import { Notice } from "../components/notice.tsx";
import { Timeline } from "../components/timeline.tsx";
import { textsIn } from "../texts/language.ts";
import type { Moderated, ModerationWords } from "./answers.ts";
import { ask } from "./api.ts";
import { DecideForm } from "./decide-form.tsx";
import { DeskLayout } from "./desk-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { HeldPicture } from "./held-picture.tsx";
import { QueueClock, openOf, useRuleNames } from "./moderation.tsx";
import { SaidText } from "./said-text.tsx";
import { mayAct } from "./session.ts";
import { ACCESS } from "./texts/access.ts";
import { FRAME } from "./texts/frame.ts";
import { MODERATION } from "./texts/moderation.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer, useSending, type Sending } from "./use-answer.ts";

/** The page of a record's id. */
export function ModeratedRoute({ id }: { readonly id: string }) {
  const texts = textsIn(MODERATION);
  const { loading } = textsIn(FRAME);
  const { value, failure } = useAnswer<Moderated>(`/v1/records/${id}/moderation`);
  const looking = useSending<ModerationWords>();
  const words = looking.state.value.done;
  return (
    <DeskLayout title={texts.one} lead={texts.oneLead}>
      <FailureNotice failure={failure} />
      {!value && !failure && <p class="quiet">{loading}</p>}
      {value && (
        <>
          <Section title={texts.where}>
            <Where one={value} />
          </Section>
          {mayAct() && (
            <Section title={texts.says}>
              {words ? <Content id={id} words={words} /> : <Look id={id} looking={looking} />}
            </Section>
          )}
          {mayAct() && (
            <Section title={texts.decide}>
              <DecideForm key={value.steps.length} one={value} />
            </Section>
          )}
          <Section title={texts.steps}>
            <Steps one={value} words={words} />
          </Section>
        </>
      )}
    </DeskLayout>
  );
}

function Where({ one }: { readonly one: Moderated }) {
  const texts = textsIn(MODERATION);
  const words = textsIn(WORDS);
  const isOpen = openOf(one).length > 0;
  return (
    <Facts
      facts={[
        [words.state, texts.visibility[one.visibility]],
        [words.clock, isOpen ? <QueueClock one={one} /> : texts.nothingOpen],
        [
          words.record,
          <a href={`/records/${one.record}`}>
            <code>{one.record}</code>
          </a>,
        ],
      ]}
    />
  );
}

function Look({ id, looking }: { readonly id: string; readonly looking: Sending<ModerationWords> }) {
  const texts = textsIn(MODERATION);
  const { isBusy, failure } = looking.state.value;
  return (
    <>
      <p>{texts.saysLead}</p>
      <LogNotice says={textsIn(ACCESS).says} conceals={textsIn(ACCESS).conceals} />
      <FailureNotice failure={failure} />
      <Button
        isDisabled={isBusy}
        onPress={() => void looking.run(() => ask<ModerationWords>(`/v1/records/${id}/moderation/words`))}
      >
        {texts.look}
      </Button>
    </>
  );
}

function Content({ id, words: { content } }: { readonly id: string; readonly words: ModerationWords }) {
  const texts = textsIn(MODERATION);
  const { texts: said = [], pictures = [] } = content ?? {};
  if (said.length + pictures.length === 0) return <Notice kind="warning">{texts.gone}</Notice>;
  return (
    <>
      {said.map((one) => (
        <SaidText key={one.claim} id={id} said={one} />
      ))}
      <div class="held-pictures">
        {pictures.map((hash, at) => (
          <HeldPicture key={hash} path={`/v1/records/${id}/pictures/${hash}`} name={texts.picture(at + 1)} />
        ))}
      </div>
    </>
  );
}

interface StepsProps {
  readonly one: Moderated;
  readonly words: ModerationWords | undefined;
}

function Steps({ one, words }: StepsProps) {
  const texts = textsIn(MODERATION);
  const nameOf = useRuleNames();
  const { leaf } = textsIn(WORDS);
  const events = one.steps.map(({ step, by, rule, at, leafIndex }) => {
    const said = words?.items.find((item) => item.leafIndex === leafIndex);
    return {
      what: `${texts.stepWords[step]} · ${texts.by[by]}`,
      at,
      detail: (
        <>
          <p>{nameOf(rule)}</p>
          {said && <p class="said">{said.text ?? texts.noWords}</p>}
          <p>{leaf(leafIndex)}</p>
        </>
      ),
    };
  });
  return <Timeline events={events} />;
}
