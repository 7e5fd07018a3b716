/**
 * The verifier in the file that may connect: it also checks a sample of a whole log. The same script is the page, and the thread
 * that does so.
 */
import { SamplePanel } from "./sample-panel.tsx";
import { SampleView } from "./sample-view.tsx";
import { serveSamples } from "./sample-worker.ts";
import { startVerifier } from "./verifier.tsx";

if (typeof document === "undefined") serveSamples();
else startVerifier({ Panel: SamplePanel, View: SampleView });
