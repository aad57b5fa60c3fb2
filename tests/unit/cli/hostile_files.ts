/** Files of others in which every text is the same one. */

/** Register maps by their names: two that can be read where `text` allows it, and two that are broken. */
export function hostileMaps(text: string): [string, string][] {
  const declaration = { at: 0, width: 32, fields: { [text]: [31, 24], [`${text}.x`]: 0 } };
  return [
    ["map.json", JSON.stringify({ [text]: declaration, [`${text}2`]: { at: "0x4", width: 32 } })],
    ["map.csv", `csr_register,${text},0x0,2,rw\nconstant,${text},${text}\ncsr_register,id,0x8,1,${text}\n`],
    ["broken.json", JSON.stringify({ [text]: { at: text, [text]: text } })],
    ["broken.csv", `csr_register,id,${text},${text},${text}\n${text}`],
  ];
}

/** A dump whose prose, and whose device's title, is `text`. */
export function hostileDump(text: string): string {
  const rows = Array.from(
    { length: 16 },
    (_, row) =>
      `${(row * 16).toString(16).padStart(2, "0")}: ${row === 0 ? "34 12 e8 11" : "00 00 00 00"}${
        " 00".repeat(12)
      }`,
  );
  return `${text}\n\n00:04.0 ${text}\n\t${text}\n${rows.join("\n")}\n`;
}
