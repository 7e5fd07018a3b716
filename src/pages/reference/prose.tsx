/** Text of the document, which is in English: its code in backquotes becomes code, and nothing else is more than text. */

export function Prose({ text }: { readonly text: string }) {
  return (
    <span lang="en" class="prose">
      {text.split("`").map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}
    </span>
  );
}
