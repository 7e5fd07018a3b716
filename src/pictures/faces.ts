/**
 * Finds faces with packages of the folder `faces/`, which are installed apart (docs/operations.md): a detector for single
 * pictures (SSD MobileNet v1), run in WebAssembly. Of the models that come with them, this one alone is loaded: none that
 * recognises people or judges their age or feelings.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Box } from "../core/picture.ts";
import { imageOf, type Pixels } from "./decoder.ts";
import { MODEL_FILES, modelsIn } from "./face-packages.ts";

/** Longer side of what is searched. */
const SEARCHED_SIDE = 1_280;
/** Low: a stone hidden by mistake does no harm. */
const CONFIDENCE = 0.25;
const MOST_FACES = 100;
/** By how much of its width and height a box is enlarged: hair and chins stand out of it. */
const ENLARGED = 0.4;

/** Finds the faces in a picture. */
export interface FaceDetector {
  /** SHA-256 of the model, hexadecimal. */
  readonly model: string;
  /** Boxes around faces, enlarged. */
  detect(pixels: Pixels): Promise<readonly Box[]>;
}

/** What is used of the packages, which are not here when this is compiled. */
interface Tensors {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor3d(data: Uint8Array, shape: readonly number[], type: string): { dispose(): void };
}
interface FaceApi {
  readonly nets: { readonly ssdMobilenetv1: { loadFromDisk(folder: string): Promise<void> } };
  readonly SsdMobilenetv1Options: new (options: object) => object;
  detectAllFaces(
    picture: object,
    options: object,
  ): Promise<
    readonly {
      readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
    }[]
  >;
}

/** Loads the detector of a folder, where it is installed. */
export async function openFaceDetector(folder: string): Promise<FaceDetector> {
  const load = createRequire(join(folder, "package.json"));
  const tensors = load("@tensorflow/tfjs") as Tensors;
  const wasm = load("@tensorflow/tfjs-backend-wasm") as { setWasmPaths(folder: string): void };
  const models = modelsIn(folder);
  wasm.setWasmPaths(join(folder, "node_modules", "@tensorflow", "tfjs-backend-wasm", "dist", "/"));
  await tensors.setBackend("wasm");
  await tensors.ready();
  const faces = load("@vladmandic/face-api/dist/face-api.node-wasm.js") as FaceApi;
  await faces.nets.ssdMobilenetv1.loadFromDisk(models);
  const options = new faces.SsdMobilenetv1Options({ minConfidence: CONFIDENCE, maxResults: MOST_FACES });
  const hash = createHash("sha256");
  for (const file of MODEL_FILES) hash.update(readFileSync(join(models, file)));
  return {
    model: hash.digest("hex"),
    async detect(pixels) {
      const { data, width, height } = await searched(pixels);
      const tensor = tensors.tensor3d(data, [height, width, 3], "int32");
      try {
        const found = await faces.detectAllFaces(tensor, options);
        return found.map(({ box }) => enlarged(box, width, height)).filter((box) => box !== undefined);
      } finally {
        tensor.dispose();
      }
    },
  };
}

async function searched(pixels: Pixels): Promise<Pixels> {
  const { data, info } = await imageOf(pixels)
    .resize({ width: SEARCHED_SIDE, height: SEARCHED_SIDE, fit: "inside", withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

interface Found {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** As fractions of the picture, without what lies beyond its edges. */
function enlarged(box: Found, width: number, height: number): Box | undefined {
  const [left, across] = span(box.x, box.width, width);
  const [top, down] = span(box.y, box.height, height);
  return across > 0 && down > 0 ? [left, top, across, down] : undefined;
}

function span(from: number, length: number, whole: number): readonly [from: number, length: number] {
  const begin = Math.max(0, from - (length * ENLARGED) / 2);
  const end = Math.min(whole, from + length * (1 + ENLARGED / 2));
  return [begin / whole, (end - begin) / whole];
}
