/** Places in a text: Jupyter counts characters, TypeScript UTF-16 code units. */

/** The place in code units of a place in characters. */
export function codeUnitsAt(text: string, characters: number): number {
  let units = 0;
  for (let left = characters; left > 0 && units < text.length; left--) {
    units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  }
  return units;
}

/** The place in characters of a place in code units. */
export function charactersAt(text: string, units: number): number {
  let characters = 0;
  for (let at = 0; at < Math.min(units, text.length); characters++) {
    at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  }
  return characters;
}
