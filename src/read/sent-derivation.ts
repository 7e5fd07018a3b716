/** A derivation of a picture that another tool made, and the checks before it is published. */
import type { Derivation } from "../core/derivation-event.ts";
import { WarifuError } from "../core/errors.ts";
import { OWN_TOOL } from "../derive/publishing.ts";
import type { PictureRule } from "../profiles/profile.ts";

/** A derivation that another tool made. */
export interface SentDerivation extends Pick<Derivation, "picture" | "tool" | "version" | "facesFound" | "model"> {
  readonly manualBoxes?: number | undefined;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Checks that a result has the shape of the whole picture: boxes are fractions of the picture, and on a part of it they
 * would hide something else.
 * @throws REQUEST_INVALID
 */
export function assertSameShape(one: Size, other: Size): void {
  // Within rounding to whole pixels: one more or less on the shorter side.
  if (
    Math.abs(one.width * other.height - one.height * other.width) <=
    Math.max(one.width, one.height, other.width, other.height)
  )
    return;
  throw new WarifuError(
    "REQUEST_INVALID",
    "file: has another shape than the copy that is published, so what is hidden in that cannot be hidden here: send the whole picture, turned the way it is looked at",
  );
}

/** Checks that the service may publish it under such a rule. @throws REQUEST_INVALID */
export function assertMayBeSent(
  { tool, facesFound }: Pick<SentDerivation, "tool" | "facesFound">,
  rule: PictureRule,
): void {
  if (tool === OWN_TOOL.tool)
    throw new WarifuError("REQUEST_INVALID", `tool: ${OWN_TOOL.tool} is what the service calls its own copies`);
  if (rule === "faces-hidden" && facesFound === undefined)
    throw new WarifuError(
      "REQUEST_INVALID",
      "facesFound: is needed, because the profile asks for hidden faces: how many were found, 0 if somebody looked and found none",
    );
}
