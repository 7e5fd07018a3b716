/**
 * The receipt whose code led here: which record it is about, how its proof is got, and whether what was verified is that
 * record. This page reaches no network: where a service serves it, a page of that service fetches the proof, once the reader
 * asks, and comes back with it.
 */
import { fromHex } from "../../core/bytes.ts";
import { formatPolicy } from "../../core/policy.ts";
import { formatRecordId, parseRecordId, receivedAtOf, recordIdOf } from "../../core/record-id.ts";
import { handOver } from "../../receipt/handover.ts";
import type { VerifiedRecord } from "../../verify/verdict.ts";
import type { ReceiptPlace } from "../../receipt/verifier-address.ts";
import { OutcomeSign } from "../components/badge.tsx";
import { Code } from "../components/code.tsx";
import { Facts } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { language, textsIn } from "../texts/language.ts";
import { isServed } from "./installed.ts";
import { chosen, given, judgement, receipt } from "./state.ts";
import { RECEIPT_PANEL } from "./texts/receipt.ts";

export function ReceiptPanel() {
  const texts = textsIn(RECEIPT_PANEL);
  const place = receipt.value;
  if (!place) return null;
  return (
    <Section title={texts.title}>
      <Facts
        facts={[
          [texts.id, <Code value={place.id} />],
          [texts.log, place.origin],
        ]}
      />
      {given.value.bundles.length === 0 ? <HowToGet place={place} /> : <IsIt place={place} />}
    </Section>
  );
}

function HowToGet({ place: { id } }: { readonly place: ReceiptPlace }) {
  const texts = textsIn(RECEIPT_PANEL);
  if (!isServed()) return <p class="after">{texts.alone(id)}</p>;
  return (
    <>
      <p class="after">{texts.served(location.host)}</p>
      <p class="buttons">
        <a class="button button-main" href={`/receipts/${id}?lang=${language.value}#verify`} onClick={keepPolicy}>
          {texts.get}
        </a>
      </p>
    </>
  );
}

/** What the reader has chosen already is there again afterwards. */
function keepPolicy(): void {
  const use = chosen.value;
  if (use && !use.isPinned) handOver({ policy: formatPolicy(use.policy) });
}

function IsIt({ place }: { readonly place: ReceiptPlace }) {
  const texts = textsIn(RECEIPT_PANEL);
  const [use, found] = [chosen.value, judgement.value];
  if (!use) return <p class="after">{texts.here}</p>;
  const records = found?.bundles.flatMap(({ verdict: { record } }) => record ?? []) ?? [];
  // A bundle that was refuted has no record, and gets no receipt.
  if (records.length === 0) return null;
  const isLog = use.policy.log.name === place.origin;
  const fits = isLog && records.some((record) => isOf(place, record));
  return (
    <p class="after with-sign" role="status">
      <OutcomeSign outcome={fits ? "holds" : "refuted"} />
      {fits ? texts.same : isLog ? texts.otherRecord : texts.otherLog}
    </p>
  );
}

/** The id follows from the leaf and the time that the id itself says: it holds where the body is withheld, too. */
function isOf({ id }: ReceiptPlace, { leafHash }: VerifiedRecord): boolean {
  const receivedAt = receivedAtOf({ id: parseRecordId(id) });
  return formatRecordId(recordIdOf(fromHex(leafHash, "leaf hash"), receivedAt)) === id;
}
