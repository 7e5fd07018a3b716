/** The form with which somebody joins: a name, an age band, what they agree to, and then a passkey. */
import { useSignal, type Signal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { ChecksField, ChoiceField, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { numberInWords } from "../texts/formats.ts";
import { language, textsIn } from "../texts/language.ts";
import type { City, Purpose, PurposeNotice } from "./answers.ts";
import { city } from "./city.ts";
import { OutcomeNotice, type HandedOut } from "./join.tsx";
import { NoticeText } from "./notice-text.tsx";
import { makePasskey, type Outcome } from "./passkey.ts";
import { ABOUT } from "./texts/about.ts";

type Wrong = "pseudonym" | "ageBand" | "consent";

/** As the service takes it. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._'’-]{0,28}[\p{L}\p{M}\p{N}])?$/u;

/** A purpose in the reader's language, else in one that there is a notice in. */
export function noticeOf({ notices }: Purpose): PurposeNotice | undefined {
  return notices.find((one) => one.language === language.value) ?? notices[0];
}

export function JoinForm({ onIn }: { readonly onIn: (handed: HandedOut) => void }) {
  const { noNotice } = textsIn(ABOUT);
  const known = city.value;
  if (!known) return null;
  if (known.consents.every((one) => !noticeOf(one))) return <Notice kind="warning">{noNotice}</Notice>;
  return <Entering known={known} onIn={onIn} />;
}

function Entering({ known, onIn }: { readonly known: City; readonly onIn: (handed: HandedOut) => void }) {
  const texts = textsIn(ABOUT);
  const [pseudonym, ageBand] = [useSignal(""), useSignal("")];
  const agreed = useSignal<readonly string[]>([]);
  const wrong = useSignal<Wrong | undefined>(undefined);
  const outcome = useSignal<Outcome<unknown> | "waiting" | undefined>(undefined);
  const join = async (): Promise<void> => {
    wrong.value = whatIsWrong(known, pseudonym.peek().trim(), ageBand.peek(), agreed.peek());
    if (wrong.value !== undefined) return;
    outcome.value = "waiting";
    const came = await makePasskey<HandedOut>("/v1/citizens/join", {
      ...{ pseudonym: pseudonym.peek().trim(), ageBand: ageBand.peek(), language: language.peek() },
      consents: given(known.consents, agreed.peek()),
    });
    outcome.value = came;
    if (came.state === "done") onIn(came.value);
  };
  const isTooYoung = known.ageBands.some(({ code, ownConsent }) => code === ageBand.value && !ownConsent);
  return (
    <Form onSend={() => void join()}>
      <TextField
        {...{ label: texts.pseudonym, hint: texts.pseudonymHint, value: pseudonym.value }}
        error={wrong.value === "pseudonym" ? texts.joinErrors.pseudonym : undefined}
        onInput={(name) => (pseudonym.value = name)}
      />
      <AgeField
        known={known}
        ageBand={ageBand}
        error={wrong.value === "ageBand" ? texts.joinErrors.ageBand : undefined}
      />
      {isTooYoung ? (
        <Notice kind="warning">{texts.tooYoung(numberInWords(known.ownConsentFrom))}</Notice>
      ) : (
        <>
          <ConsentChecks
            {...{ purposes: known.consents, agreed }}
            error={wrong.value === "consent" ? texts.joinErrors.consent : undefined}
          />
          <NoticeText />
          <OutcomeNotice outcome={outcome.value} refused={texts.refused} />
          <Button kind="main" isDisabled={outcome.value === "waiting"}>
            {texts.join}
          </Button>
        </>
      )}
    </Form>
  );
}

function whatIsWrong(
  { consents }: City,
  pseudonym: string,
  ageBand: string,
  agreed: readonly string[],
): Wrong | undefined {
  if (!NAME.test(pseudonym)) return "pseudonym";
  if (ageBand === "") return "ageBand";
  return consents.some(({ purpose, isNeeded }) => isNeeded && !agreed.includes(purpose)) ? "consent" : undefined;
}

function given(purposes: readonly Purpose[], agreed: readonly string[]): object[] {
  return purposes.flatMap((one) => {
    const notice = noticeOf(one);
    if (!notice || !agreed.includes(one.purpose)) return [];
    return [{ purpose: one.purpose, noticeVersion: notice.version, language: notice.language }];
  });
}

interface AgeFieldProps {
  readonly known: City;
  readonly ageBand: Signal<string>;
  readonly error: string | undefined;
}

function AgeField({ known, ageBand, error }: AgeFieldProps) {
  const texts = textsIn(ABOUT);
  return (
    <ChoiceField
      label={texts.ageBand}
      error={error}
      value={ageBand.value}
      choices={[
        { value: "", name: "–" },
        ...known.ageBands.map(({ code }) => ({ value: code, name: ageInWords(code) })),
      ]}
      onChoose={(band) => (ageBand.value = band)}
    />
  );
}

/** What a band such as `14-17` or `65+` is called. */
export function ageInWords(band: string): string {
  const { ages } = textsIn(ABOUT);
  const [, from = "", to] = /^(\d+)(?:-(\d+)|\+)$/.exec(band) ?? [];
  if (from === "") return band;
  if (to === undefined) return ages.from(from);
  return from === "0" ? ages.below(to) : ages.between(from, to);
}

interface ConsentChecksProps {
  readonly purposes: readonly Purpose[];
  readonly agreed: Signal<readonly string[]>;
  readonly error: string | undefined;
}

function ConsentChecks({ purposes, agreed, error }: ConsentChecksProps) {
  const texts = textsIn(ABOUT);
  const choices = purposes.flatMap((one) => {
    const notice = noticeOf(one);
    if (!notice) return [];
    return [{ value: one.purpose, name: notice.text, ...(one.isNeeded && { hint: texts.needed }) }];
  });
  return (
    <ChecksField
      {...{ label: texts.consents, hint: texts.consentsHint, error, choices, checked: agreed.value }}
      onCheck={(checked) => (agreed.value = checked)}
    />
  );
}
