/**
 * The receipt for a record, to be kept, printed and passed on: how far it is from received to proven, what to check it
 * against, and a QR code that leads to the verifier. Behind `#verify` the proof is fetched at once and handed over to it.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { handOver } from "../../receipt/handover.ts";
import { qrCodeOf } from "../../receipt/qr-code.ts";
import { receiptOf, type Receipt } from "../../receipt/receipt.ts";
import { RECEIPT } from "../../receipt/texts/texts.ts";
import { placeInFragment, verifierAddress } from "../../receipt/verifier-address.ts";
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { QrCode } from "../components/qr-code.tsx";
import { useEnd } from "../components/use-end.ts";
import { language, textsIn } from "../texts/language.ts";
import type { Life, Status } from "./api.ts";
import { useLive } from "./live.ts";
import { FailureNotice, Navigation } from "./navigation.tsx";
import { ReceiptFacts, WayToProof } from "./receipt-facts.tsx";
import { addressOf } from "../app/router.ts";
import { EXPLORER } from "./texts/explorer.ts";

const LIVE_SECONDS = 10;

/** The receipt of an id. */
export function ReceiptRoute({ id }: { readonly id: string }) {
  const { record: texts, loading } = textsIn(EXPLORER);
  const life = useLive<Life>(`/v1/records/${id}/lineage?form=steps`, LIVE_SECONDS);
  const status = useLive<Status>("/v1/status", LIVE_SECONDS);
  const receipt = useMemo(
    () => life.value && status.value && receiptOf(life.value, status.value, Math.floor(Date.now() / 1_000)),
    [life.value, status.value],
  );
  if (receipt) return <ReceiptPage receipt={receipt} />;
  const failure = life.failure ?? status.failure;
  const isMissing = failure?.status === 404 || failure?.status === 400;
  return (
    <Layout title={textsIn(RECEIPT).title} nav={<Navigation />}>
      {isMissing ? <Notice kind="error">{texts.missing}</Notice> : <FailureNotice failure={failure} />}
      {failure === undefined && <p class="quiet">{loading}</p>}
    </Layout>
  );
}

function ReceiptPage({ receipt }: { readonly receipt: Receipt }) {
  const texts = textsIn(RECEIPT);
  return (
    <Layout title={texts.title} lead={texts.lead} nav={<Navigation />}>
      <Section title={texts.way}>
        <WayToProof receipt={receipt} />
      </Section>
      <Section title={texts.check}>
        <Check receipt={receipt} />
      </Section>
      <ReceiptFacts receipt={receipt} />
      <Section title={texts.limits}>
        <ul class="statements">
          {texts.limit.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      </Section>
    </Layout>
  );
}

function Check({ receipt }: { readonly receipt: Receipt }) {
  const texts = textsIn(RECEIPT);
  const address = verifierAddress(location.origin, receipt);
  const code = useMemo(() => qrCodeOf(address), [address]);
  return (
    <div class="receipt-check">
      <QrCode {...code} label={texts.code} />
      <div>
        <p>{texts.checkLead}</p>
        <p class="onward">
          <Code value={address} canCopy />
        </p>
        <Deeds receipt={receipt} />
      </div>
    </div>
  );
}

type Trouble = "proofLater" | "proofFailed" | "notKept";

function Deeds({ receipt }: { readonly receipt: Receipt }) {
  const { receipt: texts } = textsIn(EXPLORER);
  const [trouble, isBusy] = [useSignal<Trouble | undefined>(undefined), useSignal(false)];
  const end = useEnd();
  const verify = async (): Promise<void> => {
    isBusy.value = true;
    trouble.value = await goVerify(receipt, end);
    isBusy.value = false;
  };
  useEffect(() => {
    // From the verifier's page, which may fetch nothing itself.
    if (location.hash === "#verify") void verify();
  }, []);
  return (
    <>
      {trouble.value !== undefined && <Notice kind="warning">{texts[trouble.value]}</Notice>}
      <p class="buttons">
        {receipt.isProven && (
          <Button kind="main" isDisabled={isBusy.value} onPress={() => void verify()}>
            {texts.verifyNow}
          </Button>
        )}
        <a class="button" href={`/receipts/${receipt.id}.pdf?lang=${language.value}`} download>
          {texts.pdf}
        </a>
        <Button
          onPress={() => {
            print();
          }}
        >
          {texts.print}
        </Button>
        <a class="button" href={addressOf(`/records/${receipt.id}`)}>
          {texts.toRecord}
        </a>
      </p>
    </>
  );
}

/** Fetches the proof and goes to the verifier with it, unless the reader has gone elsewhere. @returns why not, if it stays here */
async function goVerify({ id, origin }: Receipt, end: AbortSignal): Promise<Trouble | undefined> {
  try {
    const response = await fetch(`/v1/records/${id}/bundle`, { signal: end });
    if (response.status === 409) return "proofLater";
    if (!response.ok) return "proofFailed";
    const bundle = await response.text();
    if (end.aborted) return undefined;
    if (!handOver({ bundle })) return "notKept";
  } catch {
    return "proofFailed";
  }
  // This page is no step of its own on the way back.
  location.replace(`/verify?lang=${language.value}${placeInFragment({ id, origin })}`);
  return undefined;
}
