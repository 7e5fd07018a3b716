/** What the texts of a language say. A missing or further one does not compile. */
import type { FigureId, Method, ReportDocument } from "../document.ts";

export interface ReportTexts {
  readonly title: string;
  readonly headings: {
    readonly verdict: string;
    readonly question: string;
    readonly scope: string;
    readonly method: string;
    readonly exceptions: string;
    readonly figures: string;
    readonly notes: string;
    readonly identities: string;
    readonly repeat: string;
    readonly limits: string;
  };
  readonly usualQuestion: { readonly log: string; readonly bundles: string };
  readonly outcome: Readonly<Record<ReportDocument["outcome"], string>>;
  readonly holdsWithoutChain: string;
  readonly scopeOf: (place: string, size: string | undefined) => string;
  readonly method: Readonly<Record<Method, string>>;
  readonly noExceptions: string;
  readonly exceptionCount: (count: string) => string;
  readonly noNotes: string;
  readonly figures: Readonly<Record<FigureId, string>>;
  readonly labels: {
    readonly origin: string;
    readonly key: string;
    readonly head: string;
    readonly chain: string;
    readonly contract: string;
    readonly anchor: string;
    readonly nodes: string;
    readonly noNodes: string;
    readonly policy: string;
    readonly policyFingerprint: string;
    readonly tool: string;
    readonly time: string;
  };
  readonly anchorOf: (treeSize: string, block: string | undefined) => string;
  readonly headOf: (treeSize: string, rootHash: string) => string;
  readonly repeatHint: string;
  readonly limits: readonly string[];
}
