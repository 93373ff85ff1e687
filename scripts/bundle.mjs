/**
 * Puts the modules with which each process of a kernel starts into one file beside the first of
 * them: loading them one by one takes as long as checking a cell. The library stays outside, because
 * cells share it with the kernel, and so does what is imported when it is needed. Run by the build,
 * after the compiler.
 */
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

argumentsOf(
  "usage: node scripts/bundle.mjs\n\nMakes one file of the modules with which a kernel starts, after the compiler.",
);

const importedLater = {
  name: "imported later",
  resolveDynamicImport: async function (specifier, importer) {
    const { id } = await this.resolve(specifier, importer);
    return { id, external: true };
  },
};

for (const first of ["dist/kernel/wire/main.js", "dist/kernel/exec/host.js"]) {
  const bundle = await rolldown({
    input: join(root, first),
    platform: "node",
    external: [/^node:/, /\/lib\//],
    plugins: [importedLater],
  });
  const file = join(root, first.replace(/\.js$/, ".bundle.js"));
  await bundle.write({ file, format: "esm" });
  await bundle.close();
}
