/** The thread on which receipts are laid out (receipt-files.ts). It reads its fonts once. */
import type { Receipt } from "../../receipt/receipt.ts";
import { receiptPdf } from "../../report/receipt-file.ts";
import { doJobs } from "../../serve/own-thread.ts";
import type { ReceiptFileParts } from "../handling/route.ts";

/** A receipt, and what its file needs besides. */
export interface ReceiptJob extends ReceiptFileParts {
  readonly receipt: Receipt;
  /** Name and version of this program. */
  readonly tool: string;
}

doJobs<ReceiptJob, Uint8Array>(({ receipt, language, address, tool }) =>
  receiptPdf(receipt, { language, address }, tool),
);
