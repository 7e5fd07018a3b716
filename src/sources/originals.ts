/**
 * The text of items as it came, so that one that is refused can be saved, corrected and sent again. Kept as long as
 * the item itself.
 */
export class Originals {
  readonly #texts = new WeakMap<object, string>();
  /** Of CSV: what each row is to be read with. */
  table: { readonly header: string; readonly delimiter: string } | undefined;

  /** @param item its value, or what is wrong with it */
  keep(item: object, text: string): void {
    this.#texts.set(item, text);
  }

  textOf(item: object): string | undefined {
    return this.#texts.get(item);
  }
}
