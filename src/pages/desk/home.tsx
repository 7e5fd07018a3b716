/** The overview: how many things are open, and what is due next. */
import { addressOf } from "../app/router.ts";
import { Figures, type Figure } from "../components/figures.tsx";
import { Section } from "../components/layout.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { BreachView, GrantView, Moderated, Page, RequestView } from "./answers.ts";
import { BreachTable } from "./breaches.tsx";
import { DeskLayout } from "./desk-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { RequestTable } from "./requests.tsx";
import { mayAct } from "./session.ts";
import { FRAME } from "./texts/frame.ts";
import { HOME } from "./texts/home.ts";
import { useAnswer } from "./use-answer.ts";

interface List<T> {
  readonly items: readonly T[];
}

const SHOWN = 5;
const SOON_SECONDS = 7 * 86_400;

export function HomeView() {
  const texts = textsIn(HOME);
  const { loading } = textsIn(FRAME);
  const requests = useAnswer<List<RequestView>>("/v1/privacy/requests?state=open");
  const breaches = useAnswer<List<BreachView>>("/v1/privacy/breaches?state=open");
  const grants = useAnswer<Page<GrantView>>(mayAct() ? "/v1/privacy/disclosures?limit=1000" : undefined);
  const reports = useAnswer<List<Moderated>>(mayAct() ? "/v1/moderation/queue" : undefined);
  const open = requests.value?.items;
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      <FailureNotice failure={requests.failure ?? breaches.failure} />
      <Section title={texts.today}>
        {open ? (
          <Figures
            figures={[
              ...figuresOf(open, breaches.value?.items, grants.value?.items),
              ...(reports.value ? [{ name: texts.reports, value: numberInWords(reports.value.items.length) }] : []),
            ]}
          />
        ) : (
          <p class="quiet">{loading}</p>
        )}
      </Section>
      <Section title={texts.next}>
        {open?.length === 0 ? <p>{texts.nothing}</p> : <RequestTable requests={(open ?? []).slice(0, SHOWN)} />}
        <p class="onward">
          <a href={addressOf("/desk/requests")}>{texts.all}</a>
        </p>
      </Section>
      <Section title={texts.breachesNext}>
        {breaches.value?.items.length === 0 ? (
          <p>{texts.noBreaches}</p>
        ) : (
          <BreachTable breaches={(breaches.value?.items ?? []).slice(0, SHOWN)} />
        )}
        <p class="onward">
          <a href={addressOf("/desk/breaches")}>{texts.allBreaches}</a>
        </p>
      </Section>
    </DeskLayout>
  );
}

function figuresOf(
  requests: readonly RequestView[],
  breaches: readonly BreachView[] | undefined,
  grants: readonly GrantView[] | undefined,
): Figure[] {
  const texts = textsIn(HOME);
  const now = Date.now() / 1_000;
  const overdue = requests.filter((one) => one.overdue).length;
  const soon = requests.filter((one) => !one.overdue && one.due - now < SOON_SECONDS).length;
  const figure = (name: string, count: number): Figure => ({ name, value: numberInWords(count) });
  return [
    figure(texts.open, requests.length),
    { ...figure(texts.overdue, overdue), ...(overdue > 0 && { value: <span class="alarming">{overdue}</span> }) },
    figure(texts.soon, soon),
    ...(breaches ? [figure(texts.breaches, breaches.length)] : []),
    ...(grants ? [figure(texts.grants, grants.filter(({ state }) => state === "in-force").length)] : []),
  ];
}
