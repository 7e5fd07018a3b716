/**
 * `warifu receipt`: the receipt for a record as a file for people, with a QR code that leads to the verifier.
 */
import { Option } from "commander";
import { createClient } from "../client/client.ts";
import { receiptOf, type Receipt } from "../receipt/receipt.ts";
import { verifierAddress } from "../receipt/verifier-address.ts";
import { EXIT } from "./exit-code.ts";
import { language } from "./language.ts";
import { writeNamedFile } from "./named-files.ts";
import { address } from "./option-values.ts";
import { toolName } from "./report-file.ts";
import { loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

const FORMATS = ["html", "pdf"] as const;
type Format = (typeof FORMATS)[number];

interface ReceiptOptions extends CommonOptions {
  readonly format?: Format;
  readonly output?: string;
  readonly url?: string;
  readonly publicUrl?: string;
}

const EXAMPLES = `
A receipt is open to all who know the id of a record, and shows nothing that the record says. The same is a page of the
service, /receipts/ID.

Examples:
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --output receipt.pdf
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --lang es --format html > justificante.html
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --public-url https://ledger.example -o receipt.pdf`;

export const defineReceipt: DefineVerb = (program, act) => {
  program
    .command("receipt")
    .summary("write the receipt for a record, with a QR code that leads to the verifier")
    .description("Writes what whoever submitted a record keeps: what was received, when, and where it can be verified.")
    .argument("<id>", "the id of the record, as its acknowledgement gave it")
    .addOption(new Option("--format <format>", "html or pdf (default: as FILE ends, else html)").choices(FORMATS))
    .option("-o, --output <file>", "write there (default: stdout)")
    .option("--public-url <url>", "where people reach the service: the QR code leads there (default: --url)", address)
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--json", "print one JSON document: the receipt as data")
    .addHelpText("after", EXAMPLES)
    .action((id: string, options: ReceiptOptions) =>
      act(options, async (output) => {
        const url = options.url ?? loadSettings().client.url;
        const receipt = await receiptFrom(url, id);
        const verifier = verifierAddress(options.publicUrl ?? url, receipt);
        output.document({ ...receipt, verifier });
        const bytes = await contentOf(receipt, verifier, options);
        if (options.output !== undefined) writeNamedFile(options.output, bytes, "receipt");
        else if (!output.isJson) process.stdout.write(bytes);
        if (options.output !== undefined) output.say(`${options.output}: receipt for ${id}`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
};

/** @throws NOT_FOUND, ENCODING_INVALID, SERVICE_UNREACHABLE */
async function receiptFrom(url: string, id: string): Promise<Receipt> {
  const client = createClient({ url, attempts: 1 });
  const [life, status] = [await client.lineage(id.toLowerCase()), await client.status()];
  return receiptOf(life, status, Math.floor(Date.now() / 1_000));
}

async function contentOf(
  receipt: Receipt,
  verifier: string,
  { format, output }: ReceiptOptions,
): Promise<string | Uint8Array> {
  const parts = { language: language(), address: verifier };
  // Loaded on demand: what lays out a page takes longer to load than most commands take to run.
  const { receiptHtml, receiptPdf } = await import("../report/receipt-file.ts");
  const isPdf = format === undefined ? (output ?? "").toLowerCase().endsWith(".pdf") : format === "pdf";
  return isPdf ? receiptPdf(receipt, parts, toolName()) : receiptHtml(receipt, parts);
}
