/** Words of short texts in three languages, to be counted: the same word in one spelling, without those that say nothing. */

/** Words that every text of a language has. */
const EMPTY: Readonly<Record<string, ReadonlySet<string>>> = {
  en: new Set(
    (
      "a about all also an and are as at be because been but by can could did do does for from get had has have he her here " +
      "him his how i if in into is it its just like me more my no not of on one or our out she so some than that the their " +
      "them there these they this those to too up us very was we were what when where which who why will with would you your"
    ).split(" "),
  ),
  es: new Set(
    (
      "a al algo ante antes aquí así aún cada como con cual cuando de del desde donde dos el ella ellas ellos en entre era es " +
      "esa ese eso esta está están este esto estos fue ha hace han hasta hay la las le les lo los me mi mis mucho muy más " +
      "nada ni no nos nosotros o otra otro para pero por porque que qué quien se ser si sí sin sobre son su sus también te " +
      "tiene toda todo todos tu un una uno unos y ya yo"
    ).split(" "),
  ),
  ja: new Set(
    (
      "の に は を た が で て と し れ さ ある いる も する から な こと として い や れる など なっ ない この ため その あっ よう また もの という あり まで " +
      "られ なる へ か だ これ によって により おり より による ず なり られる において です ます ました でした ください それ ここ そこ とても"
    ).split(" "),
  ),
};

const segmenters = new Map<string, Intl.Segmenter>();

/** The words of a text, each once. */
export function wordsOf(text: string, language: string): Set<string> {
  const words = new Set<string>();
  for (const { segment, isWordLike } of segmenterFor(language).segment(text)) {
    const word = segment.normalize("NFKC").toLowerCase();
    if (isWordLike === true && isWorthCounting(word, language)) words.add(word);
  }
  return words;
}

/** A number may be somebody's: of a house, or a telephone. */
function isWorthCounting(word: string, language: string): boolean {
  const shortest = language === "ja" ? 2 : 3;
  return [...word].length >= shortest && !/\p{Nd}/u.test(word) && !(EMPTY[language]?.has(word) ?? false);
}

function segmenterFor(language: string): Intl.Segmenter {
  const known = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: "word" });
  segmenters.set(language, known);
  return known;
}
