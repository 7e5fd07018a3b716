/**
 * Text that was damaged before it got here: it is recorded as it came, and whoever sends it is told where it stands.
 */

// Characters of Windows-1252 above ASCII: what the bytes of UTF-8 look like when they are taken for it.
const HIGH = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
// "é…»" is good French; after è and é a quote or an ellipsis proves nothing.
const NO_QUOTE = "\u0080-\u00a8\u00ac-\u00ba\u00bc-\u00bf€‚ƒ„†‡ˆ‰Š‹Œ";
const TWICE = new RegExp(
  `Ã[${HIGH}]|Â[\u0080-\u00bf]|â€|ã[\u0081‚ƒ]|ï»¿|ï¿½|ðŸ|[ÐÑ][${HIGH}][ÐÑ][${HIGH}]|[äåæç][${HIGH}][${HIGH}]|[èé][${NO_QUOTE}][${HIGH}]`,
);
// A lone character of East Asia within a Latin word, and one of private use, are what Latin letters look like as Shift_JIS.
const ELSEWHERE =
  /[a-z][\uff61-\uff9f](?![\uff61-\uff9f])|(?<![\uff61-\uff9f])[\uff61-\uff9f][a-z]|[a-z][\u4e00-\u9fff][a-z]|[\ue000-\uf8ff]/i;
// In no text that people write: decoders make these of bytes that are damaged, or of another encoding.
const CONTROLS = /[\u0080-\u009f]/;
const BEYOND_ASCII = /[\u0080-\uffff]/;

/** What is wrong with a text, or `undefined`. */
export function doubtIn(text: string): string | undefined {
  if (!BEYOND_ASCII.test(text)) return undefined;
  if (text.includes("\ufffd")) return "it holds U+FFFD: characters were lost before it got here";
  if (TWICE.test(text)) return "it looks as if it was encoded twice (UTF-8 read as Windows-1252)";
  if (ELSEWHERE.test(text)) return "it looks as if it was in another encoding than it was read as";
  if (CONTROLS.test(text)) return "it holds control characters, as damaged bytes become when they are decoded";
  return undefined;
}
