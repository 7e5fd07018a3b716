/** What finds faces is installed apart; without it, nobody is shown a picture. */
import { join } from "node:path";
import { hasFaceDetector } from "../../src/pictures/face-packages.ts";
import { npm } from "../launch/npm.mjs";

/** Installs it where it is not there. @returns whether it is there now */
export async function installFacePackages(root: string): Promise<boolean> {
  const folder = join(root, "faces");
  if (hasFaceDetector(folder)) return true;
  console.log("installing what finds faces in pictures: 90 MB, once");
  try {
    await npm(process.execPath, ["ci", "--ignore-scripts", "--prefix", folder], root);
  } catch {
    console.log("that did not work: samples go without pictures, and pictures that you post wait");
  }
  return hasFaceDetector(folder);
}
