// Memory over time: samples after each stretch of work, and how steeply they rise. One reading at the end shows how much there
// is; only a series shows whether it stays.

/** What a process has in memory, in bytes. */
export interface MemorySample {
  /** How much work was done by then. */
  readonly at: number;
  readonly heap: number;
  /** Outside the heap: buffers above all. */
  readonly external: number;
  readonly resident: number;
}

const MEBIBYTE = 1_048_576;

/** The memory of this process, as long as it is watched. */
export class MemoryWatch {
  readonly samples: MemorySample[] = [];

  /** Notes it, after a collection where Node was started with `--expose-gc`. */
  sample(at: number): void {
    globalThis.gc?.();
    const { heapUsed: heap, external, rss: resident } = process.memoryUsage();
    this.samples.push({ at, heap, external, resident });
  }

  /**
   * By how many bytes a unit of work the heap grows: least squares over all samples. What is outside, buffers that are freed when
   * Node gets to it, goes up and down by more than that.
   */
  get slope(): number {
    return slopeOf(this.samples.map(({ at, heap }) => [at, heap]));
  }

  /** In a few lines: at most so many samples, from the first to the last. */
  lines(unit: string, most = 12): string[] {
    const { samples } = this;
    const step = Math.max(1, Math.ceil((samples.length - 1) / (most - 1)));
    const shown = samples.filter((_, n) => n % step === 0 || n === samples.length - 1);
    const mib = (bytes: number): string => (bytes / MEBIBYTE).toFixed(1);
    return [
      `memory by ${unit}, MiB of heap / outside / resident: ${shown
        .map(({ at, heap, external, resident }) => `${at}: ${mib(heap)} / ${mib(external)} / ${mib(resident)}`)
        .join("; ")}`,
      `the heap grows by ${Math.round(this.slope)} bytes per ${unit.replace(/s$/, "")}, what is outside by ${Math.round(
        slopeOf(samples.map(({ at, external }) => [at, external])),
      )}`,
    ];
  }
}

/** The slope of the line that fits points best; 0 for fewer than two. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x0, y0] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / spread;
}
