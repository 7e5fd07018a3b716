/** What the city says about the use of people's data: the notice in force, word by word. */
import { Facts, type Fact } from "../components/facts.tsx";
import { language, textsIn } from "../texts/language.ts";
import { ABOUT } from "./texts/about.ts";
import { useAnswer } from "./use-answer.ts";

interface Shown {
  readonly notice: {
    readonly language: string;
    readonly text: string;
    readonly retention: string;
    readonly withdrawal?: string;
    readonly controller: { readonly name: string; readonly address: string; readonly contact: string };
    readonly recipients: readonly { readonly name: string; readonly country: string }[];
    readonly authority?: string;
  };
}

export function NoticeText() {
  const { notice: title } = textsIn(ABOUT);
  const { value } = useAnswer<Shown>(`/v1/privacy/notices?lang=${language.value}`);
  // In a language in which there is no notice, the service says which there are; it takes the one that fits best.
  const other = useAnswer<Shown>(value ? undefined : "/v1/privacy/notices").value;
  const notice = (value ?? other)?.notice;
  if (!notice) return null;
  return (
    <details class="notice-text" lang={notice.language}>
      <summary lang={language.value}>{title}</summary>
      <p class="said">{notice.text}</p>
      <Facts facts={factsOf(notice)} />
    </details>
  );
}

function factsOf({ controller, recipients, retention, withdrawal, authority }: Shown["notice"]): Fact[] {
  const words = LABELS[language.value];
  return [
    [words.controller, `${controller.name}, ${controller.address}, ${controller.contact}`],
    [words.recipients, recipients.map(({ name, country }) => `${name} (${country})`).join(", ") || "–"],
    [words.retention, retention],
    ...(withdrawal === undefined ? [] : ([[words.withdrawal, withdrawal]] as Fact[])),
    ...(authority === undefined ? [] : ([[words.authority, authority]] as Fact[])),
  ];
}

const LABELS = {
  en: {
    ...{ controller: "Who answers for it", recipients: "Who else gets data", retention: "How long they are kept" },
    ...{ withdrawal: "How to take consent back", authority: "Where to complain" },
  },
  es: {
    ...{ controller: "Quién responde", recipients: "Quién más recibe datos", retention: "Cuánto se conservan" },
    ...{ withdrawal: "Cómo retirar el consentimiento", authority: "Dónde reclamar" },
  },
  ja: {
    ...{ controller: "責任者", recipients: "ほかにデータを受け取る者", retention: "保存期間" },
    ...{ withdrawal: "同意の撤回方法", authority: "苦情の申出先" },
  },
} as const;
