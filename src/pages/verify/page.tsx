/** The verifier in the file that reaches no network. */
import { startVerifier } from "./verifier.tsx";

startVerifier();
