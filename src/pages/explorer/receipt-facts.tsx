/** What a receipt states: the way from received to proven, what was received, and what to check it against. */
import { reached, STAGES, type Receipt } from "../../receipt/receipt.ts";
import { RECEIPT } from "../../receipt/texts/texts.ts";
import { OutcomeSign } from "../components/badge.tsx";
import { Code } from "../components/code.tsx";
import { Facts, type Fact } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { Time } from "../components/time.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";

/** The stages, each done or still to come. */
export function WayToProof({ receipt }: { readonly receipt: Receipt }) {
  const { stages, about, done, toCome } = textsIn(RECEIPT);
  return (
    <ol class="steps">
      {STAGES.map((stage) => {
        const since = reached(stage, receipt);
        return (
          <li key={stage} class={since ? "step" : "step step-to-come"}>
            {since ? <OutcomeSign outcome="holds" /> : <span class="step-empty" aria-hidden="true" />}
            <div>
              <h3>
                {stages[stage]} <span class="step-outcome">{since ? done : toCome}</span>
              </h3>
              {since?.at !== undefined && <Time at={since.at} />}
              <p class="quiet">{about[stage]}</p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** The rest, as names and values. */
export function ReceiptFacts({ receipt }: { readonly receipt: Receipt }) {
  const { what, identity } = textsIn(RECEIPT);
  return (
    <>
      <Section title={what}>
        <Facts facts={receivedFacts(receipt)} />
      </Section>
      <Section title={identity}>
        <Facts facts={identityFacts(receipt)} />
      </Section>
    </>
  );
}

function receivedFacts({ type, source, receivedAt, id, leafIndex, leafHash }: Receipt): Fact[] {
  const { labels, typeWithheld } = textsIn(RECEIPT);
  return [
    [labels.type, type ?? typeWithheld],
    [labels.source, source],
    [labels.received, <Time at={receivedAt} />],
    [labels.id, <Code value={id} canCopy />],
    [labels.leaf, numberInWords(leafIndex)],
    [labels.leafHash, <Code value={leafHash} canCopy />],
  ];
}

function identityFacts({ origin, keyFingerprint, checkpoint, anchor, madeAt }: Receipt): Fact[] {
  const texts = textsIn(RECEIPT);
  const { labels } = texts;
  const { treeSize, rootHash, holds } = checkpoint;
  return [
    [labels.origin, origin],
    [labels.key, <Code value={keyFingerprint} canCopy />],
    [
      labels.checkpoint,
      <>
        {texts.checkpointOf(numberInWords(treeSize))} <Code value={rootHash} canCopy />
        {!holds && ` ${texts.notUnder}`}
      </>,
    ],
    [labels.anchor, anchor ? anchorInWords(anchor) : texts.noAnchor],
    ...(anchor
      ? ([
          [labels.contract, <Code value={anchor.contract} canCopy />],
          [labels.transaction, <Code value={anchor.transactionHash} canCopy />],
        ] as Fact[])
      : []),
    [labels.made, <Time at={madeAt} />],
  ];
}

function anchorInWords({ treeSize, chainId, block }: NonNullable<Receipt["anchor"]>): string {
  const number = block && numberInWords(block.number);
  return textsIn(RECEIPT).anchorOf(numberInWords(treeSize), chainId, number);
}
