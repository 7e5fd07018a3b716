/** A row as an engine returns it; the reading code knows its columns. */
export type Row = { [column: string]: null | number | bigint | string | Uint8Array };
