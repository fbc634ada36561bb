// Makes public/emoji/*.json: what the emoji picker fetches when somebody opens it. Run it again for a new edition of Unicode:
//
//   mkdir /tmp/emoji && cd /tmp/emoji && npm install --no-save emojibase-data@17.0.0 cldr-annotations-full@48.2.0
//   node scripts/emoji.mjs /tmp/emoji/node_modules
//
// The result is committed, so that a build needs neither of the two.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = process.argv[2];
if (!packages) throw new Error("usage: node scripts/emoji.mjs <node_modules with the two packages>");
const json = (...path) => JSON.parse(readFileSync(join(packages, ...path), "utf8"));
const target = fileURLToPath(new URL("../public/emoji/", import.meta.url));

/** Newer ones are boxes on many machines. */
const NEWEST = 15.1;
/** Groups of Unicode in their order; 2 are the skin tones by themselves. */
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9];
/** Variation selectors are not in the keys of CLDR. */
const bare = (emoji) => emoji.replaceAll("\ufe0f", "");
/** As people type it: what is in colour by itself needs no selector, and 👍 with one is another sign than 👍. */
const plain = ({ emoji, type }) => (type === 1 ? emoji.replace(/^(.)\ufe0f$/u, "$1") : emoji);
/** As the picker folds what is typed: small letters without accents. */
const fold = (words) => words.normalize("NFD").replace(/[\u0300-\u036f\u064b-\u065f]/g, "").toLowerCase();

const order = json("emojibase-data", "en", "data.json")
  .filter((it) => GROUPS.includes(it.group) && it.version <= NEWEST)
  .sort((a, b) => a.order - b.order);

/** Name and words by which to find it, of each emoji. */
function words(locale) {
  if (locale === "ar") {
    const found = json("cldr-annotations-full", "annotations", "ar", "annotations.json").annotations.annotations;
    const english = words("en");
    return (it) => {
      const said = found[bare(it.emoji)];
      return said?.tts ? { name: said.tts[0], tags: said.default ?? [] } : english(it);
    };
  }
  const found = new Map(json("emojibase-data", locale, "data.json").map((it) => [it.hexcode, it]));
  return (it) => {
    const said = found.get(it.hexcode) ?? it;
    return { name: said.label, tags: said.tags ?? [] };
  };
}

/** One variant for each of the five tones, where all people in it may have the same. */
function tones(it) {
  const found = [1, 2, 3, 4, 5].map((tone) => it.skins?.find((skin) => skin.tone === tone)?.emoji);
  return found.every(Boolean) ? [found] : [];
}

mkdirSync(target, { recursive: true });
for (const locale of ["en", "pt", "es", "ar"]) {
  const say = words(locale);
  const groups = GROUPS.map((group) =>
    order
      .filter((it) => it.group === group)
      .map((it) => {
        const { name, tags } = say(it);
        const search = [...new Set(fold([name, ...tags].join(" ")).split(/[\s:,]+/))].filter(Boolean).join(" ");
        return [plain(it), name, search, ...tones(it)];
      }),
  );
  const lines = groups.map((group) => `[${group.map((it) => JSON.stringify(it)).join(",\n")}]`);
  writeFileSync(join(target, `${locale}.json`), `[${lines.join(",\n")}]\n`);
}
