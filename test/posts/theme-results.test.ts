// What came of a theme: words and categories of so many people that nobody is found by them.

import { expect } from "chai";

import { wordsOf } from "../../src/posts/words.ts";

describe("words of a theme", () => {
  it("are counted in one spelling, in each language, without those that say nothing", () => {
    expect([...wordsOf("The Fountain, the FOUNTAIN and a tree!", "en")]).to.deep.equal(["fountain", "tree"]);
    expect([...wordsOf("La fuente y el árbol de la plaza", "es")]).to.deep.equal(["fuente", "árbol", "plaza"]);
    expect([...wordsOf("公園の噴水がきれいです", "ja")]).to.include.members(["公園", "噴水"]);
  });

  it("are no numbers, which could be somebody's", () => {
    expect([...wordsOf("Calle Burgos 12, 3ºB, 942-123456", "es")]).to.deep.equal(["calle", "burgos"]);
  });
});
