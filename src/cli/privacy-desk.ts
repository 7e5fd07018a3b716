/** `warifu privacy requests`, `request …` and `copy`: the desk for what people ask for. */
import { Option, type Command } from "commander";
import type { Client } from "../client/client.ts";
import { formatSecond } from "../core/timestamp.ts";
import { REQUEST_OPERATIONS, type RequestOperation } from "../core/request-event.ts";
import { REQUEST_FILTERS, type RequestFilter } from "../privacy/requests.ts";
import type { RequestView } from "../privacy/request-view.ts";
import { EXIT } from "./exit-code.ts";
import { writeNamedFile } from "./named-files.ts";
import { forOfficer, listed, officerClient, readWords, type OfficerOptions } from "./officer.ts";
import { counted, type Output } from "./output.ts";
import type { Act } from "./verb.ts";

/** Others on the machine read it otherwise. */
const PRIVATE_FILE = 0o600;

/** Adds the verbs of the desk. */
export function defineDesk(privacy: Command, act: Act): void {
  defineList(privacy, act);
  const request = privacy
    .command("request")
    .summary("take what a person asks for, and follow it to its end")
    .description("Takes what a person asks for, and follows it to its end by the clocks of the law.");
  defineOpen(request, act);
  defineSteps(request, act);
  defineCopy(privacy, act);
}

function defineList(privacy: Command, act: Act): void {
  forOfficer(privacy.command("requests"))
    .summary("list what people ask for, by when it is due")
    .description("Lists what people ask for, the one that is due first at the head.")
    .addOption(new Option("--state <state>", "which of them").choices(REQUEST_FILTERS).default("open"))
    .action((options: OfficerOptions & { readonly state: RequestFilter }) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).requests(options.state);
        output.document(items);
        for (const one of items) output.say(lineOf(one), { mark: markOf(one) });
        output.hint(counted(items.length, "request"));
        return EXIT.holds;
      }),
    );
}

interface OpenOptions extends OfficerOptions {
  readonly record?: readonly string[];
  readonly subject?: string;
  readonly received?: string;
  readonly textFrom?: string;
}

function defineOpen(request: Command, act: Act): void {
  forOfficer(request.command("open").argument("<operation>", REQUEST_OPERATIONS.join(", ")))
    .summary("take a request")
    .description("Takes a request. Its clock runs from when it came.")
    .option("--record <id>", "a record that it is about; may be repeated", (id: string, before: string[] = []) => [
      ...before,
      id,
    ])
    .option("--subject <subject>", "whose it is, as `warifu privacy find` names the person")
    .option("--received <time>", "when it came, RFC 3339 (default: now)")
    .option("--text-from <file>", "a file with what the person says, - for stdin; only the vault keeps it")
    .action((operation: RequestOperation, options: OpenOptions) =>
      act(options, async (output) => {
        const { record: records, subject, received: receivedAt, textFrom } = options;
        const text = textFrom === undefined ? undefined : await readWords(textFrom, "request");
        const view = await officerClient(options).openRequest({ operation, records, subject, receivedAt, text });
        sayRequest(view, output);
        return EXIT.holds;
      }),
    );
  forOfficer(request.command("show").argument("<id>", "the request"))
    .summary("show a request, and what each step takes")
    .description("Shows a request, its steps, and what the next ones take.")
    .action((id: string, options: OfficerOptions) =>
      act(options, async (output) => {
        sayRequest(await officerClient(options).request(id), output);
        return EXIT.holds;
      }),
    );
}

interface StepOptions extends OfficerOptions {
  readonly told?: string[];
  readonly reasonFrom?: string;
  readonly provision?: string[];
}

function defineSteps(request: Command, act: Act): void {
  const step = (
    name: string,
    [summary, description]: readonly [summary: string, description: string],
    take: (
      client: Client,
      id: string,
      said: { told: string[]; reason?: string; provisions: string[] },
    ) => Promise<RequestView>,
  ): Command =>
    forOfficer(request.command(name).argument("<id>", "the request"))
      .summary(summary)
      .description(description)
      .action((id: string, options: StepOptions) =>
        act(options, async (output) => {
          const { told = [], provision: provisions = [], reasonFrom } = options;
          const reason = reasonFrom === undefined ? {} : { reason: await readWords(reasonFrom, "reason") };
          sayRequest(await take(officerClient(options), id, { told, provisions, ...reason }), output);
          return EXIT.holds;
        }),
      );
  const told = ["--told <codes>", "what the person was told, as `request show` lists it, separated by commas"] as const;
  const reason = ["--reason-from <file>", "a file with the reason, - for stdin; only the vault keeps it"] as const;
  const texts = {
    identity: ["note that you know who sent it", "Notes that it is known who sent a request: some laws ask for that."],
    extend: ["extend its time, once", "Extends the time of a request once, for a reason that the person is told."],
    done: ["note that it is done", "Ends a request that was done, once the person is told what the law asks for."],
    refuse: ["refuse it", "Ends a request that is refused, with the reason and the provisions that allow it."],
  } as const;
  step("identity", texts.identity, (client, id) => client.noteIdentity(id));
  step("extend", texts.extend, (client, id, { told, reason }) => client.extendRequest(id, { told, reason }))
    .requiredOption(...told, listed)
    .requiredOption(...reason);
  step("done", texts.done, (client, id, { told, reason }) => client.finishRequest(id, { told, reason }))
    .requiredOption(...told, listed)
    .option(...reason);
  step("refuse", texts.refuse, (client, id, said) => client.refuseRequest(id, said))
    .requiredOption(...told, listed)
    .requiredOption(...reason)
    .requiredOption(
      "--provision <ids>",
      "the provisions that allow it, such as gdpr-17-3, separated by commas",
      listed,
    );
}

function defineCopy(privacy: Command, act: Act): void {
  forOfficer(privacy.command("copy").argument("<id>", "a request for access or export"))
    .summary("get the copy of their data that a person asked for")
    .description("Gets the copy of their data that a person asked for, as portable JSON.")
    .requiredOption("-o, --output <file>", "the file to write; other users of the machine cannot read it")
    .action((id: string, options: OfficerOptions & { readonly output: string }) =>
      act(options, async (output) => {
        const copy = await officerClient(options).personalCopy(id);
        writeNamedFile(options.output, `${JSON.stringify(copy, null, 2)}\n`, "copy", PRIVATE_FILE);
        const records = (copy["records"] as readonly unknown[]).length;
        output.document({ file: options.output, records });
        output.say(`${counted(records, "record")} in ${options.output}`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
}

function sayRequest(view: RequestView, output: Output): void {
  output.document(view);
  output.say(lineOf(view), { mark: markOf(view) });
  for (const { state, leafIndex, at } of view.steps) output.say(`  ${formatSecond(at)}  ${state}, leaf ${leafIndex}`);
  if (!view.needs) return;
  for (const [step, told] of Object.entries(view.needs))
    output.say(`  ${step} takes --told ${(told as readonly string[]).join(",") || "none"}`);
}

function lineOf({ id, operation, state, due, overdue, jurisdiction }: RequestView): string {
  return `${id}  ${operation}, ${state}, ${overdue ? "overdue since" : "due"} ${formatSecond(due)}  (${jurisdiction})`;
}

function markOf({ overdue, needs }: RequestView): "refuted" | "undecided" | "holds" {
  if (overdue) return "refuted";
  return needs ? "undecided" : "holds";
}
