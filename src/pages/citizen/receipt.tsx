/** The way to a post's receipt, which says nothing of what was written: a link, and a code that leads there. */
import { useMemo } from "preact/hooks";
import { qrCodeOf } from "../../receipt/qr-code.ts";
import { QrCode } from "../components/qr-code.tsx";
import { language, textsIn } from "../texts/language.ts";
import { RECEIPTS } from "./texts/receipts.ts";

export function Receipt({ id }: { readonly id: string }) {
  const { lead, open, code, onPaper } = textsIn(RECEIPTS);
  const address = `${location.origin}/receipts/${id}`;
  const drawn = useMemo(() => qrCodeOf(address), [address]);
  return (
    <div class="receipt-way">
      <p>{lead}</p>
      <p>
        <a class="button" href={`/receipts/${id}?lang=${language.value}`}>
          {open}
        </a>
      </p>
      <details>
        <summary>{code}</summary>
        <p class="quiet">{onPaper}</p>
        <QrCode {...drawn} label={address} />
      </details>
    </div>
  );
}
