/** A few numbers that matter, large enough to be seen from across a room. */
import type { ComponentChildren } from "preact";

/** A number, what it is, and what to know about it. */
export interface Figure {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly detail?: ComponentChildren;
}

export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl class="figures">
      {figures.map(({ name, value, detail }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="figure-value">{value}</dd>
          {detail !== undefined && <dd class="quiet">{detail}</dd>}
        </div>
      ))}
    </dl>
  );
}
