/**
 * A table of how many records there are of each combination of values, without cells that few people are in.
 *
 * Whoever reads the public log knows of each record its public claims, so they can count the records of each combination of
 * public values, a *slice*, and subtract what the table shows of it. Therefore the rules hold in each slice:
 *
 * 1. A cell with fewer than k people is not shown. People are counted, not records: one person may have written many.
 * 2. A concealed claim must have at least l values among the cells that are shown, or none at all; otherwise the slice is
 *    left out: the table would say of everybody in it what that value is.
 * 3. What is left out of a slice of which something is shown is of at least k people; if not, the smallest cell that is still
 *    shown is left out too. So no subtraction leads to a small cell.
 */

/** A column. */
export interface Column {
  readonly name: string;
  /** Whether everybody can read its values in the log. */
  readonly isPublic: boolean;
}

/** A record. */
export interface Row {
  /** Who wrote it, as far as is known; never shown. */
  readonly person: string;
  /** One for each column; of a row that is not to be shown, those of public columns. */
  readonly values: readonly (string | null)[];
  /** Whether it is not to be shown, though everybody knows that it is there. */
  readonly isLeftOut: boolean;
}

export interface Limits {
  readonly k: number;
  readonly l: number;
}

/** A combination of values. */
export interface Cell {
  readonly values: readonly (string | null)[];
  readonly rows: number;
}

export interface Table {
  /** By their values. */
  readonly cells: readonly Cell[];
  /** Rows of all cells. */
  readonly rows: number;
  /** At most how many rows were left out: a multiple of k. */
  readonly leftOut: number;
}

interface CountedCell {
  readonly values: readonly (string | null)[];
  readonly people: Set<string>;
  rows: number;
  isShown: boolean;
}

/** The table of some rows. */
export function tableOf(rows: Iterable<Row>, columns: readonly Column[], limits: Limits): Table {
  const slices = slicesOf(rows, columns);
  for (const slice of slices) suppress(slice, columns, limits);
  const all = slices.flat();
  const cells = all.filter(({ isShown }) => isShown).map(({ values, rows: count }) => ({ values, rows: count }));
  const byValues = cells.map((cell) => [JSON.stringify(cell.values), cell] as const);
  const left = sum(all.filter(({ isShown }) => !isShown));
  return {
    cells: byValues.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell),
    rows: sum(cells),
    leftOut: Math.ceil(left / limits.k) * limits.k,
  };
}

/** The cells of each combination of public values. Rows that are not to be shown are a cell of their own. */
function slicesOf(rows: Iterable<Row>, columns: readonly Column[]): CountedCell[][] {
  const slices = new Map<string, Map<string, CountedCell>>();
  for (const { person, values, isLeftOut } of rows) {
    const key = JSON.stringify(values.filter((_, at) => columns[at]?.isPublic));
    const slice = slices.get(key) ?? new Map<string, CountedCell>();
    slices.set(key, slice);
    const name = isLeftOut ? "" : JSON.stringify(values);
    const cell = slice.get(name) ?? { values, people: new Set(), rows: 0, isShown: !isLeftOut };
    slice.set(name, cell);
    cell.people.add(person);
    cell.rows += 1;
  }
  return [...slices.values()].map((slice) => [...slice.values()]);
}

function suppress(slice: readonly CountedCell[], columns: readonly Column[], { k, l }: Limits): void {
  for (const cell of slice) cell.isShown &&= cell.people.size >= k;
  for (;;) {
    const shown = slice.filter(({ isShown }) => isShown);
    if (!isDiverse(shown, columns, l)) for (const cell of shown) cell.isShown = false;
    const left = slice.filter(({ isShown }) => !isShown);
    const isSafe = left.length === 0 || peopleOf(left) >= k;
    if (left.length === slice.length || isSafe) return;
    const [smallest] = shown.sort((a, b) => a.people.size - b.people.size || a.rows - b.rows);
    if (smallest) smallest.isShown = false;
  }
}

function isDiverse(cells: readonly CountedCell[], columns: readonly Column[], l: number): boolean {
  return columns.every(({ isPublic }, at) => {
    if (isPublic) return true;
    const given = new Set(cells.map(({ values }) => values[at]));
    given.delete(null);
    return given.size === 0 || given.size >= l;
  });
}

function peopleOf(cells: readonly CountedCell[]): number {
  return new Set(cells.flatMap(({ people }) => [...people])).size;
}

function sum(cells: readonly { readonly rows: number }[]): number {
  return cells.reduce((total, { rows }) => total + rows, 0);
}
