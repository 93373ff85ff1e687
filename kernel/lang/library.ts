/** Declaration files that need no parsing, because the image of the process has them. */
import fs from "node:fs";
import type ts from "typescript";
import { compilerImage } from "../image/image.ts";

/** The parsed file; undefined where there is none, or it has changed, or is wanted differently. */
export function libraryFile(
  fileName: string,
  wanted: ts.ScriptTarget | ts.CreateSourceFileOptions,
): ts.SourceFile | undefined {
  const known = compilerImage()?.files.get(fileName);
  if (known === undefined || typeof wanted !== "object") return undefined;
  const { source } = known;
  if (source.languageVersion !== wanted.languageVersion) return undefined;
  if (source.impliedNodeFormat !== wanted.impliedNodeFormat) return undefined;
  const found = fs.statSync(fileName, { throwIfNoEntry: false });
  return found?.size === known.size && found.mtimeMs === known.mtimeMs ? source : undefined;
}

/** What an import in such a file leads to; undefined where that is not known. */
export function libraryImport(
  fileName: string,
  specifier: string,
): ts.ResolvedModuleWithFailedLookupLocations | undefined {
  return compilerImage()?.files.get(fileName)?.imports.get(specifier);
}
