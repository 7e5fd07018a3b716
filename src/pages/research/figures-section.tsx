/** What the newest final anchors took: median, quartiles and extremes of each figure. */
import type { AnchorFigures } from "../../core/anchor-csv.ts";
import { spreadOf, type Spread } from "../../core/spread.ts";
import { Section } from "../components/layout.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { numberInWords, roundedInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import { RESEARCH } from "./texts/research.ts";

interface Row {
  readonly name: string;
  readonly spread: Spread;
}

type Name = keyof ReturnType<typeof rowTexts>;

/** Each figure, where it is known. */
const FIGURES: Readonly<Record<Name, (anchor: AnchorFigures) => number | null>> = {
  records: ({ records }) => records,
  gas: ({ gasUsed }) => gasUsed,
  gasPerRecord: ({ gasPerRecord }) => gasPerRecord,
  cost: ({ costWei }) => (costWei === null ? null : Number(costWei) / 1e18),
  sign: ({ latencyMs }) => seconds(latencyMs.sign),
  include: ({ latencyMs }) => seconds(latencyMs.include),
  finalize: ({ latencyMs }) => seconds(latencyMs.finalize),
  total: ({ latencyMs }) => seconds(latencyMs.total),
};

export function FiguresSection({ anchors }: { readonly anchors: readonly AnchorFigures[] }) {
  const texts = textsIn(RESEARCH);
  const final = anchors.filter(({ state }) => state === "finalized");
  const rows = rowsOf(final);
  return (
    <Section title={texts.figures} class="spaced">
      {final.length === 0 ? (
        <p>{texts.none}</p>
      ) : (
        <>
          <Table
            caption={texts.figuresOf(numberInWords(final.length))}
            columns={columns()}
            rows={rows}
            keyOf={({ name }) => name}
          />
          <p class="quiet">{texts.spread}</p>
        </>
      )}
    </Section>
  );
}

/** Without the figures that no anchor has. */
function rowsOf(anchors: readonly AnchorFigures[]): Row[] {
  const names = rowTexts();
  return (Object.keys(FIGURES) as Name[]).flatMap((figure) => {
    const values = anchors.map(FIGURES[figure]).filter((value) => value !== null);
    return values.length === 0 ? [] : [{ name: names[figure], spread: spreadOf(values) }];
  });
}

function columns(): TableColumn<Row>[] {
  const { figure, median, lower, upper, least, most } = textsIn(RESEARCH);
  const number = (title: string, value: (spread: Spread) => number): TableColumn<Row> => ({
    ...{ title, isNumber: true },
    cell: ({ spread }) => shown(value(spread)),
  });
  return [
    { title: figure, cell: ({ name }) => name },
    number(median, (spread) => spread.median),
    number(lower, (spread) => spread.lower),
    number(upper, (spread) => spread.upper),
    number(least, (spread) => spread.min),
    number(most, (spread) => spread.max),
  ];
}

function rowTexts() {
  return textsIn(RESEARCH).rows;
}

function shown(value: number): string {
  return Math.abs(value) < 1_000 ? roundedInWords(value) : numberInWords(Math.round(value));
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
