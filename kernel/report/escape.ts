/** Text for HTML: the five characters escaped that mean something there. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A picture inside a page: base64 of a type that browsers draw. */
export function isPictureUri(uri: string): boolean {
  return /^data:image\/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+$/.test(uri);
}

/** A link that leads to a web page or to a place in this one, and cannot run anything. */
export function isSafeLink(target: string): boolean {
  return /^(?:https?:\/\/|#)[^\s<>"'`]*$/i.test(target);
}
