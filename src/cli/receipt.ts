/**
 * `warifu receipt`: the receipt for a record as a file for people, with a QR code that leads to the verifier.
 */
import { Option } from "commander";
import { createClient } from "../client/client.ts";
import { toolName } from "../files/tool-name.ts";
import { receiptOf, type Receipt } from "../receipt/receipt.ts";
import { verifierAddress } from "../receipt/verifier-address.ts";
import { EXIT } from "./exit-code.ts";
import { language } from "./language.ts";
import { writeNamedFile } from "./named-files.ts";
import { address } from "./option-values.ts";
import { loadSettings } from "./settings.ts";
import { frame } from "./texts/frame/en.ts";
import { reportsTexts } from "./texts/reports/en.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

const FORMATS = ["html", "pdf"] as const;
type Format = (typeof FORMATS)[number];

interface ReceiptOptions extends CommonOptions {
  readonly format?: Format;
  readonly output?: string;
  readonly url?: string;
  readonly publicUrl?: string;
}

export const defineReceipt: DefineVerb = (program, act) => {
  program
    .command("receipt")
    .summary(reportsTexts().receipt.summary)
    .description(reportsTexts().receipt.description)
    .argument("<id>", reportsTexts().receipt.id)
    .addOption(new Option("--format <format>", reportsTexts().receipt.format).choices(FORMATS))
    .option("-o, --output <file>", reportsTexts().receipt.output)
    .option("--public-url <url>", reportsTexts().receipt.publicUrl, address)
    .option("--url <url>", frame().url, address)
    .option("--json", reportsTexts().receipt.json)
    .addHelpText("after", reportsTexts().receipt.after)
    .action((id: string, options: ReceiptOptions) =>
      act(options, async (output) => {
        const url = options.url ?? loadSettings().client.url;
        const receipt = await receiptFrom(url, id);
        const verifier = verifierAddress(options.publicUrl ?? url, receipt);
        output.document({ ...receipt, verifier });
        const bytes = await contentOf(receipt, verifier, options);
        if (options.output !== undefined) writeNamedFile(options.output, bytes, "receipt");
        else if (!output.isJson) process.stdout.write(bytes);
        if (options.output !== undefined)
          output.say(reportsTexts().receiptWritten(options.output, id), { mark: "holds" });
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
