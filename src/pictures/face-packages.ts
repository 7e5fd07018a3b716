/** Where the packages of the folder `faces/` have their models. The service looks for them, and a process of its own loads them. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Of the one detector that is used: what it consists of, and its weights. */
export const MODEL_FILES = ["ssd_mobilenetv1_model-weights_manifest.json", "ssd_mobilenetv1_model.bin"] as const;

/** The folder of models. */
export function modelsIn(folder: string): string {
  return join(folder, "node_modules", "@vladmandic", "face-api", "model");
}

/** Whether the packages are installed in a folder. */
export function hasFaceDetector(folder: string): boolean {
  return existsSync(join(modelsIn(folder), MODEL_FILES[1]));
}
