/** What a request is about, shown only when somebody asks for it, since that is an access; and the copy that a person gets. */
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { Facts, type Fact } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { LogNotice } from "../components/log-notice.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import type { RequestAbout } from "./answers.ts";
import { ask } from "./api.ts";
import { DownloadButton } from "./download-button.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { ACCESS } from "./texts/access.ts";
import { REQUESTS } from "./texts/requests.ts";
import { WORDS } from "./texts/words.ts";
import type { Sending } from "./use-answer.ts";

interface AboutProps {
  readonly id: string;
  readonly about: Sending<RequestAbout>;
}

export function RequestAboutSection({ id, about }: AboutProps) {
  const texts = textsIn(REQUESTS);
  const { isBusy, done, failure } = about.state.value;
  return (
    <Section title={texts.about}>
      {done ? (
        <About about={done} />
      ) : (
        <>
          <p>{texts.aboutLead}</p>
          <LogNotice says={textsIn(ACCESS).says} conceals={textsIn(ACCESS).conceals} />
          <FailureNotice failure={failure} />
          <Button
            isDisabled={isBusy}
            onPress={() => void about.run(() => ask<RequestAbout>(`/v1/privacy/requests/${id}/about`))}
          >
            {texts.aboutShow}
          </Button>
        </>
      )}
    </Section>
  );
}

function About({ about: { subject, records, text, erased } }: { readonly about: RequestAbout }) {
  const texts = textsIn(REQUESTS);
  const words = textsIn(WORDS);
  if (erased) return <Notice kind="warning">{texts.aboutGone}</Notice>;
  const facts: Fact[] = [];
  if (subject !== undefined) facts.push([words.subject, <Code value={subject} canCopy />]);
  if (records.length > 0)
    facts.push([
      words.records,
      <ul class="plain-list">
        {records.map((one) => (
          <li key={one.id}>
            <a href={`/records/${one.id}`}>
              <code>{one.id}</code>
            </a>
          </li>
        ))}
      </ul>,
    ]);
  if (text !== undefined) facts.push([texts.aboutText, <p class="said">{text}</p>]);
  return facts.length === 0 ? <p>{texts.aboutNobody}</p> : <Facts facts={facts} />;
}

/** The copy that answers a request for access or for data to take along. */
export function CopySection({ id }: { readonly id: string }) {
  const texts = textsIn(REQUESTS);
  return (
    <Section title={texts.doIt}>
      <p>{texts.copyLead}</p>
      <LogNotice says={textsIn(ACCESS).says} conceals={textsIn(ACCESS).conceals} />
      <DownloadButton path={`/v1/privacy/requests/${id}/copy`} file="copy.json" word={texts.links.copy} />
    </Section>
  );
}
