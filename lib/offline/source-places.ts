// Where each object of the input stands, so that a finding points to its file and line. Of two objects with one name
// the later one counts, as everywhere.

import type { ObjectReference } from "../model/control.ts";
import type { Evidence, Subject } from "../model/finding.ts";
import { toVisibleText } from "../model/visible-text.ts";

export interface ReadObject {
  /** "" for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Null: cluster-wide. */
  readonly namespace: string | null;
  readonly name: string;
}

interface Place {
  readonly file: string;
  readonly line: number;
}

interface PlacedObject extends Place {
  readonly object: ReadObject;
}

export interface SourcePlaces {
  readonly add: (object: ReadObject, place: Place) => void;
  /** Evidence for what a finding is about; for its namespace, or the first object in it, where that is nowhere. */
  readonly locate: (subject: Subject, about: readonly ObjectReference[]) => readonly Evidence[];
}

const MAX_PLACES = 20;

export function createSourcePlaces(): SourcePlaces {
  const objects = new Map<string, PlacedObject>();
  const firstOf = new Map<string, PlacedObject>();
  const find = (kind: string, namespace: string | null, name: string): PlacedObject | undefined =>
    objects.get(toKey(kind, namespace, name));
  return {
    add(object, place) {
      const placed = { object, ...place };
      for (const kind of [object.kind, `${object.kind}.${object.group}`])
        objects.set(toKey(kind, object.namespace, object.name), placed);
      if (object.namespace !== null && !firstOf.has(object.namespace)) firstOf.set(object.namespace, placed);
    },
    locate({ kind, name: namespace }, about) {
      if (kind !== "namespace") return [];
      const found = about
        .map((one) => find(one.kind, namespace, one.name) ?? find(one.kind, null, one.name))
        .filter((place) => place !== undefined);
      if (found.length > 0) return [...new Set(found)].slice(0, MAX_PLACES).map(toEvidence);
      const home = find("Namespace", null, namespace) ?? firstOf.get(namespace);
      return home === undefined ? [] : [toEvidence(home)];
    },
  };
}

function toKey(kind: string, namespace: string | null, name: string): string {
  return JSON.stringify([kind, namespace, name]);
}

function toEvidence({ object: { kind, namespace, name }, file, line }: PlacedObject): Evidence {
  return {
    source: "manifest",
    object: toVisibleText(`${kind} ${namespace === null ? "" : `${namespace}/`}${name}`),
    observed: "stands in the input",
    means: "what to change, or where its namespace begins",
    command: "",
    file,
    line,
  };
}
