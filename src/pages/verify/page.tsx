/** The verifier in the file that reaches no network. */
import { timeChecker } from "../../verify/time-step.ts";
import { checkTimesWith } from "./judge.ts";
import { startVerifier } from "./verifier.tsx";

checkTimesWith(timeChecker);
startVerifier();
