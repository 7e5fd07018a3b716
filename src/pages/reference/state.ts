/** What the reference knows: the document, what is looked for, which operations are open, and values of this very service. */
import { computed, signal } from "@preact/signals";
import { isFound, operationsOf, type ApiDocument, type Operation } from "./document.ts";
import { filled, type Replacements } from "./example.ts";

export const apiDocument = signal<ApiDocument | undefined>(undefined);
export const hasFailed = signal(false);
export const query = signal("");
export const opened = signal<ReadonlySet<string>>(new Set());
/** A record and its source, in the place of those of the document: the examples run as they stand. */
export const replacements = signal<Replacements>({});

const operations = computed(() => (apiDocument.value ? operationsOf(apiDocument.value) : []));
export const found = computed(() => operations.value.filter((operation) => isFound(operation, query.value)));

/** Loads the document, and what the newest record of the service is called. */
export async function load(): Promise<void> {
  const [document, newest = {}] = await Promise.all([read("/openapi.json"), read("/v1/records?order=newest&limit=1")]);
  replacements.value = ownValues(newest);
  apiDocument.value = document as ApiDocument | undefined;
  hasFailed.value = document === undefined;
}

/** What a path answers; nothing where it says why it does not. */
async function read(path: string): Promise<unknown> {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Ids in the document's examples. */
export const EXAMPLE_IDS = ["019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", "01a20244-e975-7658-8309-94100ee9b9e5"] as const;
/** A time in them that has to lie ahead. */
export const EXAMPLE_UNTIL = "2026-12-22T08:00:00.000Z";
const A_MONTH_MS = 30 * 86_400_000;

function ownValues(newest: unknown): Replacements {
  const [record] =
    (newest as { readonly items?: readonly { readonly id?: string; readonly source?: string }[] }).items ?? [];
  const { id, source } = record ?? {};
  return {
    [EXAMPLE_UNTIL]: new Date(Date.now() + A_MONTH_MS).toISOString(),
    ...(id !== undefined && Object.fromEntries(EXAMPLE_IDS.map((one) => [one, id]))),
    ...(source !== undefined && { "santander/env-419": source }),
  };
}

/** Opens or shuts an operation. */
export function setOpen({ operationId }: Pick<Operation, "operationId">, isOpen: boolean): void {
  if (opened.value.has(operationId) === isOpen) return;
  const next = new Set(opened.value);
  if (isOpen) next.add(operationId);
  else next.delete(operationId);
  opened.value = next;
}

/** Opens the operation that the address names, and goes there. */
export function goToNamed(): void {
  const operationId = location.hash.slice(1);
  if (!operations.value.some((one) => one.operationId === operationId)) return;
  query.value = "";
  setOpen({ operationId }, true);
  // Once it is drawn.
  setTimeout(() => {
    const place = document.getElementById(operationId);
    place?.scrollIntoView();
    place?.querySelector("summary")?.focus({ preventScroll: true });
  });
}

/** A path with values typed in, for those who try. */
export function addressWith(
  path: string,
  inPath: Readonly<Record<string, string>>,
  inQuery: Readonly<Record<string, string>>,
): string {
  const given = Object.entries(inQuery).filter(([, value]) => value !== "");
  const text = new URLSearchParams(given).toString();
  return `${filled(path, inPath)}${text === "" ? "" : `?${text}`}`;
}
