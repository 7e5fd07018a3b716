/** The verdict in one sentence, when it was, and what it does not show. */
import { useEffect, useRef } from "preact/hooks";
import { VerdictBadge } from "../components/badge.tsx";
import { TimeBracket, type BracketPoint } from "../components/time-bracket.tsx";
import { textsIn } from "../texts/language.ts";
import { numberInWords } from "../texts/formats.ts";
import type { KnownBlock, Verdict, VerifiedRecord } from "../../verify/verdict.ts";
import type { JudgedBundle } from "./judge.ts";
import { reasonOf } from "../../texts/verdict/reasons.ts";
import { chosen } from "./state.ts";
import { VERIFY, type VerifyTexts } from "./texts/catalogue.ts";

interface VerdictViewProps {
  readonly bundle: JudgedBundle;
  readonly isOneOfMany: boolean;
}

export function VerdictView({ bundle: { name, verdict }, isOneOfMany }: VerdictViewProps) {
  const texts = textsIn(VERIFY);
  const { outcome, record } = verdict;
  const section = useRef<HTMLElement>(null);
  // On a phone it is below what was asked for.
  useEffect(() => section.current?.scrollIntoView(), [verdict]);
  return (
    <section ref={section} class={`verdict verdict-${outcome}`} aria-live="polite">
      <h2>
        {texts.verdict.title}
        {isOneOfMany && <span class="quiet"> · {name}</span>}
      </h2>
      <VerdictBadge outcome={outcome} />
      <p class="verdict-sentence">{texts.verdict[outcome]}</p>
      <Why verdict={verdict} />
      {record && <When record={record} />}
      {record && <Limits record={record} />}
    </section>
  );
}

/** Why it does not hold, or is open. */
function Why({ verdict: { steps } }: { readonly verdict: Verdict }) {
  const texts = textsIn(VERIFY);
  const open = steps.filter(({ code }) => code !== undefined);
  return (
    <>
      {open.map(({ step, outcome, code }) => (
        <p key={step}>
          {outcome === "refuted" && <strong>{texts.verdict.at(texts.step[step].name)} </strong>}
          {code && texts.reasons[reasonOf(code)]}
        </p>
      ))}
    </>
  );
}

function When({ record: { after, before, receivedAt } }: { readonly record: VerifiedRecord }) {
  const { time: texts } = textsIn(VERIFY);
  const point = ({ blockNumber, time, checked }: KnownBlock): BracketPoint => ({
    at: time,
    label: checked ? texts.block(blockNumber) : texts.claimedBlock(blockNumber),
    isChecked: checked,
  });
  return (
    <div class="when">
      <h3>{texts.title}</h3>
      <TimeBracket
        after={after && point(after)}
        before={point(before)}
        stated={receivedAt === undefined ? undefined : { at: receivedAt, label: texts.received, isChecked: false }}
        openWord={texts.open}
      />
    </div>
  );
}

function Limits({ record }: { readonly record: VerifiedRecord }) {
  const { limits: texts } = textsIn(VERIFY);
  return (
    <div class="limits">
      <h3>{texts.title}</h3>
      <ul>
        {limitsOf(record, texts).map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
    </div>
  );
}

function limitsOf(record: VerifiedRecord, texts: VerifyTexts["limits"]): string[] {
  const { claims, concealed = 0, signature, source, after, before } = record;
  const isKeyKnown = chosen.value?.policy.sources.some(({ name }) => name === source) ?? false;
  const claimed = [before, ...(after ? [after] : [])].filter(({ checked }) => !checked);
  return [
    texts.truth,
    ...(claims ? [] : [texts.withheld]),
    ...(claims && concealed > 0 ? [texts.digests(concealed)] : []),
    ...(signature !== undefined && signature !== "verified" ? [texts.unsigned[signature]] : []),
    ...(signature === "verified" && !isKeyKnown ? [texts.strangersKey] : []),
    ...(after ? [] : [texts.noBeacon]),
    ...claimed.map(({ blockNumber }) => texts.blocks(numberInWords(blockNumber))),
  ];
}
