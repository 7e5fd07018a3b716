/** Parts of a picture that its author wants hidden, as fractions of the upright picture. Pure. */

/** Left, top, width and height. */
export type Box = readonly [left: number, top: number, width: number, height: number];

/** A place in a picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a tap hides: about a face in a picture of a few people. */
const TAPPED = 0.16;
/** A finger that moves less than this has tapped. */
const LEAST = 0.025;
/** One press of an arrow key. */
const STEP = 0.02;

/** The box between two places, or around one that was tapped. */
export function boxBetween(from: Point, to: Point): Box {
  const isTap = Math.abs(from.x - to.x) < LEAST && Math.abs(from.y - to.y) < LEAST;
  if (isTap) return within([to.x - TAPPED / 2, to.y - TAPPED / 2, TAPPED, TAPPED]);
  const [left, top] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  return within([left, top, Math.max(from.x, to.x) - left, Math.max(from.y, to.y) - top]);
}

/** A box in the middle, for those who place it with keys. */
export const MIDDLE: Box = [0.4, 0.4, 0.2, 0.2];

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** The box after a press of an arrow key, which moves it, or with Shift changes its size; nothing for other keys. */
export function boxAfter(key: string, isShift: boolean, [left, top, width, height]: Box): Box | undefined {
  const move = MOVES[key];
  if (!move) return undefined;
  const [x, y] = move;
  return within(isShift ? [left, top, width + x, height + y] : [left + x, top + y, width, height]);
}

/** The box as far as it lies in the picture, and not too small to be seen. */
function within([left, top, width, height]: Box): Box {
  const [wide, high] = [clamp(width, LEAST, 1), clamp(height, LEAST, 1)];
  const [x, y] = [clamp(left, 0, 1 - wide), clamp(top, 0, 1 - high)];
  // Rounded down, so that the sum of two never is more than the whole.
  return [x, y, wide, high].map((one) => Math.floor(one * 10_000) / 10_000) as unknown as Box;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
