/** What somebody has agreed to, purpose by purpose: given and taken back here, each time with a receipt. */
import { Button } from "../components/button.tsx";
import { dayInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { secondsOf, type Consent, type Consents, type ConsentReceipt, type Purpose } from "./answers.ts";
import { send } from "./api.ts";
import { city } from "./city.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { noticeOf } from "./join-form.tsx";
import { NoticeText } from "./notice-text.tsx";
import { saveJson } from "./recovery-code.tsx";
import { ABOUT } from "./texts/about.ts";
import { useAnswer, useSending } from "./use-answer.ts";

export function ConsentsPart() {
  const { consentsHint } = textsIn(ABOUT);
  const { value, failure } = useAnswer<Consents>("/v1/citizens/me/consents");
  return (
    <>
      <p>{consentsHint}</p>
      <FailureNotice failure={failure} />
      <ul class="consents">
        {value &&
          city.value?.consents.map((one) => (
            <ConsentRow key={one.purpose} purpose={one} said={lastOf(value.consents, one)} />
          ))}
      </ul>
      <NoticeText />
    </>
  );
}

/** What was said last about a purpose. */
function lastOf(consents: readonly Consent[], { purpose }: Purpose): Consent | undefined {
  const said = consents.filter((one) => one.purpose === purpose);
  return said.sort((a, b) => b.leafIndex - a.leafIndex)[0];
}

function ConsentRow({ purpose, said }: { readonly purpose: Purpose; readonly said: Consent | undefined }) {
  const texts = textsIn(ABOUT);
  const sending = useSending<ConsentReceipt>();
  const { isBusy, done, failure } = sending.state.value;
  const notice = noticeOf(purpose);
  const isGiven = said?.state === "given";
  const press = (): void => {
    const told = isGiven
      ? { state: "withdrawn", purpose: purpose.purpose }
      : { state: "given", purpose: purpose.purpose, noticeVersion: notice?.version, language: notice?.language };
    void sending.run(() => send("POST", "/v1/citizens/me/consents", told));
  };
  return (
    <li>
      <p lang={notice?.language}>{notice?.text ?? purpose.purpose}</p>
      <p class="consent-state">
        <span class={`state ${isGiven ? "state-proven" : "state-phone"}`}>
          {isGiven ? texts.agreed : texts.notAgreed}
        </span>
        {said && <span class="quiet">{texts.sinceDay(dayInWords(secondsOf(said.at)))}</span>}
        <Button isDisabled={isBusy || (!isGiven && notice === undefined)} onPress={press}>
          {isGiven ? texts.takeBack : texts.give} <span class="visually-hidden">{notice?.text}</span>
        </Button>
        {done && (
          <Button
            onPress={() => {
              saveJson(done.receipt, `warifu-consent-${done.id}.json`);
            }}
          >
            {texts.saveReceipts}
          </Button>
        )}
      </p>
      <FailureNotice failure={failure} />
    </li>
  );
}
