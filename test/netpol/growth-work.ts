// The judging of each hostile shape, for the test of how it grows.

import { assessIsolation } from "../../lib/netpol/assess-isolation.ts";
import type { Work } from "../count-steps.ts";
import { HOSTILE_SHAPES } from "./hostile-shapes.ts";
import { LONG_LISTS } from "./long-lists.ts";

export const WORK: Work = Object.fromEntries(
  Object.entries({ ...HOSTILE_SHAPES, ...LONG_LISTS }).map(([name, toInput]) => [
    name,
    (size: number) => {
      const input = toInput(size);
      return () => assessIsolation(input);
    },
  ]),
);
