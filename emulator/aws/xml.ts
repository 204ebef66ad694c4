// Writes XML as the query protocol and S3 answer it. Elements only, no attributes but one namespace.

export type XmlValue = string | number | boolean | undefined | XmlRecord | readonly XmlValue[];
export interface XmlRecord {
  readonly [element: string]: XmlValue;
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** One element; undefined gives none, a list gives `<member>` for each item. */
export function toElement(name: string, value: XmlValue, namespace?: string): string {
  if (value === undefined) return "";
  const start = namespace === undefined ? name : `${name} xmlns="${namespace}"`;
  return `<${start}>${toContent(value)}</${name}>`;
}

function toContent(value: Exclude<XmlValue, undefined>): string {
  if (isList(value)) return value.map((item) => toElement("member", item)).join("");
  if (typeof value === "object") {
    return Object.entries(value)
      .flatMap(([name, item]) => toElements(name, item))
      .join("");
  }
  return escape(String(value));
}

/** A map's entries are not a list of members. */
function toElements(name: string, value: XmlValue): readonly string[] {
  const isMap = name === "entry" && value !== undefined && isList(value);
  return isMap ? value.map((item) => toElement(name, item)) : [toElement(name, value)];
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["\r", "&#xD;"],
]);

function escape(text: string): string {
  return text.replaceAll(/[&<>"\r]/gu, (char) => ESCAPES.get(char) ?? char);
}
