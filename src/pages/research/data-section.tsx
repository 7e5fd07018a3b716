/** The anchors' figures as files. */
import { useSignal } from "@preact/signals";
import { ANCHOR_CSV_HEAD, anchorCsvLine, type AnchorFigures } from "../../core/anchor-csv.ts";
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { allAnchors } from "./api.ts";
import { RESEARCH } from "./texts/research.ts";

interface Form {
  readonly file: string;
  readonly type: string;
  readonly textOf: (anchors: readonly AnchorFigures[]) => string;
}

const CSV: Form = {
  file: "anchors.csv",
  type: "text/csv",
  textOf: (anchors) => ANCHOR_CSV_HEAD + anchors.map(anchorCsvLine).join(""),
};
const JSON_LIST: Form = {
  file: "anchors.json",
  type: "application/json",
  textOf: (anchors) => `${JSON.stringify(anchors, null, 2)}\n`,
};

/** What became of the last press. */
type Outcome = "gathering" | "unreachable" | { readonly file: string; readonly count: number } | undefined;

export function DataSection() {
  const texts = textsIn(RESEARCH);
  const outcome = useSignal<Outcome>(undefined);
  const download = async ({ file, type, textOf }: Form): Promise<void> => {
    outcome.value = "gathering";
    const anchors = await allAnchors();
    if (anchors) save(file, new Blob([textOf(anchors)], { type }));
    outcome.value = anchors ? { file, count: anchors.length } : "unreachable";
  };
  const isBusy = outcome.value === "gathering";
  return (
    <Section title={texts.data} class="spaced">
      <p>{texts.dataLead}</p>
      <div class="buttons">
        <Button kind="main" isDisabled={isBusy} onPress={() => void download(CSV)}>
          {texts.csv}
        </Button>{" "}
        <Button isDisabled={isBusy} onPress={() => void download(JSON_LIST)}>
          {texts.json}
        </Button>
      </div>
      <div aria-live="polite">
        <Said outcome={outcome.value} />
      </div>
      <p>{texts.api}</p>
      <p>
        <Code value={`curl -H 'accept: text/csv' '${location.origin}/v1/anchors?limit=1000'`} canCopy />
      </p>
    </Section>
  );
}

function Said({ outcome }: { readonly outcome: Outcome }) {
  const { gathering, unreachable, saved } = textsIn(RESEARCH);
  if (outcome === undefined) return null;
  if (outcome === "gathering") return <p class="quiet">{gathering}</p>;
  if (outcome === "unreachable") return <Notice kind="warning">{unreachable}</Notice>;
  return <Notice kind="info">{saved(numberInWords(outcome.count), outcome.file)}</Notice>;
}

function save(file: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = file;
  link.click();
  URL.revokeObjectURL(address);
}
