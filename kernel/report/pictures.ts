/** Pictures among what a cell shows. */
import type { MimeBundle } from "../exec/messages.ts";
import { isPictureUri } from "./escape.ts";

/** A picture that browsers draw. */
export interface FoundPicture {
  readonly type: string;
  readonly base64: string;
  readonly uri: string;
}

/** The picture of a bundle, if it has one; those made of picture elements come first. */
export function pictureOf(data: MimeBundle): FoundPicture | undefined {
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"]) {
    const content = data[type];
    if (typeof content !== "string") continue;
    const isText = type === "image/svg+xml";
    const base64 = isText ? Buffer.from(content).toString("base64") : content.replace(/\s/g, "");
    const uri = `data:${type};base64,${base64}`;
    if (isPictureUri(uri)) return { type, base64, uri };
  }
  return undefined;
}

/** Its size in metadata as attributes of HTML; nothing where it has none. */
export function pictureSize(size: unknown): string {
  const { width, height } = (size ?? {}) as { width?: unknown; height?: unknown };
  const isSize = (value: unknown): boolean => Number.isFinite(value) && Number(value) > 0;
  return isSize(width) && isSize(height) ? ` width="${width}" height="${height}"` : "";
}
