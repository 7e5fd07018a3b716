/** A request, from its arrival to its answer: where it stands, what it is about, what was done, and what comes next. */
import { Code } from "../components/code.tsx";
import { Facts } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { Time } from "../components/time.tsx";
import { Timeline } from "../components/timeline.tsx";
import { addressOf } from "../app/router.ts";
import { textsIn } from "../texts/language.ts";
import type { RequestAbout, RequestView } from "./answers.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { provisionName, useLaw } from "./law.ts";
import { picked } from "./picked.ts";
import { CopySection, RequestAboutSection } from "./request-about.tsx";
import { RequestSteps } from "./request-steps.tsx";
import { RequestClock } from "./requests.tsx";
import { mayAct } from "./session.ts";
import { FRAME } from "./texts/frame.ts";
import { REQUESTS } from "./texts/requests.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer, useSending } from "./use-answer.ts";

/** The page of a request's id. */
export function RequestRoute({ id }: { readonly id: string }) {
  const texts = textsIn(REQUESTS);
  const words = textsIn(WORDS);
  const { loading } = textsIn(FRAME);
  const { value, failure } = useAnswer<RequestView>(`/v1/privacy/requests/${id}`);
  const about = useSending<RequestAbout>();
  if (!value)
    return (
      <DeskLayout title={texts.title}>
        <FailureNotice failure={failure} />
        {!failure && <p class="quiet">{loading}</p>}
      </DeskLayout>
    );
  return (
    <DeskLayout title={texts.title1(words.operations[value.operation])} lead={texts.nothingOf}>
      <FailureNotice failure={failure} />
      <Section title={texts.where}>
        <Where request={value} />
      </Section>
      {mayAct() && <RequestAboutSection id={id} about={about} />}
      {mayAct() && value.needs && <DoIt request={value} about={about.state.value.done} />}
      {value.needs && mayAct() ? (
        <Section title={texts.next}>
          <RequestSteps request={value} />
        </Section>
      ) : (
        !value.needs && <Notice kind="info">{texts.closed}</Notice>
      )}
      <Section title={texts.steps}>
        <Steps request={value} about={about.state.value.done} />
      </Section>
    </DeskLayout>
  );
}

function Where({ request }: { readonly request: RequestView }) {
  const texts = textsIn(REQUESTS);
  const words = textsIn(WORDS);
  const law = useLaw();
  const { id, leafIndex, state, receivedAt, jurisdiction, lawVersion } = request;
  const jurisdictions: Readonly<Record<string, string>> = words.jurisdictions;
  return (
    <Facts
      facts={[
        [words.state, words.steps[state]],
        [words.clock, <RequestClock request={request} />],
        [texts.received, <Time at={receivedAt} />],
        [texts.law, `${law?.law ?? ""} ${lawVersion} (${jurisdictions[jurisdiction] ?? jurisdiction})`.trim()],
        [texts.id, <Code value={id} canCopy />],
        [words.inLog, <a href={`/records/${id}`}>{words.leaf(leafIndex)}</a>],
      ]}
    />
  );
}

/** What leads on to where the request is done. */
function DoIt({ request, about }: { readonly request: RequestView; readonly about: RequestAbout | undefined }) {
  const texts = textsIn(REQUESTS);
  const { operation, id } = request;
  if (operation === "access" || operation === "export") return <CopySection id={id} />;
  const view = operation === "erase" ? "erase" : operation === "complaint" ? undefined : "correct";
  if (view === undefined) return null;
  return (
    <Section title={texts.doIt}>
      <p>
        <a
          class="button button-main"
          href={addressOf(`/desk/${view}`)}
          onClick={() => {
            const { subject, records = [] } = about ?? {};
            picked.value = { records: records.map((one) => one.id), subject, request: id };
          }}
        >
          {texts.links[view]}
        </a>
      </p>
    </Section>
  );
}

function Steps({ request, about }: { readonly request: RequestView; readonly about: RequestAbout | undefined }) {
  const texts = textsIn(REQUESTS);
  const words = textsIn(WORDS);
  const law = useLaw();
  const toldWords: Readonly<Record<string, string>> = words.told;
  const events = request.steps.map(({ state, at, leafIndex, provisions, told }) => {
    const reason = about?.reasons.find((one) => one.leafIndex === leafIndex)?.reason;
    return {
      what: words.steps[state],
      at,
      detail: (
        <>
          {provisions.length > 0 && (
            <p>
              {texts.provisions}: {provisions.map((one) => provisionName(one, law)).join("; ")}
            </p>
          )}
          {told.length > 0 && (
            <p>
              {texts.toldList}: {told.map((one) => toldWords[one] ?? one).join("; ")}
            </p>
          )}
          {reason !== undefined && (
            <p>
              {texts.reason}: {reason}
            </p>
          )}
          <p>{words.leaf(leafIndex)}</p>
        </>
      ),
    };
  });
  return <Timeline events={events} />;
}
