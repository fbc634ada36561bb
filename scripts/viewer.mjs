// Puts the viewer of /openapi.json beside public/docs/start.js: two files of swagger-ui-dist, as package-lock.json pins it, and their
// licences.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const from = createRequire(import.meta.url);
const source = (name) => from.resolve(`swagger-ui-dist/${name}`);
const target = fileURLToPath(new URL("../public/docs/", import.meta.url));

mkdirSync(target, { recursive: true });
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
  const text = readFileSync(source(name), "utf8");
  // Its map is not served, and a browser's tools would ask for it.
  writeFileSync(`${target}${name}`, text.replace(/\n(\/\/|\/\*)# sourceMappingURL=.*\n?$/, "\n"));
}
copyFileSync(source("LICENSE"), `${target}swagger-ui.LICENSE.txt`);
copyFileSync(source("NOTICE"), `${target}swagger-ui.NOTICE.txt`);
copyFileSync(source("swagger-ui-bundle.js.LICENSE.txt"), `${target}swagger-ui-bundle.js.LICENSE.txt`);
