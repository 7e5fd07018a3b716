/**
 * When something came to be, as a picture: not before one point in time, not after another, and in between what somebody
 * says. Points that nobody vouches for are drawn hollow.
 */
import { SHARED } from "../texts/shared.ts";
import { textsIn } from "../texts/language.ts";
import { spanInWords, timeInWords } from "../texts/formats.ts";
import { Time } from "./time.tsx";

/** A point in time, POSIX seconds. */
export interface BracketPoint {
  readonly at: number;
  /** What sets it, such as a block. */
  readonly label: string;
  /** Whether somebody vouches for it. */
  readonly isChecked: boolean;
}

interface TimeBracketProps {
  /** Absent where nothing shows what it is newer than. */
  readonly after?: BracketPoint | undefined;
  readonly before: BracketPoint;
  /** What somebody states about the time in between. */
  readonly stated?: BracketPoint | undefined;
  /** What is said where there is no lower limit. */
  readonly openWord: string;
}

const [LEFT, RIGHT, LINE, WIDTH, HEIGHT] = [24, 576, 46, 600, 76];

/** The picture, and the same as a list, which is what screen readers read. */
export function TimeBracket({ after, before, stated, openWord }: TimeBracketProps) {
  const { notBefore, notAfter } = textsIn(SHARED);
  return (
    <figure class="bracket">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
        <line class={after ? "bracket-line" : "bracket-line bracket-open"} x1={LEFT} y1={LINE} x2={RIGHT} y2={LINE} />
        {after && <Limit x={LEFT} opens="right" isChecked={after.isChecked} />}
        <Limit x={RIGHT} opens="left" isChecked={before.isChecked} />
        {stated && <circle class="bracket-stated" cx={placeOf(stated.at, after?.at, before.at)} cy={LINE} r="7" />}
        {after && (
          <text class="bracket-span" x={WIDTH / 2} y={LINE - 16}>
            {spanInWords(before.at - after.at)}
          </text>
        )}
      </svg>
      <figcaption>
        <dl>
          <BracketTerm name={notBefore} point={after} otherwise={openWord} />
          {stated && <BracketTerm name={stated.label} point={{ ...stated, label: "" }} otherwise="" />}
          <BracketTerm name={notAfter} point={before} otherwise={openWord} />
        </dl>
      </figcaption>
    </figure>
  );
}

function Limit({
  x,
  opens,
  isChecked,
}: {
  readonly x: number;
  readonly opens: "left" | "right";
  readonly isChecked: boolean;
}) {
  const foot = opens === "right" ? 12 : -12;
  return (
    <path
      class={isChecked ? "bracket-limit" : "bracket-limit bracket-claimed"}
      d={`M${x + foot} ${LINE - 24}H${x}V${LINE + 24}H${x + foot}`}
    />
  );
}

/** Where a time lies on the line; never on a limit, where it could not be seen. */
function placeOf(at: number, from = at, to: number): number {
  const share = to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 0.5;
  return LEFT + 22 + share * (RIGHT - LEFT - 44);
}

interface BracketTermProps {
  readonly name: string;
  readonly point: BracketPoint | undefined;
  readonly otherwise: string;
}

function BracketTerm({ name, point, otherwise }: BracketTermProps) {
  return (
    <div class={`bracket-term${point && !point.isChecked ? " bracket-term-claimed" : ""}`}>
      <dt>{name}</dt>
      <dd>{point ? <Time at={point.at} /> : otherwise}</dd>
      {point && point.label !== "" && <dd class="quiet">{point.label}</dd>}
      {point && <dd class="print-only">{timeInWords(point.at, "UTC")}</dd>}
    </div>
  );
}
