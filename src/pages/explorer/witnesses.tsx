/** Witnesses: what each signed last, and which anchored checkpoints carry its cosignature, how long after they were made. */
import { Section } from "../components/layout.tsx";
import { Table, type TableColumn } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { numberInWords, spanInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Cosigned, Status } from "./api.ts";
import { useLive } from "./live.ts";
import { FailureNotice } from "./navigation.tsx";
import { Onward } from "./onward.tsx";
import { EXPLORER } from "./texts/explorer.ts";
import { usePages } from "./use-pages.ts";

const [PAGE, LIVE_SECONDS] = [25, 15];

type Witness = Status["anchoring"]["witnesses"][number];

export function Witnesses() {
  const { anchors: texts, loading } = textsIn(EXPLORER);
  const { value } = useLive<Status>("/v1/status", LIVE_SECONDS);
  const witnesses = value?.anchoring.witnesses ?? [];
  return (
    <Section title={texts.witnesses}>
      <p class="quiet before-facts">{texts.witnessesLead}</p>
      {witnesses.length === 0 ? (
        <p class="quiet">{value ? texts.noWitnesses : loading}</p>
      ) : (
        <>
          <Table caption={texts.witnessList} columns={standingColumns()} rows={witnesses} keyOf={({ name }) => name} />
          <Cosignatures names={witnesses.map(({ name }) => name)} />
        </>
      )}
    </Section>
  );
}

function standingColumns(): TableColumn<Witness>[] {
  const { anchors: texts } = textsIn(EXPLORER);
  return [
    { title: texts.witness, cell: ({ name }) => name },
    {
      title: texts.lastSize,
      isNumber: true,
      cell: ({ lastSize }) => (lastSize === null ? "–" : numberInWords(lastSize)),
    },
    {
      title: texts.lastTime,
      cell: ({ lastSuccessAt }) =>
        lastSuccessAt === null ? texts.never : <Time at={Date.parse(lastSuccessAt) / 1_000} />,
    },
  ];
}

/** A column for each witness. */
function Cosignatures({ names }: { readonly names: readonly string[] }) {
  const { anchors: texts } = textsIn(EXPLORER);
  const pages = usePages<Cosigned>("/v1/cosignatures", PAGE);
  const columns: TableColumn<Cosigned>[] = [
    { title: texts.size, cell: ({ treeSize }) => numberInWords(treeSize) },
    { title: texts.checkpointMade, cell: ({ madeAt }) => (madeAt === null ? "–" : <Time at={madeAt} />) },
    ...names.map((name): TableColumn<Cosigned> => ({ title: name, cell: (one) => latenessOf(one, name) })),
  ];
  return (
    <>
      <FailureNotice failure={pages.failure} />
      <Table
        caption={texts.cosignatures}
        columns={columns}
        rows={pages.items}
        keyOf={({ anchorId }) => String(anchorId)}
      />
      <Onward pages={pages} label={texts.moreCosignatures} />
    </>
  );
}

function latenessOf({ madeAt, cosignatures }: Cosigned, name: string): string {
  const { anchors: texts } = textsIn(EXPLORER);
  const found = cosignatures.find(({ witness }) => witness === name);
  if (!found) return texts.notCosigned;
  // Clocks differ: a witness whose clock is behind was not there before the checkpoint.
  return madeAt === null ? texts.cosigned : texts.after(spanInWords(Math.max(0, found.at - madeAt)));
}
