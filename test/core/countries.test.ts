// Codes of countries: those that are assigned, as the regions of the Unicode CLDR have them too.

import { expect } from "chai";

import { COUNTRIES, isCountry } from "../../src/core/countries.ts";

describe("countries", () => {
  it("are the 249 codes that are assigned, each a region that has a name and no newer code", () => {
    expect(COUNTRIES)
      .to.have.lengthOf(249)
      .and.to.deep.equal([...new Set(COUNTRIES)].sort());
    const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
    const strange = COUNTRIES.filter(
      (code) => names.of(code) === undefined || Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`,
    );
    expect(strange).to.deep.equal([]);
  });

  it("are none that are reserved, withdrawn, unassigned or spelled otherwise", () => {
    for (const code of ["ES", "JP", "GB", "TW"]) expect(isCountry(code), code).to.equal(true);
    for (const code of ["EU", "UK", "XK", "DD", "ZZ", "AA", "jp", "JPN", ""])
      expect(isCountry(code), code).to.equal(false);
  });
});
