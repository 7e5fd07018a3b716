/** A few numbers in a row as bars: a shape to be seen at a glance, beside the words that say what matters of it. */

const [STEP, BAR, HEIGHT] = [8, 6, 24];

export function Spark({ values }: { readonly values: readonly number[] }) {
  const most = Math.max(1, ...values);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${values.length * STEP} ${HEIGHT}`}
      width={values.length * STEP}
      height={HEIGHT}
      aria-hidden="true"
      focusable="false"
    >
      {values.map((value, at) => {
        // Something is never drawn as nothing.
        const height = value === 0 ? 1 : Math.max(3, (value / most) * HEIGHT);
        const name = value === 0 ? "spark-none" : "spark-bar";
        return <rect key={at} class={name} x={at * STEP} y={HEIGHT - height} width={BAR} height={height} />;
      })}
    </svg>
  );
}
