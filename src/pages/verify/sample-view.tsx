/** What a sampled audit found, as the report that can be filed: printed, or saved as HTML or JSON. */
import { VerdictBadge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { Facts } from "../components/facts.tsx";
import { numberInWords, roundedInWords } from "../texts/formats.ts";
import { language, textsIn } from "../texts/language.ts";
import { sectionsOf, type Part } from "../../report/sections.ts";
import { LOG_FINDINGS } from "./log-findings.ts";
import { sampleDocument, saveReportHtml, saveReportJson } from "./sample-report.ts";
import { result, type SampleResult } from "./sample-state.ts";
import { SAMPLE } from "./texts/sample.ts";

export function SampleView() {
  return result.value ? <Found result={result.value} /> : null;
}

function Found({ result }: { readonly result: SampleResult }) {
  const texts = textsIn(SAMPLE);
  const { outcome } = result.report;
  const [, ...sections] = sectionsOf(sampleDocument(result), language.value, LOG_FINDINGS);
  return (
    <>
      <section class={`verdict verdict-${outcome}`} aria-live="polite">
        <h2>{texts.verdict}</h2>
        <VerdictBadge outcome={outcome} />
        <p class="verdict-sentence">{texts.outcome[outcome]}</p>
        <Bound result={result} />
        <p class="buttons no-print">
          <Button
            kind="main"
            onPress={() => {
              print();
            }}
          >
            {texts.print}
          </Button>
          <Button
            onPress={() => {
              saveReportHtml(result);
            }}
          >
            {texts.saveHtml}
          </Button>
          <Button
            onPress={() => {
              saveReportJson(result);
            }}
          >
            {texts.saveJson}
          </Button>
        </p>
      </section>
      <section class="report">
        {sections.map(({ heading, parts }) => (
          <div key={heading}>
            <h3>{heading}</h3>
            {parts.map((part, at) => (
              <PartView key={at} part={part} />
            ))}
          </div>
        ))}
      </section>
    </>
  );
}

/** How sure the reader may be of what was not drawn. */
function Bound({ result: { report } }: { readonly result: SampleResult }) {
  const texts = textsIn(SAMPLE);
  const drawn = report.noteFacts.find((fact) => fact.id === "sampled");
  if (!drawn || report.outcome === "refuted") return null;
  const { leaves, treeSize, mostAltered } = drawn;
  return <p>{texts.sure(numberInWords(leaves), numberInWords(treeSize), roundedInWords(mostAltered))}</p>;
}

function PartView({ part }: { readonly part: Part }) {
  if (part.kind === "text") return <p>{part.isStrong ? <strong>{part.text}</strong> : part.text}</p>;
  if (part.kind === "code")
    return (
      <p>
        <Code value={part.text} canCopy />
      </p>
    );
  // Receipts have codes, reports of an audit have none.
  if (part.kind === "qr") return null;
  if (part.kind === "facts") return <Facts facts={part.rows} />;
  return (
    <ul>
      {part.items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}
