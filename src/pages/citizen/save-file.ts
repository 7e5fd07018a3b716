/** Hands a file to the reader, as a download. */

const LATER_MS = 60_000;

export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers begin to read it only after a while.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, LATER_MS);
}
