/** A table that stays a table for screen readers, and becomes a list of its rows where the screen is narrow. */
import type { ComponentChildren } from "preact";

interface TableProps<Row> {
  /** Says what the table holds; shown above it. */
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, place: number) => string;
}

/** A column; the first one names the row. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly isNumber?: true;
  readonly cell: (row: Row) => ComponentChildren;
}

export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <table class="table">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ title, isNumber }) => (
            <th key={title} scope="col" class={isNumber ? "number" : ""}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          <tr key={keyOf(row, place)}>
            {columns.map((column, at) => (
              <TableCell key={column.title} column={column} row={row} isHead={at === 0} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface TableCellProps<Row> {
  readonly column: TableColumn<Row>;
  readonly row: Row;
  readonly isHead: boolean;
}

function TableCell<Row>({ column: { title, isNumber, cell }, row, isHead }: TableCellProps<Row>) {
  if (isHead) return <th scope="row">{cell(row)}</th>;
  return (
    <td data-title={title} class={isNumber ? "number" : ""}>
      {cell(row)}
    </td>
  );
}
